import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/**
 * How a function is bundled with all that it imports, the AWS SDK included: a bundled client loads in less than half the time of
 * the one that Lambda's runtime brings, and stays the version that was tested.
 * @param root the repository's root
 */
export function bundleOptions(root: string, name: string) {
  return {
    entryPoints: [path.join(root, 'functions', `${name}.ts`)],
    outdir: bundleFolder(root, name),
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported only when it is needed (Discord's REST client) stays in a file of its own, unread until then.
    splitting: true,
    minify: true,
    sourcemap: false,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Packages' ES modules before their CommonJS, of which nothing can be left out and everything is loaded at once.
    mainFields: ['module', 'main'],
    // Its build for the web asks for no undici; we have it use Node's fetch anyway (bot/rest/fetch-request.ts).
    alias: { '@discordjs/rest': path.join(path.dirname(createRequire(path.resolve(root, 'package.json')).resolve('@discordjs/rest')), 'web.mjs') },
    metafile: true,
    // Packages that are CommonJS inside call require(), which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  } as const satisfies BuildOptions;
}

const bundleFolder = (root: string, name: string) => path.join(root, '.build', name);

/** Bundles one function. @returns the bundle's size in bytes, unpacked */
export async function bundleFunction(root: string, name: string): Promise<number> {
  await rm(bundleFolder(root, name), { recursive: true, force: true });
  const { metafile } = await build(bundleOptions(root, name));
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}
