import { ASPECTS, isAspect, sizeFor } from '../../core/aspect.ts';
import type { ImagineWork, RefineForm } from '../../core/job.ts';
import { COUNT, EDGE, GUIDANCE, MAX_PROMPT_LENGTH, SEED, STEPS } from '../../core/limits.ts';
import type { Model } from '../../core/model.ts';
import type { Refusal } from '../cards/refusal-card.ts';
import { DEFAULT_ASPECT, DEFAULT_REFINE, REFINE_CHOICES } from '../commands/imagine-command.ts';
import type { CommandInteraction } from './interaction.ts';

type Options = CommandInteraction['options'];

const KNOWN = new Set(['prompt', 'negative', 'aspect', 'steps', 'guidance', 'seed', 'count', 'refine']);

/** An option that cannot be used, on its way out of the reading; it never leaves `readImagine`. */
class Unusable extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

/** Reads the options of `/imagine`: the work they ask for, or why it cannot be done. Discord's own checks are not relied on. */
export function readImagine(options: Options, model: Model, randomSeed: () => number): ImagineWork | { readonly refusal: Refusal } {
  try {
    return read(options, model, randomSeed);
  } catch (error) {
    if (error instanceof Unusable) return { refusal: error.refusal };
    throw error;
  }
}

function read(options: Options, model: Model, randomSeed: () => number): ImagineWork {
  const unknown = [...options.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new Unusable({ kind: 'unknown-option', option: unknown });
  const prompt = text(options, 'prompt');
  if (prompt === '') throw new Unusable({ kind: 'prompt-empty' });
  return {
    kind: 'imagine',
    model: model.id,
    prompt,
    negativePrompt: text(options, 'negative') || null,
    ...size(options, model),
    steps: number(options, 'steps', STEPS, true) ?? model.steps,
    guidanceScale: number(options, 'guidance', GUIDANCE, false) ?? model.guidanceScale,
    seed: number(options, 'seed', SEED, true) ?? randomSeed(),
    count: number(options, 'count', COUNT, true) ?? COUNT.min,
    refine: refineForm(options),
  };
}

/** Line breaks, control characters and marks that turn the direction of writing: the text encoders have no use for them, mischief has. */
const CONTROL = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** A prompt as it will be painted, and shown: on one line. */
function text(options: Options, option: string): string {
  const value = options.get(option) ?? '';
  if (typeof value !== 'string') throw new Unusable({ kind: 'unreadable' });
  const oneLine = value.replaceAll(CONTROL, ' ').replaceAll(/\s+/gu, ' ').trim();
  // Half a surrogate pair would not survive the way to the queue.
  const whole = oneLine.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}');
  if (whole.length > MAX_PROMPT_LENGTH) {
    throw new Unusable({ kind: 'prompt-too-long', option, length: whole.length, max: MAX_PROMPT_LENGTH });
  }
  return whole;
}

function number(options: Options, option: string, range: { min: number; max: number }, whole: boolean): number | undefined {
  const value = options.get(option);
  if (value === undefined) return undefined;
  const fits = typeof value === 'number' && value >= range.min && value <= range.max && (!whole || Number.isInteger(value));
  if (!fits) throw new Unusable({ kind: 'out-of-range', option, ...range, whole });
  return value;
}

function size(options: Options, model: Model): { width: number; height: number } {
  const aspect = options.get('aspect') ?? DEFAULT_ASPECT;
  if (typeof aspect !== 'string' || !isAspect(aspect)) {
    throw new Unusable({ kind: 'not-a-choice', option: 'aspect', choices: Object.keys(ASPECTS) });
  }
  const { width, height } = sizeFor(aspect, model);
  const fits = [width, height].every((edge) => edge >= EDGE.min && edge <= EDGE.max);
  if (!fits) throw new Unusable({ kind: 'size-unsupported', width, height, model: model.title });
  return { width, height };
}

function refineForm(options: Options): RefineForm {
  const form = options.get('refine') ?? DEFAULT_REFINE;
  if (!isRefineForm(form)) throw new Unusable({ kind: 'not-a-choice', option: 'refine', choices: Object.keys(REFINE_CHOICES) });
  return form;
}

function isRefineForm(form: string | number | boolean): form is RefineForm {
  return typeof form === 'string' && Object.hasOwn(REFINE_CHOICES, form);
}
