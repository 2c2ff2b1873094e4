/** `npm run rehearse`: what `docker build` does for the worker, in plain folders, and one picture from what came of it. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NothingPainted } from '../local/paint-once.ts';
import { StepFailed, buildInFolders } from './build-in-folders.ts';
import { readDockerIgnore } from './docker-ignore.ts';
import { folderSize } from './folder-size.ts';
import { paintWith } from './paint-with.ts';
import { readDockerfile } from './read-dockerfile.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOCKERFILE = 'gpu-worker/Dockerfile';
/** What an image may hold beyond its CUDA base. */
const MOST_BYTES = 4e9;
const PATIENCE_MS = 10 * 60_000;

const HELP = `npm run rehearse [-- --out FILE.png] [--keep]

Rehearses ${DOCKERFILE} without Docker: its COPY and npm steps in plain folders, then the worker from there, as the image's user (when
root runs this), against a local AWS and Discord; it paints one picture with the demo model, on the CPU. What needs the base image (apt,
CUDA's libraries) is skipped, and each such step is named. npm ci wants the registry, or its cache.

  --out FILE   where the picture goes (default: it is thrown away)
  --keep       leave the folders, and say where they are
  --help       this text

Exits 0 when a picture was painted and the folder is within 4 GB, 1 when a step failed, nothing was painted or it is larger, 2 for wrong usage.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function rehearse({ out, keep }: { readonly out: string | undefined; readonly keep: boolean }): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'refinery-rehearsal-'));
  // The image's user is not who runs this.
  await chmod(folder, 0o755);
  try {
    const stages = readDockerfile(await readFile(path.join(ROOT, DOCKERFILE), 'utf8'));
    const isIgnored = readDockerIgnore(await readFile(path.join(ROOT, `${DOCKERFILE}.dockerignore`), 'utf8'));
    const built = await buildInFolders(stages, { context: ROOT, isIgnored, folder: path.join(folder, 'stages'), onStep: say });
    const bytes = await folderSize(built.root);
    say(`\nfolder: ${(bytes / 1e6).toFixed(0)} MB of ${MOST_BYTES / 1e6} MB, without the CUDA base, CUDA's provider, Node and tini`);
    say(`worker: ${built.command.join(' ')}, as ${process.getuid?.() === 0 ? `user ${built.user?.uid}` : 'the user who runs this'}`);
    const picture = await paintWith(built, { folder, out: out ?? path.join(folder, 'picture.png'), signal: AbortSignal.timeout(PATIENCE_MS), onLine: say });
    say(`picture: ${picture.bytes} bytes`);
    return bytes <= MOST_BYTES;
  } finally {
    if (keep) say(`kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, out: { type: 'string' }, keep: { type: 'boolean', default: false } } });
  if (values.help) process.stdout.write(HELP);
  else process.exitCode = (await rehearse({ out: values.out, keep: values.keep })) ? 0 : 1;
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error;
  const isOurs = isUsage || error instanceof StepFailed || error instanceof NothingPainted;
  process.stderr.write(`${error instanceof Error ? (isOurs ? error.message : error.stack) : String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
