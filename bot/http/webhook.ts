import * as v from 'valibot';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIInteractionResponse } from 'discord-api-types/v10';
import { ephemerally, refuse } from '../interactions/answers.ts';
import type { Answer } from '../interactions/handler.ts';
import { broken, handleInteraction } from '../interactions/handle-interaction.ts';
import type { Ports } from '../ports.ts';
import type { Verify } from './verify-signature.ts';

/** What API Gateway (payload format 2.0) takes for an answer. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Discord waits three seconds; the rest is for the way there and back. */
const ANSWER_WITHIN_MS = 2500;

const httpEvent = v.object({
  headers: v.record(v.string(), v.optional(v.string())),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});

/**
 * Answers a request to the interactions endpoint: 401 for a signature that is wrong, missing or stale (Discord probes
 * with such), 400 for a signed body that is no JSON, else what the handlers say.
 * @param event an API Gateway event, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function answerWebhook(event: unknown, verify: Verify, ports: Ports): Promise<HttpAnswer> {
  const parsed = v.safeParse(httpEvent, event);
  if (!parsed.success) return plain(400, 'not an HTTP request');
  const { headers, body, isBase64Encoded } = parsed.output;
  const rawBody = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const genuine = verify({ body: rawBody, signature: header('x-signature-ed25519'), timestamp: header('x-signature-timestamp') });
  if (!genuine) {
    ports.log.warn({ event: 'webhook:verify:failed' }, 'a request without Discord’s signature was refused');
    return plain(401, 'invalid request signature');
  }
  const interaction = parseJson(rawBody.toString('utf8'));
  if (interaction === undefined) return plain(400, 'not JSON');
  const startedAt = ports.now();
  const answer = await handleInteraction(interaction, ports);
  const response = await settle(answer, startedAt + ANSWER_WITHIN_MS, ports);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(response) };
}

/** An answer that may come late must come now. What was begun may still be done; the person is told to look before asking again. */
async function settle(answer: Answer, answerBy: number, ports: Ports): Promise<APIInteractionResponse> {
  if (!('later' in answer)) return answer;
  const patience = new AbortController();
  const late = await Promise.race([
    answer.later().catch((error: unknown) => broken('webhook', error, ports)),
    sleep(Math.max(0, answerBy - ports.now()), undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  if (!late) return refuse({ kind: 'too-slow' });
  return ephemerally('files' in late ? { ...late.card, attachments: [] } : late);
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
