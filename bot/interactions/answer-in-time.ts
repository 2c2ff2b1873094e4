import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports } from '../ports.ts';
import { refuse } from './answers.ts';
import { handleInteraction } from './handle-interaction.ts';
import type { Answer } from './handler.ts';

/** Discord waits three seconds; the rest is for the way there and back. Counted from when it came, be that before this process started. */
const ANSWER_WITHIN_MS = 2500;
/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-interaction-type */
const AUTOCOMPLETE = 4;

/**
 * Answers an interaction while Discord still waits: when its handler is too slow, with the advice to look and try again, for the
 * asker alone. The handler goes on meanwhile, and whoever admits a job there gives it up again, uncharged (admit-job.ts).
 */
export async function answerInTime(raw: unknown, ports: Ports, receivedAt = ports.now()): Promise<Answer> {
  const patience = new AbortController();
  const late = sleep(Math.max(0, receivedAt + ANSWER_WITHIN_MS - ports.now()), undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([handleInteraction(raw, ports, receivedAt), late]);
  patience.abort();
  if (answer) return answer;
  ports.log.warn({ event: 'interaction:answer:too-slow' }, 'an answer took too long');
  return isAutocomplete(raw) ? { type: 8, data: { choices: [] } } : refuse({ kind: 'too-slow' });
}

function isAutocomplete(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'type' in raw && raw.type === AUTOCOMPLETE;
}
