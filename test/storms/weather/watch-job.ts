import { setTimeout as sleep } from 'node:timers/promises';
import { LocalDiscordRefused } from '../../../infra/local/local-user.ts';
import { finalAnswers } from '../final-answers.ts';
import type { Sky } from './sky.ts';

/** What the asker got to see of a job's end. */
export interface Seen {
  readonly jobId: string;
  readonly pictures: number;
  readonly failures: number;
  /** Where the final answers stand. */
  readonly where: readonly ('its card' | 'the channel' | 'a direct message')[];
  /** When it was over: epoch ms. */
  readonly at: number;
  readonly isRefused: boolean;
  readonly waitedMs: number;
  /** Since the weather's end; none for one that does not pass. */
  readonly afterMs?: number;
}

const LOOK_EVERY_MS = 250;
const ENDS: ReadonlySet<string> = new Set(['posted', 'failed', 'cancelled']);

/** Waits until the job is over and looks what its asker sees. */
export async function watchJob({ world, asker, channelId }: Sky, jobId: string, patienceMs: number): Promise<Seen> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    const row = await world.ledger.find(jobId);
    if (row && ENDS.has(row.state)) break;
  }
  const at = Date.now();
  const direct = await asker.directChannel(world.state.application.botUserId);
  const [inChannel, inDirect] = await Promise.all([asker.messages(channelId).catch(noneIfGone), asker.messages(direct.id)]);
  const seenHere = inChannel.filter(({ author }) => author.bot);
  const card = seenHere.filter(({ interaction_metadata: by }) => by !== undefined);
  const posts = seenHere.filter(({ interaction_metadata: by }) => by === undefined);
  const answers = ([
    ['its card', card],
    ['the channel', posts],
    ['a direct message', inDirect],
  ] as const).flatMap(([place, messages]) => (finalAnswers(messages, jobId).get(jobId) ?? []).map((answer) => ({ ...answer, place })));
  const pictures = answers.filter(({ kind }) => kind === 'picture').length;
  return { jobId, pictures, failures: answers.length - pictures, where: answers.map(({ place }) => place), at, isRefused: false, waitedMs: 0 };
}

function noneIfGone(error: unknown): readonly never[] {
  if (error instanceof LocalDiscordRefused) return [];
  throw error;
}
