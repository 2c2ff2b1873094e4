import type { JobRow } from '../../../core/ledger/row.ts';
import { type FinalAnswer, finalAnswers } from '../final-answers.ts';
import { countsByJob, readJournal } from '../journal.ts';
import { startComplaints } from '../storm.ts';
import type { StormWorld } from '../storm-world.ts';

export interface JobsChecked {
  readonly posted: number;
  readonly failed: number;
  /** Given up at their admission: their askers were told to try again. */
  readonly takenBack: number;
  /** Hundredths of a credit. */
  readonly charged: number;
  readonly broken: readonly string[];
}

/** Holds what people see, what the rows say and what the journal says against each other, job by job. */
export async function checkJobs(world: StormWorld, jobIds: readonly string[], channelIds: readonly string[], startedAt: number): Promise<JobsChecked> {
  const { broken, expect } = startComplaints();
  const guildId = world.state.guild.id;
  const [rows, messages, entries] = await Promise.all([
    Promise.all(jobIds.map((id) => world.ledger.find(id))),
    Promise.all(channelIds.map((id) => world.messages(id))),
    readJournal(world.stack, guildId, startedAt),
  ]);
  const answers = finalAnswers(messages.flat());
  const counts = countsByJob(entries);
  let [posted, failed, takenBack, charged] = [0, 0, 0, 0];
  for (const [index, id] of jobIds.entries()) {
    const row = rows[index];
    const told = answers.get(id) ?? [];
    const { reserve = 0, settle = 0, refund = 0 } = counts.get(id) ?? {};
    const isPosted = row?.state === 'posted';
    // Taken so late that its asker had been told to try again: given up before the queue's turn, and said no more of.
    const isTakenBack = row?.state === 'cancelled';
    const due = isTakenBack ? 0 : 1;
    expect(isPosted || isTakenBack || row?.state === 'failed', `job ${id} is not over: ${row?.state ?? 'no row'}`);
    expect(told.length === due, `job ${id} (${row?.state}) has ${told.length} final answers: ${told.map(({ kind }) => kind).join(', ') || 'none'}`);
    expect(told.every(({ kind }) => kind === (isPosted ? 'picture' : 'failure')), `job ${id} is ${row?.state}, but its answer is a ${told[0]?.kind}`);
    expect(!isPosted || isWhereItWasPosted(row, told), `job ${id} was posted elsewhere than its row says`);
    expect(reserve === 1 && settle === (isPosted ? 1 : 0) && refund === (isPosted ? 0 : 1), `job ${id} (${row?.state}) was reserved ${reserve} ×, charged ${settle} ×, refunded ${refund} ×`);
    if (isPosted) [posted, charged] = [posted + 1, charged + row.cost];
    else if (isTakenBack) takenBack += 1;
    else failed += 1;
  }
  await checkAccounts();
  return { posted, failed, takenBack, charged, broken };

  /** To the hundredth: what each person is said to have spent is what their posted pictures cost, and nothing is held any more. */
  async function checkAccounts(): Promise<void> {
    for (const { id: userId } of world.members) {
      const due = rows.reduce((sum, row) => sum + (row?.state === 'posted' && row.job.userId === userId ? row.cost : 0), 0);
      const { spent, reserved } = await world.ledger.balance(userId, guildId);
      expect(spent === due && reserved === 0, `member ${userId} is said to have spent ${spent} with ${reserved} held; their pictures cost ${due}`);
    }
  }
}

function isWhereItWasPosted({ posted }: JobRow, told: readonly FinalAnswer[]): boolean {
  return told.every(({ messageId }) => posted?.messageIds.includes(messageId));
}
