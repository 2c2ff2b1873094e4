/** The screen before posting: whether it says what nsfwjs says, and how often it cries wolf. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { screeningIn } from '../../core/screening.ts';
import { CLASSES } from '../../gpu-worker/screening/classifier-graph.ts';
import { type Scores } from '../../gpu-worker/screening/classifier.ts';
import { type Screen, openScreen, verdictOn } from '../../gpu-worker/screening/screen.ts';
import { referencePictures } from '../gpu-worker/screening/reference-pictures.ts';
import { paintDrawings } from './demo-drawings.ts';
import { NO_PHOTOGRAPHS, type NamedPicture, readPhotographs } from './photographs.ts';
import { formatTable, median } from './table.ts';

export interface ScreeningOptions {
  /** Of the demo model, painted for this. */
  readonly drawings: number;
  readonly photosFolder?: string | undefined;
}

const RECORDED = path.resolve(import.meta.dirname, '../reference/screening.json');
/** All that a folder has. */
const MOST_PHOTOGRAPHS = 10_000;
const PHOTO_EDGE = 1024;
const LISTED = 5;

export async function benchScreening({ drawings, photosFolder }: ScreeningOptions): Promise<void> {
  const screen = openScreen();
  try {
    await printAgreement(screen);
    const photographs = await readPhotographs({ folder: photosFolder, most: MOST_PHOTOGRAPHS, edge: PHOTO_EDGE });
    if (photographs.length === 0) console.log(`${NO_PHOTOGRAPHS}\n`);
    else await printAlarms(screen, 'photographs and wallpapers', photographs);
    await printAlarms(screen, 'drawings by the demo model', paintDrawings(drawings));
  } finally {
    await screen.close();
  }
}

async function printAgreement(screen: Screen): Promise<void> {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as readonly { readonly name: string; readonly scores: Scores }[];
  let most = 0;
  const pictures = referencePictures();
  for (const picture of pictures) {
    const scores = await screen.scores(picture);
    const theirs = recorded.find(({ name }) => name === picture.name)?.scores;
    for (const kind of CLASSES) most = Math.max(most, Math.abs(scores[kind] - (theirs?.[kind] ?? Number.NaN)));
  }
  console.log(`Largest difference to what nsfwjs 4.4.0 says of ${pictures.length} pictures: ${most.toExponential(1)}\n`);
}

/** All of them are benign: whatever is held back or hidden is a false alarm. */
async function printAlarms(screen: Screen, name: string, pictures: Iterable<NamedPicture> | AsyncIterable<NamedPicture>): Promise<void> {
  const screening = screeningIn({}, false);
  const seen: { readonly name: string; readonly explicit: number; readonly any: number; readonly verdict: string }[] = [];
  const times: number[] = [];
  for await (const { name, picture } of pictures) {
    const startedAt = performance.now();
    const scores = await screen.scores(picture);
    times.push(performance.now() - startedAt);
    const explicit = scores.porn + scores.hentai;
    seen.push({ name, explicit, any: explicit + scores.sexy, verdict: verdictOn(scores, screening) });
  }
  const count = (verdict: string) => seen.filter((each) => each.verdict === verdict).length;
  console.log(`Of ${seen.length} ${name}: ${count('refused')} held back, ${count('spoiler')} behind a spoiler; ${median(times).toFixed(0)} ms each (median)\n`);
  const worst = seen.toSorted((a, b) => b.any - a.any).slice(0, LISTED);
  console.log(`${formatTable(['the likeliest', 'explicit', 'or suggestive', 'becomes'], worst.map(({ name, explicit, any, verdict }) => [name, explicit.toFixed(3), any.toFixed(3), verdict]))}\n`);
}
