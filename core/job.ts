/**
 * The job message: what travels on the queue from the bot to the worker.
 *
 * A job is one use of `/imagine`, or one thing done with a finished picture: ✨ and what its buttons offer. Its work says what to paint, its reply says where the answer goes.
 * A message is `unknown` until `parseJob` has returned it.
 */
import * as v from 'valibot';
import { type SamplerId, SAMPLER_LABELS, isSamplerId } from './samplers.ts';
import { type StyleId, isStyleId } from './styles.ts';
import { CLIP_SKIP, COUNT, EDGE, GUIDANCE, GUIDANCE_RESCALE, HANDOVER, MAX_PROMPT_LENGTH, SEED, STEPS, STRENGTH, UPSCALE } from './limits.ts';
import { loraWishes } from './loras.ts';

export const JOB_VERSION = 1;

const snowflake = v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'not a Discord id'));
const between = ({ min, max }: { min: number; max: number }) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const whole = (range: { min: number; max: number }) => v.pipe(between(range), v.integer());
const edge = v.pipe(whole(EDGE), v.multipleOf(EDGE.multiple));
const prompt = v.pipe(v.string(), v.maxLength(MAX_PROMPT_LENGTH));
export const modelId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'not a model id'));
const jobId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'not a job id'));

/** How the refiner takes part: finishing the base's noisy latents, raising its finished picture, or not at all. */
const refineForm = v.picklist(['ensemble', 'two-stage', 'none']);

const sampler = v.custom<SamplerId>((value) => typeof value === 'string' && isSamplerId(value), `not one of ${Object.keys(SAMPLER_LABELS).join(', ')}`);
const style = v.custom<StyleId>((value) => typeof value === 'string' && isStyleId(value), 'not a style');

/** What all work has, whatever it begins from. */
const painting = {
  model: modelId,
  /** What the model's owner says of it, where that is not what we know: the square's edge and the steps that one credit buys. */
  native: v.optional(v.object({ edge, steps: whole(STEPS) })),
  prompt,
  /** `null`: no negative prompt at all, which for SDXL's base is not the same as an empty one. */
  negativePrompt: v.nullable(prompt),
  width: edge,
  height: edge,
  steps: whole(STEPS),
  guidanceScale: between(GUIDANCE),
  seed: whole(SEED),
  /** Another than the model's own. */
  sampler: v.optional(sampler),
  /** Words around the prompt (styles.ts); the prompt itself stays as it was written. */
  style: v.optional(style),
  /** LoRA files of the base, by name. */
  loras: v.optional(loraWishes),
  /** For the base's second text encoder alone; it reads the prompt when absent. */
  prompt2: v.optional(prompt),
  /** Text states of so many layers earlier. */
  clipSkip: v.optional(whole(CLIP_SKIP)),
  guidanceRescale: v.optional(between(GUIDANCE_RESCALE)),
  /** Another share of the schedule for the base than the model's own, before the refiner. */
  handover: v.optional(between(HANDOVER)),
};

/** A file that somebody attached, on Discord's servers. */
const attachedPicture = v.object({ url: v.pipe(v.string(), v.url(), v.maxLength(2048)), bytes: v.pipe(v.number(), v.minValue(0)) });

const imagineWork = v.object({
  kind: v.literal('imagine'),
  ...painting,
  count: whole(COUNT),
  refine: refineForm,
  /** What it begins from, instead of noise alone. */
  image: v.optional(attachedPicture),
  /** Where it is white, `image` is painted anew. */
  mask: v.optional(attachedPicture),
  /** How much of `image` is painted anew. */
  strength: v.optional(between(STRENGTH)),
  /** How much of the finished picture the refiner of a two-stage job paints anew, instead of the model's own share. */
  refineStrength: v.optional(between(STRENGTH)),
});

const storeKey = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

/** One finished picture of an earlier job. */
const source = v.object({
  jobId,
  /** Which picture of that job, from 0. */
  index: whole({ min: 0, max: COUNT.max - 1 }),
  /** Key of the painted (not yet upscaled) picture in the picture store. */
  pictureKey: storeKey,
  /** Key of the file that was posted. */
  postedKey: v.optional(storeKey),
  channelId: snowflake,
  messageId: snowflake,
});

