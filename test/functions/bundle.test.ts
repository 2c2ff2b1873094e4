import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What takes long to load, or belongs to the gateway alone. */
const HEAVY = ['discord.js', '@discordjs/', 'discord-api-types', 'zod', 'pino', 'onnxruntime-node', 'sharp', '@aws-sdk/client-s3'];

test('the interactions endpoint loads none of the heavy packages', async () => {
  const { metafile } = await build({
    entryPoints: ['functions/receive-interaction.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const packages = Object.keys(metafile.inputs).flatMap((input) => input.split('node_modules/').at(-1) ?? []);
  expect(packages.filter((file) => HEAVY.some((heavy) => file.startsWith(heavy)))).toEqual([]);
});
