/** What is left of watermark and metadata after what people and websites do to pictures. */
import { decodePixels } from '../../core/provenance/decode-pixels.ts';
import { MOST_CHANCE, detect } from '../../core/provenance/watermark/detect.ts';
import { embed } from '../../core/provenance/watermark/embed.ts';
import { encodeMark } from '../../core/provenance/watermark/mark.ts';
import { DEMO } from '../../core/model.ts';
import { ESRGAN_THICK } from '../../gpu-worker/upscaling/esrgan-thick/esrgan-thick.ts';
import { openNetworkUpscaler } from '../../gpu-worker/upscaling/network-upscaler.ts';
import { paintDrawings } from './demo-drawings.ts';
import { printMetadata } from './metadata-survival.ts';
import { NO_PHOTOGRAPHS, type NamedPicture, readPhotographs } from './photographs.ts';
import { psnr, ssim } from './picture-quality.ts';
import { formatTable, median } from './table.ts';
import { TREATMENTS } from './treatments.ts';

export interface ProvenanceOptions {
  /** So many photographs, and as many drawings. */
  readonly pictures: number;
  readonly photosFolder?: string | undefined;
}

/** As SDXL's are posted here, at most. */
const PHOTO_EDGE = 1024;
const JOB = '5eed0f1234';
const BITS = encodeMark({ jobId: JOB });

export async function benchProvenance({ pictures, photosFolder }: ProvenanceOptions): Promise<void> {
  const photographs = await readPhotographs({ folder: photosFolder, most: pictures, edge: PHOTO_EDGE });
  const drawings = await paintEnlarged(pictures);
  const sets: readonly PictureSet[] = [...(photographs.length > 0 ? [{ name: 'photographs', plain: photographs }] : []), { name: 'drawings', plain: drawings }];
  if (photographs.length === 0) console.log(`${NO_PHOTOGRAPHS}\n`);
  const marked = sets.map(({ name, plain }) => ({ name, plain, marked: plain.map(({ picture }) => embed(picture, { jobId: JOB })) }));
  for (const { name, plain, marked: those } of marked) printVisibility(name, plain, those);
  await printSurvival(marked);
  await printFalseAlarms(sets);
  const [first] = drawings;
  if (first) await printMetadata(first.picture);
}

/** Drawings as they are posted: enlarged by the network that ships. */
async function paintEnlarged(count: number): Promise<readonly NamedPicture[]> {
  const upscaler = await openNetworkUpscaler({ name: 'ESRGAN', file: ESRGAN_THICK, provider: 'cpu', host: 'process' });
  try {
    const enlarged: NamedPicture[] = [];
    for await (const { name, picture } of paintDrawings(count)) {
      enlarged.push({ name, picture: (await upscaler.enlarge(picture, { width: DEMO.edge * DEMO.upscale, height: DEMO.edge * DEMO.upscale })).picture });
    }
    return enlarged;
  } finally {
    await upscaler.close();
  }
}

interface PictureSet {
  readonly name: string;
  readonly plain: readonly NamedPicture[];
}

interface MarkedSet extends PictureSet {
  readonly marked: readonly NamedPicture['picture'][];
}

function printVisibility(name: string, plain: readonly NamedPicture[], marked: MarkedSet['marked']): void {
  const qualities = plain.flatMap(({ picture }, i) => {
    const other = marked[i];
    return other ? [{ db: psnr(picture, other), share: ssim(picture, other) }] : [];
  });
  const decibels = qualities.map(({ db }) => db);
  console.log(`The mark in ${plain.length} ${name}: PSNR ${median(decibels).toFixed(1)} dB (median; least ${Math.min(...decibels).toFixed(1)}), SSIM ${median(qualities.map(({ share }) => share)).toFixed(4)}`);
}

/** What is found in one treated picture. */
interface Found {
  readonly bitsRight: number;
  readonly outcome: 'read' | 'traces' | 'lost' | 'misread';
}

async function printSurvival(sets: readonly MarkedSet[]): Promise<void> {
  const rows: string[][] = [];
  for (const { name, treat } of TREATMENTS) {
    const cells: string[] = [];
    for (const { marked } of sets) {
      const found: Found[] = [];
      for (const picture of marked) found.push(lookFor(await decodePixels(await treat(picture).toBuffer())));
      const percent = (outcome: Found['outcome']) => ((100 * found.filter((each) => each.outcome === outcome).length) / found.length).toFixed(0);
      if (found.some(({ outcome }) => outcome === 'misread')) console.log(`MISREAD after: ${name}`);
      cells.push(percent('read'), percent('traces'), (100 * mean(found.map(({ bitsRight }) => bitsRight))).toFixed(1));
    }
    rows.push([name, ...cells]);
  }
  console.log(`\nThe mark afterwards: job read, only its pattern found, and coded bits that are right (50 % is chance); % of pictures\n`);
  console.log(`${formatTable(['treatment', ...sets.flatMap(({ name }) => [`${name}: read`, 'traces', 'bits'])], rows)}\n`);
}

function lookFor(picture: NamedPicture['picture']): Found {
  const found = detect(picture);
  if (!found) return { bitsRight: 0.5, outcome: 'lost' };
  const bitsRight = BITS.filter((bit, i) => Math.sign(found.evidence[i] ?? 0) === bit).length / BITS.length;
  if (found.chance > MOST_CHANCE) return { bitsRight, outcome: 'lost' };
  if (!found.mark) return { bitsRight, outcome: 'traces' };
  return { bitsRight, outcome: found.mark.jobId === JOB ? 'read' : 'misread' };
}

/** Pictures that have no mark, as they are and as JPEG; every place where it could begin is looked at. */
async function printFalseAlarms(sets: readonly PictureSet[]): Promise<void> {
  const treatments = TREATMENTS.filter(({ name }) => name === 'PNG' || name === 'half the size, JPEG 85');
  const chances: number[] = [];
  for (const { picture } of sets.flatMap(({ plain }) => plain)) {
    for (const { treat } of treatments) chances.push(detect(await decodePixels(await treat(picture).toBuffer()))?.chance ?? 1);
  }
  const alarms = chances.filter((chance) => chance <= MOST_CHANCE).length;
  console.log(`False alarms: ${alarms} of ${chances.length} files without a mark (it takes a chance of ${MOST_CHANCE.toExponential(0)}; the least seen was ${Math.min(...chances).toExponential(0)})\n`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
