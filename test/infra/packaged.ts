import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** What `serverless package` made, in a folder of its own. */
export interface Packaged {
  readonly folder: string;
  /** The template, as JSON gives it. */
  readonly template: unknown;
  remove(): Promise<void>;
}

/** Runs `serverless package`, offline. */
export async function packageService(...options: readonly string[]): Promise<Packaged> {
  const folder = await mkdtemp(path.join(tmpdir(), 'refinery-package-'));
  await promisify(execFile)(process.execPath, ['node_modules/serverless/bin/serverless.js', 'package', '--package', folder, ...options]);
  const text = await readFile(path.join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  return { folder, template: JSON.parse(text), remove: () => rm(folder, { recursive: true, force: true }) };
}
