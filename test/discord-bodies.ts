/**
 * Fails the run when a body that any test sent to a local Discord breaks Discord's own schemas or rules, whether or not that
 * test looked: an embed that is too long, a field that Discord does not know. Tests that send such bodies on purpose start
 * their local Discord with `wrongOnPurpose`.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BODIES_FOLDER, type CheckedBody } from '../infra/local/discord/validation/body-tally.ts';

/** Vitest calls this before the first test file. */
export async function setup(): Promise<void> {
  process.env[BODIES_FOLDER] = await mkdtemp(join(tmpdir(), 'refinery-bodies-'));
}

/** Vitest calls this after the last one. */
export async function teardown(): Promise<void> {
  const folder = process.env[BODIES_FOLDER];
  if (folder === undefined) return;
  const bodies = await readBodies(folder);
  await rm(folder, { recursive: true, force: true });
  if (bodies.length === 0) return;
  const onPurpose = bodies.filter((body) => body.onPurpose).length;
  const wrong = bodies.filter(({ wrong: what, onPurpose: meant }) => what !== undefined && !meant);
  console.log(`\nDiscord's schemas: ${bodies.length} request bodies checked, ${onPurpose} wrong on purpose, ${wrong.length} wrong`);
  if (wrong.length === 0) return;
  // An error thrown here would be shown, and the run would pass.
  process.exitCode = 1;
  console.error(`Discord would have refused or cut these bodies:\n${[...countAlike(wrong)].map(([what, count]) => `  ${count} × ${what}`).join('\n')}`);
}

async function readBodies(folder: string): Promise<readonly CheckedBody[]> {
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return files.flatMap((text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as CheckedBody));
}

function countAlike(bodies: readonly CheckedBody[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { route, wrong } of bodies) counts.set(`${route}: ${wrong}`, (counts.get(`${route}: ${wrong}`) ?? 0) + 1);
  return counts;
}
