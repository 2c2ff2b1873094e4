import type { Progress } from '../../bot/cards/painting-card.ts';
import type { Upload } from '../../bot/rest/discord.ts';
import { scaleOf } from '../../core/derive-work.ts';
import type { Work } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { JobRow, StoredPicture } from '../../core/ledger/row.ts';
import { HANDOVER_KEPT_SECONDS, SEED } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import { inStyle } from '../../core/styles.ts';
import { fullPictureKey, handoverKey, paintedKey, pictureKey } from '../../core/picture-key.ts';
import type { PictureStore } from '../../core/picture-store.ts';
import { Draining } from '../consumer/stop-reasons.ts';
import { deliverable } from '../delivery/deliverable.ts';
import type { PictureFile } from '../delivery/encode-picture.ts';
import { Refused } from '../refused.ts';
import { modelFor } from '../../core/model-for.ts';
import { chosenLoras, unfitLora } from './chosen-loras.ts';
import { type JobRules, mayPreview, readJobRules, screenFinished } from '../screening/screen-job.ts';
import type { Screen } from '../screening/screen.ts';
import type { SignPicture } from '../../core/provenance/c2pa/sign-picture.ts';
import type { Picture } from '../sdxl/picture/picture.ts';
import { InvalidRequest } from '../sdxl/pipeline/invalid-request.ts';
import type { Sdxl } from '../sdxl/pipeline/sdxl.ts';
import { measurePrompt } from '../sdxl/prompt/measure-prompt.ts';
import type { Progress as StepProgress, Watch } from '../sdxl/pipeline/watch.ts';
import { LANCZOS, type UpscaleWatch, type Upscaler } from '../upscaling/upscaler.ts';
import { type Checkpoints, type Resumed, openCheckpoints } from './checkpoints.ts';
import type { FetchAttachment } from './fetch-attachment.ts';
import type { LoadedModel } from '../models/loaded-model.ts';
import { isUnusable } from '../models/unusable.ts';
import { paintAttached } from './paint-attached.ts';
import { insteadOfFinish, paintFinished, paintRefined, paintVaried } from './paint-derived.ts';
import { nativeWindows } from './native-windows.ts';
import { type Engine, type Keeping, type PaintFrom, paintImagined } from './paint-picture.ts';
import { unfinishedPicture } from './preview.ts';
import { previewFile } from './preview-file.ts';
import { withModelSampler } from './with-model-sampler.ts';
import { type WorkInputs, readInputs } from './work-inputs.ts';

export interface PaintPorts {
  readonly store: PictureStore;
  readonly ledger: Pick<Ledger, 'saveCheckpoint' | 'markPainted' | 'places'>;
  readonly owner: string;
  /** Gets the pictures that people attach. */
  readonly fetchAttachment?: FetchAttachment;
  /** The model of that id, when this worker has it. */
  readonly model: (modelId: string) => LoadedModel | undefined;
  /** The LoRA file of that name, when this worker has it. */
  readonly lora?: (name: string) => string | undefined;
  /** Lanczos when absent. */
  readonly upscaler?: Upscaler;
  readonly report?: (event: Resumed) => void;
  /** Looks at pictures before people do; absent where the operator wants none. */
  readonly screen?: Screen | undefined;
  /** Signs files, where the operator has a certificate. */
  readonly sign?: SignPicture | undefined;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Told where the painting stands; the preview is drawn only if somebody wants to see it. */
export type OnProgress = (progress: Progress, preview?: () => Promise<Upload | undefined>) => void;

/** A picture that was painted and stored, with the file to post. */
export interface FinishedPicture {
  readonly stored: StoredPicture;
  readonly file: PictureFile;
  /** The end of the prompt that the text encoders did not read, as it was written. */
  readonly cut?: string;
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
  if (!loaded.hasRefiner && needsRefiner(work)) throw new Refused('refiner-missing');
  const loras = chosenLoras(work, ports.lora);
  const checkpoints = openCheckpoints(ports, row);
  const [inputs, rules] = await Promise.all([readInputs(ports, work), readJobRules(row, ports.ledger.places)]);
  // What is to stand behind a spoiler is not shown beforehand.
  const maySee = async (picture: Picture) => !row.job.spoiler && mayPreview(ports.screen, picture, rules);

