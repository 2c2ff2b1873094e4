/** The functions as they are packaged: how large they are, and what is not in them. */
import { readdirSync } from 'node:fs';
import { type BuildResult, build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundleOptions } from '../../infra/plugin/bundle-function.ts';

const KIB = 1024;
/** Unpacked. The largest reads C2PA manifests; the one that Discord waits for, and starts with, is held to less. */
const MOST_BYTES: Readonly<Record<string, number>> = { 'receive-interaction': 1000 * KIB };
const MOST_BYTES_OF_ANY = 2000 * KIB;
/** What the endpoint's function reads before it can answer. */
const MOST_BYTES_AT_START = 480 * KIB;
/** What no function may hold at all. */
const NEVER = ['discord.js', 'sharp', '@img/', 'onnxruntime', 'undici', 'zod', 'pino'];
/** What takes long to load, and most interactions do without. */
const LATER = ['@discordjs/', 'discord-api-types', '@aws-sdk/client-s3', '@aws-sdk/client-ecs', '@aws-sdk/client-ssm', '@trustnxt/'];

const names = readdirSync('functions').map((file) => file.replace(/\.ts$/, ''));
const bundled = new Map<string, Promise<Bundle>>();

interface Bundle {
  readonly bytes: number;
  readonly packages: readonly string[];
  readonly atStart: { readonly bytes: number; readonly inputs: readonly string[] };
}

function bundle(name: string): Promise<Bundle> {
  const made = bundled.get(name) ?? build({ ...bundleOptions('.', name), write: false }).then(read);
  bundled.set(name, made);
  return made;
}

function read({ metafile: { inputs, outputs } }: BuildResult<{ metafile: true }>): Bundle {
  const loaded = new Set<string>();
  const load = (chunk: string) => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    // What is imported when first used stands in chunks of its own.
    for (const { path, kind } of outputs[chunk]?.imports ?? []) if (kind === 'import-statement') load(path);
  };
  for (const [chunk, { entryPoint }] of Object.entries(outputs)) if (entryPoint?.startsWith('functions/')) load(chunk);
  const bytesOf = (chunks: Iterable<string>) => [...chunks].reduce((sum, chunk) => sum + (outputs[chunk]?.bytes ?? 0), 0);
  return {
    bytes: bytesOf(Object.keys(outputs)),
    packages: packagesOf(Object.keys(inputs)),
    atStart: { bytes: bytesOf(loaded), inputs: [...loaded].flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {})) },
  };
}

const packagesOf = (inputs: readonly string[]) => inputs.flatMap((input) => (input.includes('node_modules/') ? [input.split('node_modules/').at(-1) ?? ''] : []));
const among = (packages: readonly string[], unwanted: readonly string[]) => packages.filter((file) => unwanted.some((name) => file.startsWith(name)));

test.each(names)('%s stays small, and has nothing of the gateway’s or the worker’s in it', async (name) => {
  const { bytes, packages } = await bundle(name);
  expect(packages.length).toBeGreaterThan(50);
  expect(among(packages, NEVER)).toEqual([]);
  expect(bytes).toBeLessThan(MOST_BYTES[name] ?? MOST_BYTES_OF_ANY);
});

describe('the interactions endpoint', () => {
  test('starts without any of the heavy packages', async () => {
    const { bytes, inputs } = (await bundle('receive-interaction')).atStart;
    expect(inputs).toContain('bot/interactions/handle-interaction.ts');
    expect(among(packagesOf(inputs), LATER)).toEqual([]);
    expect(bytes).toBeLessThan(MOST_BYTES_AT_START);
  });

  test('leaves to whoever finishes late answers what only those want', async () => {
    const wanted = ['@aws-sdk/client-s3', '@trustnxt/'];
    expect(among((await bundle('receive-interaction')).packages, wanted)).toEqual([]);
    expect(among((await bundle('finish-late-answer')).packages, wanted)).not.toEqual([]);
  });
});
