/** The folders tell the architecture: who may import whom (README, "Finding your way"), read off the import statements. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What code in a folder may import from the rest of the repository, besides its own folder. The longest prefix that fits decides. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  bot: ['core'],
  functions: ['bot', 'core'],
  'gpu-worker': ['core', 'bot/cards', 'bot/custom-id', 'bot/rest', 'gpu-worker/sdxl'],
  'gpu-worker/sdxl': [],
  infra: ['core', 'bot', 'functions', 'gpu-worker'],
  'infra/local/discord/page': ['infra/local/discord/page-protocol.ts'],
};

/** Packages that must stay out of a folder, since the folder is meant to know nothing of them. */
const NO_PACKAGE: Readonly<Record<string, RegExp>> = {
  core: /^(discord|@discordjs|onnxruntime)/,
  functions: /^(discord\.js|onnxruntime|sharp)/,
  'gpu-worker/sdxl': /^(@aws-sdk|discord|@discordjs|pino)/,
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

describe('imports', () => {
  const imports = sourceFiles().flatMap(importsOf);

  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('point only where the folders allow', () => {
    expect(imports.filter((each) => !isAllowed(each)).map(describeImport)).toEqual([]);
  });

  it('keep Discord, AWS and ONNX out of the folders that know nothing of them', () => {
    const wrong = imports.filter(({ file, specifier }) =>
      Object.entries(NO_PACKAGE).some(([folder, packages]) => isIn(file, folder) && packages.test(specifier)),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });
});

function sourceFiles(): readonly string[] {
  return ['core', 'bot', 'functions', 'gpu-worker', 'infra'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => path.posix.join(folder, name.split(path.sep).join('/'))),
  );
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const statements = text.matchAll(/^\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s*['"]([^'"]+)['"]/gm);
  return [...statements].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
}

function isAllowed({ file, specifier }: Import): boolean {
  if (!specifier.startsWith('.')) return true;
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  const home = Object.keys(MAY_IMPORT)
    .filter((folder) => isIn(file, folder))
    .toSorted((a, b) => b.length - a.length)[0];
  if (home === undefined) return false;
  return [home, ...(MAY_IMPORT[home] ?? [])].some((folder) => isIn(target, folder)) && !leavesForNarrower(home, target);
}

/** `gpu-worker/main.ts` may use `gpu-worker/sdxl`, but a folder's permission on itself must not open what has rules of its own. */
function leavesForNarrower(home: string, target: string): boolean {
  const narrower = Object.keys(MAY_IMPORT).find((folder) => folder !== home && folder.startsWith(`${home}/`) && isIn(target, folder));
  if (narrower === undefined || home === 'infra') return false;
  return !(MAY_IMPORT[home] ?? []).includes(narrower);
}

function isIn(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function describeImport({ file, specifier }: Import): string {
  return `${file} → ${specifier}`;
}
