import { ASPECTS, type Aspect, isAspect, sizeFor } from '../../core/aspect.ts';
import type { ImagineWork, RefineForm } from '../../core/job.ts';
import { CLIP_SKIP, COUNT, EDGE, GUIDANCE, GUIDANCE_RESCALE, HANDOVER, MAX_ATTACHED_BYTES, MAX_ATTACHED_PIXELS, MAX_PROMPT_LENGTH, SEED, STEPS, STRENGTH } from '../../core/limits.ts';
import { modelOf } from '../../core/model.ts';
import type { KnownModel } from '../waiting/known-offer.ts';
import { type LoraWish, MOST_LORAS, type ReadLoras, joinedLoras, readLoraList, takeLoraTags } from '../../core/loras.ts';
import { SAMPLER_LABELS, isSamplerId } from '../../core/samplers.ts';
import { STYLES, type StyleId, isStyleId } from '../../core/styles.ts';
import { oneLine } from '../cards/plain-text.ts';
import type { Refusal } from '../cards/refusal-card.ts';
import { DEFAULT_ASPECT, DEFAULT_REFINE, REFINE_CHOICES } from '../commands/imagine-command.ts';
import type { Attachment, CommandInteraction } from './interaction.ts';

type Options = CommandInteraction['options'];

const KNOWN = new Set(['prompt', 'negative', 'aspect', 'steps', 'guidance', 'seed', 'count', 'refine', 'style', 'image', 'mask', 'strength', 'sampler', 'model', 'lora', 'prompt2', 'handover', 'refine_strength', 'rescale', 'clip_skip', 'private', 'spoiler']);

/** What stands in for options that are left out, before the model's own. */
export interface ImagineDefaults {
  readonly aspect?: Aspect | undefined;
  readonly steps?: number | undefined;
  readonly style?: StyleId | undefined;
}

/** What else the options are read with. */
export interface ImagineContext {
  readonly attachments?: ReadonlyMap<string, Attachment>;
  readonly defaults?: ImagineDefaults;
  /** The names of the LoRA files that can be asked for, where they are known. */
  readonly loraNames?: readonly string[] | undefined;
}

/** How much of an attached picture is painted anew where the asker does not say. */
const DEFAULT_STRENGTH = 0.6;
const DEFAULT_MASKED_STRENGTH = 0.95;

/** An option that cannot be used, on its way out of the reading; it never leaves `readImagine`. */
class Unusable extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

/** Reads the options of `/imagine`: the work they ask for, or why it cannot be done. Discord's own checks are not relied on. */
export function readImagine(options: Options, model: KnownModel, randomSeed: () => number, context: ImagineContext = {}): ImagineWork | { readonly refusal: Refusal } {
  try {
    return read(options, model, randomSeed, context);
  } catch (error) {
    if (error instanceof Unusable) return { refusal: error.refusal };
    throw error;
  }
}

function read(options: Options, model: KnownModel, randomSeed: () => number, { attachments, defaults = {}, loraNames }: ImagineContext): ImagineWork {
  const unknown = [...options.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new Unusable({ kind: 'unknown-option', option: unknown });
  const tagged = takeLoraTags(lineOf(options, 'prompt'));
  const prompt = fitting(tagged.prompt, 'prompt');
  const loras = joinedLoras([...lorasOf(readLoraList(text(options, 'lora')), loraNames), ...lorasOf(tagged.read, loraNames)]);
  if (loras.length > MOST_LORAS) throw new Unusable({ kind: 'too-many-loras', max: MOST_LORAS });
  if (prompt === '') throw new Unusable({ kind: 'prompt-empty' });
  const image = attached(options, 'image', attachments);
  const mask = attached(options, 'mask', attachments);
  if (mask && !image) throw new Unusable({ kind: 'mask-alone' });
  const strength = number(options, 'strength', STRENGTH, false) ?? (mask ? DEFAULT_MASKED_STRENGTH : DEFAULT_STRENGTH);
  const style = choice(options, 'style', isStyleId, Object.keys(STYLES)) ?? defaults.style;
  const sampler = choice(options, 'sampler', isSamplerId, Object.keys(SAMPLER_LABELS));
  return {
    kind: 'imagine',
    model: model.id,
    ...unlessAbsent('native', nativeOf(model)),
    prompt,
    negativePrompt: text(options, 'negative') || null,
    ...size(options, model, image, defaults.aspect),
    steps: number(options, 'steps', STEPS, true) ?? defaults.steps ?? model.steps,
    guidanceScale: number(options, 'guidance', GUIDANCE, false) ?? model.guidanceScale,
    seed: number(options, 'seed', SEED, true) ?? randomSeed(),
    count: number(options, 'count', COUNT, true) ?? COUNT.min,
    refine: refineForm(options, model),
    ...(style && { style }),
    ...(sampler && { sampler }),
    ...(image && { image: fileOf(image), strength }),
    ...(mask && { mask: fileOf(mask) }),
    ...(loras.length > 0 && { loras: [...loras] }),
    ...unlessAbsent('prompt2', text(options, 'prompt2') || undefined),
    ...unlessAbsent('clipSkip', number(options, 'clip_skip', CLIP_SKIP, true) || undefined),
    ...unlessAbsent('guidanceRescale', number(options, 'rescale', GUIDANCE_RESCALE, false) || undefined),
    ...unlessAbsent('handover', number(options, 'handover', HANDOVER, false)),
    ...unlessAbsent('refineStrength', number(options, 'refine_strength', STRENGTH, false)),
  };
}

/** What an operator says of a model otherwise than we know it: its price goes by that. */
function nativeOf({ id, edge, steps }: KnownModel): ImagineWork['native'] {
  const known = modelOf(id);
  return edge === known.edge && steps === known.steps ? undefined : { edge, steps };
}

function unlessAbsent<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: T };
}

