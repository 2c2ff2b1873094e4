/** People who ask for pictures, some of whose messages the queue delivers twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalUser } from '../../../infra/local/local-user.ts';
import type { Random } from '../random.ts';
import type { StormWorld } from '../storm-world.ts';

/** So many people wait for an answer at the same time. */
const AT_ONCE = 4;
const TWICE = 0.5;
const LONGEST = 12;

export interface Asked {
  readonly jobIds: readonly string[];
  readonly copies: number;
  /** Commands that were refused or not answered; none of them became a job. */
  readonly refused: number;
}

export interface AskingOptions {
  readonly jobs: number;
  /** A second delivery comes within that: while the job waits, is painted, or is over. */
  readonly latestCopyMs: number;
  readonly random: Random;
}

/** Asks until so many jobs are in line; resolves when the last copy has been sent, too. */
export async function askForJobs({ members, stack, ledger, state }: StormWorld, channelIds: readonly [string, ...string[]], { jobs, latestCopyMs, random }: AskingOptions): Promise<Asked> {
  const commandId = state.commands.find(({ name }) => name === 'imagine')?.id ?? '';
  const jobIds: string[] = [];
  const copies: Promise<void>[] = [];
  let asked = 0;
  let refused = 0;

  async function ask(member: LocalUser, channelId: string): Promise<void> {
    const options = { prompt: `a red house number ${asked}`, steps: random.whole(2, LONGEST), seed: random.whole(0, 2 ** 32 - 1), count: random.chance(0.2) ? 2 : 1 };
    const values = Object.entries(options).map(([name, value]) => ({ name, value }));
    const outcome = await member.interact({ kind: 'command', channelId, commandId, options: values });
    const row = await ledger.find(outcome.interactionId);
    // One that was admitted too late for an answer is given up again before it is queued.
    if (!row || row.state === 'cancelled') {
      refused += 1;
      return;
    }
    jobIds.push(outcome.interactionId);
    if (random.chance(TWICE)) copies.push(sleep(random.whole(0, latestCopyMs)).then(() => stack.queue.send(row.job)));
  }

  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (asked - refused < jobs) {
        asked += 1;
        const member = members[asked % members.length];
        if (member) await ask(member, random.pick(channelIds));
      }
    }),
  );
  await Promise.all(copies);
  return { jobIds, copies: copies.length, refused };
}