/** A finished picture, raised by the refiner to width × height (SDEdit). */
const refineWork = v.object({
  kind: v.literal('refine'),
  ...painting,
  strength: between(STRENGTH),
  source,
});

/**
 * A picture that the base painted to its end, finished by the refiner instead, from the latents that were kept where the
 * base would have handed them over (the ensemble). Where those are gone, the finished picture is raised at its own size.
 */
const finishWork = v.object({
  kind: v.literal('finish'),
  ...painting,
  /** Key of those latents in the picture store. */
  handoverKey: storeKey,
  source,
});

/** A finished picture, re-noised by `strength` and painted again by the base with another seed, at its own size. */
const varyWork = v.object({
  kind: v.literal('vary'),
  ...painting,
  strength: between(STRENGTH),
  refine: v.picklist(['ensemble', 'none']),
  source,
});

/** A finished picture, posted larger: `scale` times its painted width × height. Nothing is painted. */
const upscaleWork = v.object({
  kind: v.literal('upscale'),
  ...painting,
  scale: between(UPSCALE),
  source,
});

/** Where the answer goes: an interaction's original response while its token lasts, or a message in the channel. */
const reply = v.variant('kind', [
  v.object({
    kind: v.literal('interaction'),
    applicationId: snowflake,
    token: v.pipe(v.string(), v.minLength(1)),
    /** Epoch milliseconds of the interaction; its token is good for 15 minutes from then. */
    receivedAt: v.number(),
  }),
  v.object({
    kind: v.literal('message'),
    /** The message that the answer replies to. */
    replyTo: snowflake,
  }),
]);

/** The whole message; the ledger parses the copy in its rows with it too. */
export const jobSchema = v.object({
  version: v.literal(JOB_VERSION),
  /** The idempotency key: the interaction's id, or `refine-<message>-<index>` for what is done once a picture. */
  id: jobId,
  /** Epoch milliseconds. */
  createdAt: v.number(),
  userId: snowflake,
  /** `null` in direct messages. */
  guildId: v.nullable(snowflake),
  channelId: snowflake,
  /** Only the asker sees the answer. */
  private: v.optional(v.boolean()),
  /** The asker wants it behind a spoiler. */
  spoiler: v.optional(v.boolean()),
  /** Discord lets only adults into the channel. */
  ageRestricted: v.optional(v.boolean()),
  /** How large a file Discord takes in answer to this interaction, in bytes. */
  attachmentBytes: v.optional(v.pipe(v.number(), v.minValue(1))),
  reply,
  work: v.variant('kind', [imagineWork, refineWork, finishWork, varyWork, upscaleWork]),
});

export type Job = Readonly<v.InferOutput<typeof jobSchema>>;
export type Work = Job['work'];
export type ImagineWork = v.InferOutput<typeof imagineWork>;
export type RefineWork = v.InferOutput<typeof refineWork>;
export type FinishWork = v.InferOutput<typeof finishWork>;
export type VaryWork = v.InferOutput<typeof varyWork>;
export type UpscaleWork = v.InferOutput<typeof upscaleWork>;
/** Work on a finished picture. */
export type DerivedWork = Exclude<Work, ImagineWork>;
export type AttachedPicture = v.InferOutput<typeof attachedPicture>;
export type Source = v.InferOutput<typeof source>;
export type RefineForm = ImagineWork['refine'];
export type Reply = Job['reply'];

const paintingSchema = v.object(painting);
export type Painting = v.InferOutput<typeof paintingSchema>;

/** The fields that all kinds of work share, without those of its own kind. */
export function paintingOf(work: Work): Painting {
  return v.parse(paintingSchema, work);
}

/** A queue message that is not a job of this version. No retry can help: it belongs in the dead-letter queue. */
export class MalformedJob extends Error {
  override readonly name = 'MalformedJob';
}

/**
 * Parses a queue message's body.
 * @throws {MalformedJob} naming the first field that does not fit; never quoting its value, which may be a prompt or a token.
 */
export function parseJob(body: string): Job {
  const result = v.safeParse(jobSchema, parseJson(body));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'message';
  throw new MalformedJob(`job message: ${path} does not fit: expected ${issue.expected ?? 'something else'}`);
}

export function serializeJob(value: Job): string {
  return JSON.stringify(value);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own error quotes the text, which may hold a prompt: it is not kept as the cause.
    throw new MalformedJob('job message: not JSON');
  }
}
