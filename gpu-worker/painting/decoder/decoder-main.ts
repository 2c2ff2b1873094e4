/**
 * A decoder: a child process that reads one file of a stranger's from stdin, writes its pixels to stdout, and ends. It has none
 * of the worker's secrets. The one argument is a `Wanted` as JSON. Exits 3 when the file cannot be read.
 */
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import { killWithParent } from '../../sdxl/session/kill-with-parent.ts';
import { UnreadablePicture, readPixels, restrictDecoding } from './read-pixels.ts';

/** It cannot read the file; anything else went wrong otherwise. */
const UNREADABLE = 3;
const edge = v.pipe(v.number(), v.integer(), v.minValue(1));
const wanted = v.object({ as: v.picklist(['picture', 'mask']), width: edge, height: edge });

/** Where memory runs out, Linux ends this process first, not the worker. */
async function offerOneself(): Promise<void> {
  await writeFile('/proc/self/oom_score_adj', '1000').catch(() => undefined);
}

killWithParent();
await offerOneself();
restrictDecoding();
try {
  const pixels = await readPixels(await buffer(process.stdin), v.parse(wanted, JSON.parse(process.argv[2] ?? '')));
  process.stdout.end(pixels, () => process.exit());
} catch (error) {
  if (!(error instanceof UnreadablePicture)) throw error;
  process.exit(UNREADABLE);
}
