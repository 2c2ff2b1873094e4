import * as v from 'valibot';
import type { APIInteractionResponse } from 'discord-api-types/v10';
import { refuse } from '../interactions/answers.ts';
import type { LateAnswer } from '../interactions/handler.ts';
import { answerInTime } from '../interactions/answer-in-time.ts';
import { meanwhile } from '../late-answers/deliver-late-answer.ts';
import type { LateAnswerQueue } from '../late-answers/late-answer-queue.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';
import type { Verify } from './verify-signature.ts';

/** What API Gateway (payload format 2.0) takes for an answer. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookPorts extends Ports {
  readonly lateAnswers: Pick<LateAnswerQueue, 'send'>;
}

const httpEvent = v.object({
  headers: v.record(v.string(), v.optional(v.string())),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.optional(v.object({ timeEpoch: v.optional(v.number()) }), {}),
});

/**
 * Answers a request to the interactions endpoint: 401 for a signature that is wrong, missing or stale (Discord probes
 * with such), 400 for a signed body that is no JSON, else what the handlers say.
 * @param event an API Gateway event, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function answerWebhook(event: unknown, verify: Verify, ports: WebhookPorts): Promise<HttpAnswer> {
  const parsed = v.safeParse(httpEvent, event);
  if (!parsed.success) return plain(400, 'not an HTTP request');
  const { headers, body, isBase64Encoded, requestContext } = parsed.output;
  const rawBody = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const genuine = verify({ body: rawBody, signature: header('x-signature-ed25519'), timestamp: header('x-signature-timestamp') });
  if (!genuine) {
    ports.log.warn({ event: 'webhook:verify:failed' }, 'a request without Discord’s signature was refused');
    return plain(401, 'invalid request signature');
  }
  const interaction = parseJson(rawBody.toString('utf8'));
  if (interaction === undefined) return plain(400, 'not JSON');
  // The API took it while this process may still have been starting.
  const receivedAt = Math.min(requestContext.timeEpoch ?? Infinity, ports.now());
  const answer = await answerInTime(interaction, ports, receivedAt);
  const response = 'later' in answer ? await defer(answer, interaction, receivedAt, ports) : answer;
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(response) };
}

/** A Lambda stops when it has answered: what comes late is left to another. */
async function defer(answer: LateAnswer, interaction: unknown, receivedAt: number, { lateAnswers, log }: WebhookPorts): Promise<APIInteractionResponse> {
  try {
    await lateAnswers.send(interaction, receivedAt);
    return meanwhile(answer);
  } catch (error) {
    log.error({ event: 'late-answer:defer:failed', reason: reasonOf(error) }, 'the queue of late answers does not answer');
    return refuse({ kind: 'broke' });
  }
}

function plain(statusCode: number, body: string): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'text/plain' }, body };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
