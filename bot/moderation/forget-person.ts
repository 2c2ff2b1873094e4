import type { Ledger } from '../../core/ledger.ts';
import type { Deleted, Deletion } from '../../core/person/deletion.ts';
import { type HeldJob, parseHeldJob } from '../../core/person/forget.ts';
import type { Row } from '../../core/person/person-rows.ts';
import { isAdjustment } from '../../core/person/walk.ts';
import type { LatePorts } from '../ports.ts';
import { Unreachable } from '../rest/discord-errors.ts';

export interface ForgetPorts extends Pick<LatePorts, 'pictures' | 'now' | 'log'> {
  readonly ledger: Pick<Ledger, 'people' | 'end'>;
  readonly discord: Pick<LatePorts['discord'], 'remove' | 'editOriginal'>;
}

/** A worker that still has a cancelled job stops at its next step, and may store something until then. */
const STOPS_WITHIN_MS = 60_000;
const JOBS_AT_ONCE = 4;

/**
 * Goes once through all that is stored about somebody and deletes what can be: whatever is deleted is counted, whatever is
 * in the way (a job that is being painted or posted) is left for the next go. May be broken off anywhere and done again.
 * @returns whether nothing is left
 */
export async function forgetPerson(deletion: Deletion, ports: ForgetPorts, signal: AbortSignal): Promise<boolean> {
  const { people } = ports.ledger;
  const { userId, here, cutoff } = deletion;
  let isClear = true;
  for (const { guildId, row } of await people.places(userId, here)) {
    const left = await forgetEntriesOf(deletion, guildId, ports, signal);
    if (signal.aborted) return false;
    await people.forgetAccounts(userId, guildId);
    const isGone = left.young > 0 || left.busy > 0 || row === undefined || (await people.forgetPlace(row));
    isClear &&= isGone && left.busy === 0;
  }
  if (!isClear) return false;
  await people.forgetWords(userId, cutoff);
  return true;
}

/** Entries that stay: of jobs that are in the way, and from after the cutoff. */
interface Left {
  readonly busy: number;
  readonly young: number;
}

async function forgetEntriesOf(deletion: Deletion, guildId: string | null, ports: ForgetPorts, signal: AbortSignal): Promise<Left> {
  const { people } = ports.ledger;
  const left = { busy: 0, young: 0 };
  for await (const { entries, jobs } of people.walk(deletion.userId, guildId)) {
    const held = new Map(jobs.map((row) => [row.pk.slice('job#'.length), parseHeldJob(row)]));
    const fates = new Map<string, Fate>();
    const counts = { jobs: 0, files: 0, messages: 0, stuck: 0 };
    await inTurns([...held], JOBS_AT_ONCE, async ([id, job]) => {
      if (!signal.aborted) fates.set(id, await forgetOne(job, entries, deletion, ports, counts));
    });
    const fateOf = (entry: Row): Fate => {
      const id = String(entry['id']);
      if (!isAdjustment(entry) && held.has(id)) return fates.get(id) ?? 'busy';
      return isAdjustment(entry) && Number(entry['at']) > deletion.cutoff ? 'young' : 'gone';
    };
    const gone = entries.filter((entry) => fateOf(entry) === 'gone');
    await people.forgetEntries(guildId, gone);
    await people.recordDeleted(deletion.userId, { ...counts, entries: gone.length });
    left.busy += entries.filter((entry) => fateOf(entry) === 'busy').length;
    left.young += entries.filter((entry) => fateOf(entry) === 'young').length;
    if (signal.aborted) break;
  }
  return left;
}

/** What becomes of a job's entries: they go, are in the way, or are from after the cutoff. */
type Fate = 'gone' | 'busy' | 'young';

async function forgetOne(held: HeldJob, entries: readonly Row[], deletion: Deletion, ports: ForgetPorts, counts: Record<'jobs' | 'files' | 'messages' | 'stuck', number>): Promise<Fate> {
  const { job, state } = held;
  if (job.createdAt > deletion.cutoff) return 'young';
  if (job.forgotten) return 'gone';
  switch (state) {
    case 'queued':
    case 'running':
      await ports.ledger.end(job.id, { state: 'cancelled', reason: 'by-asker' });
      return 'busy';
    case 'painted':
      // Its picture is on its way at this moment.
      return 'busy';
    case 'posted':
      break;
    case 'refused':
    case 'failed':
    case 'cancelled': {
      const endedAt = Math.max(...entries.flatMap(({ id, kind, at }) => (id === job.id && kind === 'refund' && typeof at === 'number' ? [at] : [])));
      // Its refund leads to it once more, on a later page.
      if (endedAt === -Infinity) return 'gone';
      if (ports.now() - endedAt < STOPS_WITHIN_MS) return 'busy';
    }
  }
  if (deletion.withMessages) await removeMessages(held, ports, counts);
  counts.files += await ports.pictures.deleteJob(job.id);
  await ports.ledger.people.forgetJob(held);
  counts.jobs += 1;
  return 'gone';
}

/** What only the asker sees, the bot cannot delete; nor what stands where it may not look any more. */
async function removeMessages({ job, posted }: HeldJob, { discord }: ForgetPorts, counts: Pick<Record<keyof Deleted, number>, 'messages' | 'stuck'>): Promise<void> {
  if (!posted || job.private) return;
  for (const messageId of posted.messageIds) {
    try {
      await discord.remove(posted.channelId, messageId);
      counts.messages += 1;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      counts.stuck += 1;
    }
  }
}

async function inTurns<T>(items: readonly T[], atOnce: number, act: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) await Promise.all(items.slice(start, start + atOnce).map(act));
}
