/** `npm run bench`: measures. Nothing here is a test: these figures depend on the machine. */
import { parseArgs } from 'node:util';
import { benchFullSize, officialShapes } from './full-size.ts';
import { benchFunctions } from './functions.ts';
import { benchPicture } from './picture.ts';
import { benchProvenance } from './provenance.ts';
import { benchScreening } from './screening.ts';
import { benchUpscaling } from './upscaling.ts';

const HELP = `npm run bench -- [NAME …]

Measures on this machine; compare figures of one run with each other, not with another machine's.

  picture      share of time outside the networks for one picture, and memory of each process (demo model)
  upscaling    the upscaler that ships beside aligned Lanczos3: PSNR and SSIM on photographs, seams, CPU time, memory;
               seams of the high-resolution refinement
    --photos DIR where the photographs are                 Debian's python3-skimage, if it is installed
  provenance   what is left of watermark and metadata after JPEG, WebP, other sizes, cut edges; false alarms; invisibility
    --pictures N so many photographs, and as many drawings                       24
    --photos DIR where the photographs are              Debian's python3-skimage and wallpapers, where installed
  screening    the NSFW screen: agreement with nsfwjs, and false alarms on photographs and on drawings of the demo model
    --drawings N so many drawings are painted                                    500
    --photos DIR as above
  functions    the packaged Lambda functions: sizes, starts against an empty handler, and answers while AWS is slow
  full-size    SDXL's base and refiner in full size, with random weights: sessions, a guided step of each, a decode.
               Takes 12 GB of disk while it runs, 8 GB of memory and some ten minutes of CPU time
    --dir DIR    where the weights lie meanwhile                                 the system's temp folder
    --edge PX    edge of the picture, a multiple of 64                           1024
`;

const stop = new AbortController();

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  picture: benchPicture,
  upscaling: () => benchUpscaling(values.photos),
  provenance: () => benchProvenance({ pictures: countOf('--pictures', values.pictures), photosFolder: values.photos }),
  screening: () => benchScreening({ drawings: countOf('--drawings', values.drawings), photosFolder: values.photos }),
  functions: benchFunctions,
  'full-size': () => {
    // Ctrl-C still lets the weights be removed.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error('stopped')));
    return benchFullSize({ dir: values.dir, edge: edgeOf(values.edge), shapes: officialShapes(), print: console.log, signal: stop.signal });
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    dir: { type: 'string' },
    photos: { type: 'string' },
    edge: { type: 'string', default: '1024' },
    pictures: { type: 'string', default: '24' },
    drawings: { type: 'string', default: '500' },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (values.help) process.stdout.write(HELP);
else if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  try {
    for (const name of positionals.length > 0 ? positionals : ['picture']) await BENCHES[name]?.();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  }
}

function edgeOf(text: string): number {
  const edge = Number(text);
  if (!Number.isInteger(edge) || edge < 64 || edge % 64 !== 0) throw new RangeError(`--edge is ${text}: give a multiple of 64.`);
  return edge;
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${option} is ${text}: give a whole number from 1 on.`);
  return count;
}
