import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Node's own flags for a child whose entry point is a TypeScript file: it runs through tsx, whoever started this process. */
export function sourceFlags(entryPoint: URL): string[] {
  return entryPoint.pathname.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
}
