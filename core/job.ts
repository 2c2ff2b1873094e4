/**
 * The job message: what travels on the queue from the bot to the worker.
 *
 * A job is one use of `/imagine` or one ✨. Its work says what to paint, its reply says where the answer goes.
 * A message is `unknown` until `parseJob` has returned it.
 */
import * as v from 'valibot';
import { COUNT, EDGE, GUIDANCE, MAX_PROMPT_LENGTH, SEED, STEPS, STRENGTH } from './limits.ts';

export const JOB_VERSION = 1;

const snowflake = v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'not a Discord id'));
const between = ({ min, max }: { min: number; max: number }) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const whole = (range: { min: number; max: number }) => v.pipe(between(range), v.integer());
const edge = v.pipe(whole(EDGE), v.multipleOf(EDGE.multiple));
const prompt = v.pipe(v.string(), v.maxLength(MAX_PROMPT_LENGTH));
const modelId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'not a model id'));
const jobId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'not a job id'));

/** How the refiner takes part: finishing the base's noisy latents, raising its finished picture, or not at all. */
const refineForm = v.picklist(['ensemble', 'two-stage', 'none']);

const painting = {
  model: modelId,
  prompt,
  /** `null`: no negative prompt at all, which for SDXL's base is not the same as an empty one. */
  negativePrompt: v.nullable(prompt),
  width: edge,
  height: edge,
  steps: whole(STEPS),
  guidanceScale: between(GUIDANCE),
  seed: whole(SEED),
};

const imagineWork = v.object({
  kind: v.literal('imagine'),
  ...painting,
  count: whole(COUNT),
  refine: refineForm,
});

/** One finished picture of an earlier job, raised by the refiner to width × height (SDEdit). */
const refineWork = v.object({
  kind: v.literal('refine'),
  ...painting,
  strength: between(STRENGTH),
  source: v.object({
    jobId,
    /** Which picture of that job, from 0. */
    index: whole({ min: 0, max: COUNT.max - 1 }),
    /** Key of the painted (not yet upscaled) picture in the picture store. */
    pictureKey: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
    channelId: snowflake,
    messageId: snowflake,
  }),
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
  /** The idempotency key: the interaction's id, or `refine-<message>-<index>` for a reaction. */
  id: jobId,
  /** Epoch milliseconds. */
  createdAt: v.number(),
  userId: snowflake,
  /** `null` in direct messages. */
  guildId: v.nullable(snowflake),
  channelId: snowflake,
  reply,
  work: v.variant('kind', [imagineWork, refineWork]),
});

export type Job = Readonly<v.InferOutput<typeof jobSchema>>;
export type Work = Job['work'];
export type ImagineWork = v.InferOutput<typeof imagineWork>;
export type RefineWork = v.InferOutput<typeof refineWork>;
export type RefineForm = ImagineWork['refine'];
export type Reply = Job['reply'];

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