/** Names as their files have them, however they were typed. */
function lorasOf(read: ReadLoras, names: readonly string[] | undefined): readonly LoraWish[] {
  if ('unreadable' in read) throw new Unusable({ kind: 'lora-unreadable', part: read.unreadable });
  return read.loras.map((lora) => {
    const name = names === undefined ? lora.name : names.find((known) => known.toLowerCase() === lora.name.toLowerCase());
    if (name === undefined) throw new Unusable({ kind: 'no-such-lora', name: lora.name, known: names ?? [] });
    return { ...lora, name };
  });
}

/** A prompt as it will be painted, and shown: on one line. */
function text(options: Options, option: string): string {
  return fitting(lineOf(options, option), option);
}

function lineOf(options: Options, option: string): string {
  const value = options.get(option) ?? '';
  if (typeof value !== 'string') throw new Unusable({ kind: 'unreadable' });
  return oneLine(value);
}

function fitting(text: string, option: string): string {
  if (text.length > MAX_PROMPT_LENGTH) throw new Unusable({ kind: 'prompt-too-long', option, length: text.length, max: MAX_PROMPT_LENGTH });
  return text;
}

function number(options: Options, option: string, range: { min: number; max: number }, whole: boolean): number | undefined {
  const value = options.get(option);
  if (value === undefined) return undefined;
  const fits = typeof value === 'number' && value >= range.min && value <= range.max && (!whole || Number.isInteger(value));
  if (!fits) throw new Unusable({ kind: 'out-of-range', option, ...range, whole });
  return value;
}

/** An attachment that says of itself that it can be used. What it really is, the worker finds out. */
function attached(options: Options, option: string, attachments: ReadonlyMap<string, Attachment> | undefined): Attachment | undefined {
  const id = options.get(option);
  if (id === undefined) return undefined;
  const found = attachments?.get(String(id));
  if (!found) throw new Unusable({ kind: 'unreadable' });
  const { bytes, width = 0, height = 0 } = found;
  if (width === 0 || height === 0) throw new Unusable({ kind: 'not-a-picture-file', option });
  if (bytes > MAX_ATTACHED_BYTES || width * height > MAX_ATTACHED_PIXELS) throw new Unusable({ kind: 'file-too-large', option });
  return found;
}

function fileOf({ url, bytes }: Attachment): { url: string; bytes: number } {
  return { url, bytes };
}

/** One of those that complete themselves: people may type what they like there. */
function choice<T extends string>(options: Options, option: string, is: (name: string) => name is T, all: readonly string[]): T | undefined {
  const value = options.get(option);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !is(value)) throw new Unusable({ kind: 'not-a-choice', option, choices: all });
  return value;
}

/** The aspect whose shape is nearest to an attached picture's. */
function nearestAspect({ width = 1, height = 1 }: Attachment): Aspect {
  const distance = (aspect: Aspect) => Math.abs(Math.log((ASPECTS[aspect].width * height) / (ASPECTS[aspect].height * width)));
  return Object.keys(ASPECTS).filter(isAspect).toSorted((a, b) => distance(a) - distance(b))[0] ?? DEFAULT_ASPECT;
}

function size(options: Options, model: KnownModel, image: Attachment | undefined, byDefault: Aspect | undefined): { width: number; height: number } {
  const aspect = options.get('aspect') ?? (image ? nearestAspect(image) : byDefault) ?? DEFAULT_ASPECT;
  if (typeof aspect !== 'string' || !isAspect(aspect)) {
    throw new Unusable({ kind: 'not-a-choice', option: 'aspect', choices: Object.keys(ASPECTS) });
  }
  const { width, height } = sizeFor(aspect, model);
  const fits = [width, height].every((edge) => edge >= EDGE.min && edge <= EDGE.max);
  if (!fits) throw new Unusable({ kind: 'size-unsupported', width, height, model: model.title });
  return { width, height };
}

function refineForm(options: Options, { hasRefiner = true }: KnownModel): RefineForm {
  const form = options.get('refine') ?? (hasRefiner ? DEFAULT_REFINE : 'none');
  if (!isRefineForm(form)) throw new Unusable({ kind: 'not-a-choice', option: 'refine', choices: Object.keys(REFINE_CHOICES) });
  return form;
}

function isRefineForm(form: string | number | boolean): form is RefineForm {
  return typeof form === 'string' && Object.hasOwn(REFINE_CHOICES, form);
}
