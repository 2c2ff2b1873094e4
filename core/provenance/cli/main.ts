/** `npm run verify -- FILE`: what a picture says of where it comes from. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decodePixels, UnreadableFile } from '../decode-pixels.ts';
import { examine } from '../examine.ts';
import { isNothing } from '../findings.ts';
import { shortJobId } from '../short-job-id.ts';
import { reportLines } from './report.ts';

const HELP = `npm run verify -- FILE

Reads what a picture (PNG, JPEG, WebP, GIF) says of where it comes from: a C2PA manifest and whether it holds, XMP, the recipe and
parameters in its file, and Refinery's watermark in its pixels.

  --json       the findings as JSON
  --job ID     also tell whether it is a picture of this job
  -h, --help   this text

Exits 0 when something was found, 1 when nothing was (which proves nothing), 2 when the file cannot be read, 3 when a C2PA manifest
does not hold, 4 when --job is another job.
`;

const EXIT = { nothing: 1, unreadable: 2, invalid: 3, otherJob: 4 } as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, job: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [path, ...others] = positionals;
  if (values.help || path === undefined || others.length > 0) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : EXIT.unreadable;
  }
  const file = await readFile(path);
  const findings = await examine(file, await decodePixels(file));
  process.stdout.write(values.json ? `${JSON.stringify(findings, null, 2)}\n` : `${reportLines(findings).join('\n')}\n`);
  if (findings.c2pa.kind === 'invalid') return EXIT.invalid;
  if (isNothing(findings)) return EXIT.nothing;
  if (values.job === undefined) return 0;
  const found = findings.watermark.kind === 'found' ? findings.watermark.jobId : findings.recipe?.job;
  const isSame = found === shortJobId(values.job);
  process.stderr.write(`It is ${isSame ? '' : 'not '}a picture of that job.\n`);
  return isSame ? 0 : EXIT.otherJob;
}

try {
  process.exitCode = await main();
} catch (error) {
  const ours = error instanceof UnreadableFile || (error instanceof Error && 'code' in error);
  process.stderr.write(`${ours && error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.unreadable;
}
