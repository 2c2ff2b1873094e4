import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const WORKER = { file: 'gpu-worker/Dockerfile', entries: ['gpu-worker/main.ts', 'gpu-worker/sdxl/session/model-host-main.ts'] };
const GATEWAY = { file: 'bot/gateway/Dockerfile', entries: ['bot/gateway/main.ts', 'infra/local/aws/main.ts'] };

describe.each([WORKER, GATEWAY])('the container of $file', ({ file, entries }) => {
  const dockerfile = readFileSync(join(ROOT, file), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY ((?!--)[^\n]+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));

  it('has every file of ours that its processes import', () => {
    const needed = entries.flatMap((entry) => [...importsFrom(entry)]);
    expect(needed.length).toBeGreaterThan(100);
    expect(needed.filter((each) => !copied.some((source) => each === source || each.startsWith(`${source}/`)))).toEqual([]);
  });

  it('is given by its .dockerignore all that it copies', () => {
    const lines = readFileSync(join(ROOT, `${file}.dockerignore`), 'utf8').split('\n');
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(lines).toContain('*');
    expect(copied.filter((source) => !allowed.some((each) => source === each || source.startsWith(`${each}/`)))).toEqual([]);
  });

  it('is valid, and is what a linter asks for: bases with a version, no root, no cache of apt, commands without a shell', () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
    const stages = new Set([...dockerfile.matchAll(/ AS (\S+)$/gm)].map(([, name]) => name));
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base = '']) => base).filter((base) => !stages.has(base));
    expect(bases.every((base) => /:[^:]*\d/.test(base))).toBe(true);
    expect(dockerfile.match(/^USER .+$/gm)?.at(-1)).toBe('USER 10001:10001');
    expect(dockerfile.match(/apt-get install(?! -y --no-install-recommends)/)).toBeNull();
    expect(dockerfile.match(/apt-get update/g)?.length).toBe(dockerfile.match(/rm -rf \/var\/lib\/apt\/lists/g)?.length);
    expect(dockerfile.match(/^(CMD|ENTRYPOINT) (?!\[)/m)).toBeNull();
    expect(dockerfile).toContain('ENTRYPOINT ["/usr/bin/tini", "--"]');
  });
});

/** A file and all that it imports by a relative path, directly or not; types too, which cost nothing. */
function importsFrom(entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)) {
      const target = relative(ROOT, join(ROOT, dirname(file), specifier));
      if (existsSync(join(ROOT, target))) open.push(target);
    }
  }
  return found;
}