  return using(loaded, signal, async (sdxl) => {
    const engine = { sdxl: withModelSampler(sdxl, { id: loaded.model.id, ...(work.sampler && { sampler: work.sampler }) }), model: modelFor(work, loaded.model), loras: loras.map(({ file, strength }) => ({ file, strength })), upscaler: ports.upscaler ?? LANCZOS };
    const count = work.kind === 'imagine' ? work.count : 1;
    const finished: FinishedPicture[] = [];
    const seen: (Picture | undefined)[] = [];
    for (let index = 0; index < count; index += 1) {
      const seed = (work.seed + index) % (SEED.max + 1);
      const watched = { index, count, signal, onProgress, maySee, seen };
      const picture =
        (await checkpoints.painted(index)) ?? (await paintOne(engine, work, inputs, seed, checkpoints, watched));
      // A drain lets the last picture be posted; the next one stops at its first step.
      if (!(signal.reason instanceof Draining)) signal.throwIfAborted();
      const spoiler = await screenFinished(ports.screen, picture, rules);
      seen.push(spoiler || row.job.spoiler ? undefined : picture);
      onProgress({ stage: 'upscaling' });
      const kept = await keptLatents(ports, row, index);
      const painted = { index, count, seed, picture, about: { ...kept, ...refinedBy(work, inputs, engine.model), ...((spoiler || row.job.spoiler) && { spoiler: true }) } };
      const following = { signal, onTile: (part: number, parts: number) => onProgress({ stage: 'upscaling', part, parts }) };
      finished.push(await store(ports, row, rules, engine, painted, following));
    }
    await ports.ledger.markPainted(row.job.id, ports.owner, finished.map(({ stored }) => stored));
    const { cut } = measurePrompt(sdxl.base, inStyle(work).prompt, 'weighted');
    return cut === '' ? finished : finished.map((picture) => ({ ...picture, cut }));
  });
}

/** @throws {Refused} when the model's files cannot be used */
async function using<T>(loaded: LoadedModel, signal: AbortSignal, run: (sdxl: Sdxl) => Promise<T>): Promise<T> {
  try {
    return await loaded.use(run, signal);
  } catch (cause) {
    throw isUnusable(cause) ? new Refused('model-broken', { cause }) : cause;
  }
}

interface Watched {
  readonly index: number;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Whether an unfinished picture may be shown. */
  readonly maySee: (picture: Picture) => Promise<boolean>;
  /** The job's pictures before this one; `undefined` for those that stand behind a spoiler. */
  readonly seen: readonly (Picture | undefined)[];
}

async function paintOne(
  engine: Engine,
  work: Work,
  inputs: WorkInputs,
  seed: number,
  checkpoints: Checkpoints,
  { index, count, signal, onProgress, maySee, seen }: Watched,
): Promise<Picture> {
  let last: StepProgress | undefined;
  const watch: Watch = {
    signal,
    onStep: (progress) => {
      last = progress;
      const { stage, step, steps, denoised } = progress;
      // Several pictures are one job: their steps are counted together.
      onProgress({ stage, step: index * steps + step, steps: count * steps }, async () => {
        const unfinished = await unfinishedPicture(engine.sdxl, denoised, maySee);
        return previewFile(Array.from({ length: count }, (_, i) => (i === index ? unfinished : seen[i])));
      });
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
    const keep: Keeping = {
      handover: (latents) => {
        last = undefined;
        return checkpoints.saveHandover(index, latents);
      },
      passing: (latents) => checkpoints.keepLatents(index, latents),
    };
    const picture = await paint(engine, work, inputs, seed, from, watch, keep);
    last = undefined;
    await checkpoints.savePainted(index, picture);
    return picture;
  } catch (error) {
    const unfit = unfitLora(error, engine.loras ?? [], work.loras ?? []);
    if (unfit) throw unfit;
    if (error instanceof InvalidRequest) throw new Refused('could-not-paint', { cause: error });
    if (error instanceof Draining) await keepStep();
    throw error;
  } finally {
    signal.removeEventListener('abort', keepAtOnce);
  }
}

function paint(engine: Engine, work: Work, { source, handover, attached }: WorkInputs, seed: number, from: PaintFrom, watch: Watch, keep: Keeping): Promise<Picture> {
  if (work.kind === 'imagine' && attached) return paintAttached(engine, work, attached, seed, from, watch, keep);
  if (work.kind === 'imagine') return paintImagined(engine, work, seed, from, watch, keep);
  if (!source) throw new Refused('original-missing');
  switch (work.kind) {
    case 'refine':
      return paintRefined(engine, work, source, from, watch);
    case 'finish':
      if (handover) return paintFinished(engine, work, handover, from, watch);
      // A run that was stopped may have been of the other way.
      return paintRefined(engine, insteadOfFinish(work, engine.model), source, { at: 'start' }, watch);
    case 'vary':
      return paintVaried(engine, work, source, from, watch, keep);
    case 'upscale':
      return Promise.resolve(source);
  }
}

function needsRefiner(work: Work): boolean {
  if (work.kind === 'imagine' || work.kind === 'vary') return work.refine !== 'none';
  return work.kind !== 'upscale';
}

type PictureAbout = Pick<StoredPicture, 'handover' | 'refinedBy' | 'spoiler'>;

/** Latents that this worker or one before it kept while the base painted past the hand-over. */
async function keptLatents({ store: pictures, now = Date.now }: PaintPorts, { job }: JobRow, index: number): Promise<PictureAbout> {
  const { work } = job;
  if (!('refine' in work) || work.refine !== 'none') return {};
  const key = handoverKey(job.id, index);
  return (await pictures.exists(key)) ? { handover: { key, keptUntil: now() + HANDOVER_KEPT_SECONDS * 1000 } } : {};
}

function refinedBy(work: Work, { handover }: WorkInputs, model: Model): PictureAbout {
  if (work.kind === 'refine') return { refinedBy: nativeWindows(work, model) ? 'high-resolution' : 'sdedit' };
  return work.kind === 'finish' ? { refinedBy: handover ? 'ensemble' : 'sdedit' } : {};
}

interface Painted {
  readonly index: number;
  readonly count: number;
  readonly seed: number;
  readonly picture: Picture;
  readonly about: PictureAbout;
}

/** Enlarges, marks, encodes and stores a painted picture; the painted one itself is in the store already, without a mark. */
async function store({ store: pictures, sign }: PaintPorts, { job }: JobRow, rules: JobRules, { model, sdxl, upscaler }: Engine, painted: Painted, watch: UpscaleWatch): Promise<FinishedPicture> {
  const { index, count, seed, picture, about } = painted;
  const { width, height } = picture;
  const scale = scaleOf(job.work, model);
  const { picture: large, by } = await upscaler.enlarge(picture, { width: Math.round(width * scale), height: Math.round(height * scale) }, watch);
  const facts = { seed, width, height, model: model.id, sampler: samplerName(sdxl.base.checkpoint.schedulerConfig), ...(by !== undefined && { upscaler: by }) };
  const { file, full } = await deliverable(large, { job, index, count, facts, metadata: rules.metadata, sign });
  const key = pictureKey(job.id, index, file.extension);
  const fullKey = fullPictureKey(job.id, index);
  await Promise.all([pictures.put(key, file.bytes, file.contentType), full && pictures.put(fullKey, full.bytes, full.contentType)]);
  return { stored: { key, paintedKey: paintedKey(job.id, index), seed, width, height, ...(by !== undefined && { enlargedBy: by }), ...about, ...(full && { fullKey }) }, file };
}

/** `EulerDiscreteScheduler` → `Euler`. */
function samplerName(schedulerConfig: Readonly<Record<string, unknown>>): string {
  return String(schedulerConfig['_class_name'] ?? 'unknown').replace(/(Discrete)?Scheduler$/, '');
}
