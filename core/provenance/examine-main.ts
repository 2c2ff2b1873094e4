/** A child process that reads one file of a stranger's from stdin and writes its findings as JSON. Exits 3 when it is no picture. */
import { buffer } from 'node:stream/consumers';
import { UnreadableFile, decodePixels } from './decode-pixels.ts';
import { examine } from './examine.ts';

const UNREADABLE = 3;

process.on('disconnect', () => process.exit());
try {
  const file = await buffer(process.stdin);
  process.stdout.write(JSON.stringify(await examine(file, await decodePixels(file))));
} catch (error) {
  if (!(error instanceof UnreadableFile)) throw error;
  process.exitCode = UNREADABLE;
}
