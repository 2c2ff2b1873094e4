import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What takes long to load, or belongs to the gateway alone. */
const HEAVY = ['discord.js', '@discordjs/', 'discord-api-types', 'zod', 'pino', 'onnxruntime-node', 'sharp', '@aws-sdk/client-s3', '@aws-sdk/client-ecs'];

test('the interactions endpoint starts without any of the heavy packages', async () => {
  const { metafile } = await build({
    entryPoints: ['functions/receive-interaction.ts'],
    bundle: true,
    splitting: true,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const loadedAtStart = new Set<string>();
  const load = (chunk: string) => {
    if (loadedAtStart.has(chunk)) return;
    loadedAtStart.add(chunk);
    // What is imported when first used stands in chunks of its own.
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? []) if (kind === 'import-statement') load(path);
  };
  load('out/receive-interaction.js');
  const inputs = [...loadedAtStart].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {}));
  expect(inputs).toContain('bot/interactions/handle-interaction.ts');
  const packages = inputs.flatMap((input) => input.split('node_modules/').at(-1) ?? []);
  expect(packages.filter((file) => HEAVY.some((heavy) => file.startsWith(heavy)))).toEqual([]);
});
