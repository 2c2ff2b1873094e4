/**
 * Our processes as single files of JavaScript. From source, a worker takes three seconds of CPU time to start, most of it for
 * reading TypeScript; the tests start dozens, a storm hundreds.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..');

const ENTRIES = [
  'gpu-worker/main.ts',
  'gpu-worker/sdxl/session/model-host-main.ts',
  'gpu-worker/painting/decoder/decoder-main.ts',
  'gpu-worker/weights/main.ts',
  'bot/gateway/main.ts',
  'infra/local/aws/main.ts',
  'infra/local/discord/main.ts',
  'infra/local/function-url.ts',
  'infra/local/end-with-parent.ts',
];

/** Native, or loads parts of itself by name. */
const LEFT_OUTSIDE = ['onnxruntime-node', 'sharp', 'discord.js', 'pino', 'pino-pretty', '@trustnxt/c2pa-ts'];

export interface BuiltProcesses {
  /** Where they lie. */
  readonly folder: string;
  /** Where the built form of an entry point lies, e.g. of `gpu-worker/main.ts`. */
  fileOf(entry: string): string;
  remove(): Promise<void>;
}

export async function buildProcesses(): Promise<BuiltProcesses> {
  const folder = path.join(ROOT, '.build', `processes-${process.pid}`);
  await build({
    entryPoints: ENTRIES.map((entry) => path.join(ROOT, entry)),
    outbase: ROOT,
    outdir: folder,
    bundle: true,
    external: LEFT_OUTSIDE,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);" },
    plugins: [keepPlaces(folder)],
    logLevel: 'error',
  });
  return {
    folder,
    fileOf: (entry) => builtFile(folder, path.join(ROOT, entry)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Files of ours look for their neighbours: for what is read, where the source lies; for what is run, beside its built form. */
function keepPlaces(folder: string): Plugin {
  return {
    name: 'keep-places',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const source = await readFile(file, 'utf8');
        const contents = source
          .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(builtFile(folder, file)).href));
        return { contents, loader: 'ts' };
      }),
  };
}

function builtFile(folder: string, source: string): string {
  return path.join(folder, path.relative(ROOT, source)).replace(/\.ts$/, '.js');
}
