import type { Progress } from '../../bot/cards/painting-card.ts';
import type { Upload } from '../../bot/rest/discord.ts';
import type { ImagineWork, RefineWork, Work } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { JobRow, StoredPicture } from '../../core/ledger/row.ts';
import { SEED } from '../../core/limits.ts';
import { paintedKey, pictureKey } from '../../core/picture-key.ts';
import { MissingObject, type PictureStore } from '../../core/picture-store.ts';
import { Draining } from '../consumer/stop-reasons.ts';
import { decodePicture } from '../delivery/decode-picture.ts';
import { type PictureFile, encodeToFit, fileBudget } from '../delivery/encode-picture.ts';
import { parametersText } from '../delivery/parameters.ts';
import { Refused } from '../refused.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { InvalidRequest } from '../sdxl/pipeline/invalid-request.ts';
import type { Progress as StepProgress, Watch } from '../sdxl/pipeline/watch.ts';
import { enlarge } from '../upscaling/enlarge.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import type { LoadedModel } from './loaded-model.ts';
import { type Engine, type PaintFrom, paintImagined, paintRefined } from './paint-picture.ts';
import { drawPreview } from './preview.ts';

export interface PaintPorts {
  readonly store: PictureStore;
  readonly ledger: Pick<Ledger, 'saveCheckpoint' | 'markPainted'>;
  readonly owner: string;
  /** The model of that id, when this worker has it. */
  readonly model: (modelId: string) => LoadedModel | undefined;
}

/** Told where the painting stands; the preview is drawn only if somebody wants to see it. */
export type OnProgress = (progress: Progress, preview?: () => Promise<Upload | undefined>) => void;

/** A picture that was painted and stored, with the file to post. */
export interface FinishedPicture {
  readonly stored: StoredPicture;
  readonly file: PictureFile;
}

/**
 * Paints a job's pictures one after the other, stores them, and marks the job painted.
 * Goes on from where an earlier worker stopped; when the signal tells it to drain, it keeps the step it is at.
 * @throws {Refused} when no retry can help; the signal's reason when stopped; `LeaseLost`; whatever else broke
 */
export async function paintJob(ports: PaintPorts, row: JobRow, signal: AbortSignal, onProgress: OnProgress): Promise<readonly FinishedPicture[]> {
  const { work } = row.job;
  const loaded = ports.model(work.model);
  if (!loaded) throw new Refused('model-missing');
  if (!loaded.hasRefiner && (work.kind === 'refine' || work.refine !== 'none')) throw new Refused('refiner-missing');
  const checkpoints = openCheckpoints(ports, row);
  const source = work.kind === 'refine' ? await readSource(ports.store, work) : undefined;

  return loaded.use(async (sdxl) => {
    const engine = { sdxl, model: loaded.model };
    const count = work.kind === 'imagine' ? work.count : 1;
    const finished: FinishedPicture[] = [];
    for (let index = 0; index < count; index += 1) {
      const seed = (work.seed + index) % (SEED.max + 1);
      const watched = { index, count, signal, onProgress };
      const picture =
        (await checkpoints.painted(index)) ?? (await paintOne(engine, work, source, seed, checkpoints, watched));
      // A drain lets the last picture be posted; the next one stops at its first step.
      if (!(signal.reason instanceof Draining)) signal.throwIfAborted();
      onProgress({ stage: 'upscaling' });
      finished.push(await store(ports.store, row, engine, { index, count, seed, picture }));
    }
    await ports.ledger.markPainted(row.job.id, ports.owner, finished.map(({ stored }) => stored));
    return finished;
  });
}

interface Watched {
  readonly index: number;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

async function paintOne(
  engine: Engine,
  work: Work,
  source: Picture | undefined,
  seed: number,
  checkpoints: Checkpoints,
  { index, count, signal, onProgress }: Watched,
): Promise<Picture> {
  let last: StepProgress | undefined;
  const watch: Watch = {
    signal,
    onStep: (progress) => {
      last = progress;
      const { stage, step, steps, denoised } = progress;
      // Several pictures are one job: their steps are counted together.
      onProgress({ stage, step: index * steps + step, steps: count * steps }, () => drawPreview(engine.sdxl, denoised));
    },
  };
  const keepStep = async () => {
    if (signal.reason instanceof Draining && last) await checkpoints.saveStopped(index, { stage: last.stage, state: last.snapshot() });
  };
  // At once, too: the step in hand may outlast the patience of whoever stops us.
  const keepAtOnce = () => void keepStep().catch(() => undefined);
  signal.addEventListener('abort', keepAtOnce);
  try {
    const from = await checkpoints.startOf(index);
    const picture = await paint(engine, work, source, seed, from, watch, (latents) => {
      last = undefined;
      return checkpoints.saveHandover(index, latents);
    });
    last = undefined;
    await checkpoints.savePainted(index, picture);
    return picture;
  } catch (error) {
    if (error instanceof InvalidRequest) throw new Refused('could-not-paint', { cause: error });
    if (error instanceof Draining) await keepStep();
    throw error;
  } finally {
    signal.removeEventListener('abort', keepAtOnce);
  }
}

function paint(
  engine: Engine,
  work: ImagineWork | RefineWork,
  source: Picture | undefined,
  seed: number,
  from: PaintFrom,
  watch: Watch,
  onHandover: Parameters<typeof paintImagined>[5],
): Promise<Picture> {
  if (work.kind === 'imagine') return paintImagined(engine, work, seed, from, watch, onHandover);
  if (!source) throw new Refused('original-missing');
  return paintRefined(engine, work, source, from, watch);
}

async function readSource(store: PictureStore, work: RefineWork): Promise<Picture> {
  try {
    return await decodePicture(await store.get(work.source.pictureKey));
  } catch (cause) {
    if (cause instanceof MissingObject) throw new Refused('original-missing', { cause });
    throw cause;
  }
}

interface Painted {
  readonly index: number;
  readonly count: number;
  readonly seed: number;
  readonly picture: Picture;
}

/** Enlarges, encodes and stores a painted picture; the painted one itself is in the store already. */
async function store(pictures: PictureStore, { job }: JobRow, { model, sdxl }: Engine, painted: Painted): Promise<FinishedPicture> {
  const { index, count, seed, picture } = painted;
  const { width, height } = picture;
  const large = enlarge(picture, width * model.upscale, height * model.upscale);
  const facts = { seed, width, height, model: model.id, sampler: samplerName(sdxl.base.checkpoint.schedulerConfig) };
  const file = await encodeToFit(large, fileBudget(count), parametersText(job.work, facts));
  const key = pictureKey(job.id, index, file.extension);
  await pictures.put(key, file.bytes, file.contentType);
  return { stored: { key, paintedKey: paintedKey(job.id, index), seed, width, height }, file };
}

/** `EulerDiscreteScheduler` → `Euler`. */
function samplerName(schedulerConfig: Readonly<Record<string, unknown>>): string {
  return String(schedulerConfig['_class_name'] ?? 'unknown').replace(/(Discrete)?Scheduler$/, '');
}
