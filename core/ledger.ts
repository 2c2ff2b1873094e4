import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Centicredits } from './credits.ts';
import type { Job } from './job.ts';
import { type Balance, readBalance } from './ledger/account.ts';
import { type Admission, type Foreseen, type Member, type Terms, admit, countAhead, foresee } from './ledger/admit.ts';
import { type Ending, endJob, findJob, markPosted } from './ledger/finish.ts';
import { type Claim, claim, extendLease, markPainted, recordPlace, release, saveCheckpoint } from './ledger/lease.ts';
import { markCard, unmarkCard } from './ledger/card-mark.ts';
import { readState } from './ledger/job-state.ts';
import { type Adjusted, type Adjustment, adjust } from './ledger/adjust.ts';
import { type Change, type Changer, readChanges } from './ledger/audit.ts';
import { type RuleChange, changeRule } from './ledger/change-rule.ts';
import { readJobs, readLine } from './ledger/line.ts';
import type { LedgerContext } from './ledger/ledger-context.ts';
import { type AnswerPlace, type Checkpoint, type JobRow, type JobState, type Posted, type StoredPicture, messageKey, parseMessageRow } from './ledger/row.ts';
import { readRules } from './ledger/rules.ts';
import { type Simulation, type Window, simulate } from './ledger/simulate.ts';
import { type Standing, readStanding } from './ledger/standing.ts';
import { type Unsent, confirm, giveUpUnconfirmed, markSent, unsentSince } from './ledger/unsent.ts';
import { DEFAULT_DAILY_CENTICREDITS } from './limits.ts';
import { ModerationStore } from './moderation/moderation-store.ts';
import { ReportStore } from './moderation/report-store.ts';
import { PersonStore } from './person/person-store.ts';
import { PlaceSettingsStore } from './place-settings/place-settings-store.ts';
import type { Allowance, Rule, RuleTarget } from './quota/rule.ts';
import { BudgetStore } from './budget/budget-store.ts';
import { ScalingStore } from './scaling/scaling-store.ts';
import { Workforce } from './workforce/workforce.ts';

export interface LedgerOptions {
  /** Epoch milliseconds; the wall clock by default. */
  readonly now?: () => number;
  /** What a person may spend a day in one guild while no rule says otherwise, in hundredths of a credit. */
  readonly dailyLimit?: Centicredits;
}

/** A Discord message of ours and the job whose pictures it shows. */
export interface PostedPictures {
  readonly channelId: string;
  readonly row: JobRow;
}

/**
 * Job states and credits, in one DynamoDB table.
 *
 * `queued → running → painted → posted`, or `refused`, `failed`, `cancelled`. Every move is a conditional write, so a
 * move that was already made is a no-op; credits move in the same transaction as the state that justifies them.
 */
export class Ledger {
  readonly #context: LedgerContext;
  /** Who paints, and how fast. */
  readonly workforce: Workforce;
  /** What admins chose for their servers and channels. */
  readonly places: PlaceSettingsStore;
  /** What the month has cost. */
  readonly budget: BudgetStore;
  /** How many workers were needed of late. */
  readonly scaling: ScalingStore;
  /** Accepted terms and word rules. */
  readonly moderation: ModerationStore;
  /** Pictures that were reported. */
  readonly reports: ReportStore;
  /** All that is stored about one person: to be read, and to be deleted. */
  readonly people: PersonStore;

  constructor(client: DynamoDBDocumentClient, tableName: string, options: LedgerOptions = {}) {
    const { now = Date.now, dailyLimit = DEFAULT_DAILY_CENTICREDITS } = options;
    this.#context = { client, tableName, now, dailyLimit };
    this.workforce = new Workforce(this.#context);
    this.places = new PlaceSettingsStore(this.#context);
    this.budget = new BudgetStore(this.#context);
    this.scaling = new ScalingStore(this.#context);
    this.moderation = new ModerationStore(this.#context);
    this.reports = new ReportStore(this.#context);
    this.people = new PersonStore(this.#context);
  }

  /** Looks at what an admission will want to know, so that it need not. `roleIds` are the asker's. */
  foresee(job: Pick<Job, 'id' | 'createdAt' | 'userId' | 'guildId'>, roleIds?: readonly string[]): Promise<Foreseen> {
    return foresee(this.#context, job, roleIds);
  }

  /** Reserves the cost and puts the job in line. See {@link Admission}. */
  admit(job: Job, cost: Centicredits, member?: Member, terms?: Terms): Promise<Admission> {
    return admit(this.#context, job, cost, member, terms);
  }

  /** Confirms an admission in time. @returns `false` when the job was given up already */
  confirm(jobId: string): Promise<boolean> {
    return confirm(this.#context, jobId);
  }

  /** Ends a job that was never confirmed; no-op for any other. */
  giveUpUnconfirmed(jobId: string): Promise<void> {
    return giveUpUnconfirmed(this.#context, jobId);
  }

  /** Notes that a job's message is on the queue. */
  markSent(jobId: string): Promise<void> {
    return markSent(this.#context, jobId);
  }

  /** Jobs asked for before `cutoff` (epoch ms) whose message may never have reached the queue, oldest first. */
  unsentSince(cutoff: number): Promise<readonly Unsent[]> {
    return unsentSince(this.#context, cutoff);
  }

  /** Takes a received job for this owner. See {@link Claim}. */
  claim(jobId: string, owner: string, leaseSeconds: number): Promise<Claim> {
    return claim(this.#context, jobId, owner, leaseSeconds);
  }

  /** @returns `false` when the lease is lost: stop working on the job */
  extendLease(jobId: string, owner: string, leaseSeconds: number): Promise<boolean> {
    return extendLease(this.#context, jobId, owner, leaseSeconds);
  }

  /** Gives the lease up, so that another worker may claim the job at once. */
  release(jobId: string, owner: string): Promise<void> {
    return release(this.#context, jobId, owner);
  }

  /** @throws {LeaseLost} */
  saveCheckpoint(jobId: string, owner: string, checkpoint: Checkpoint): Promise<void> {
    return saveCheckpoint(this.#context, jobId, owner, checkpoint);
  }

  /** @throws {LeaseLost} */
  markPainted(jobId: string, owner: string, pictures: readonly StoredPicture[]): Promise<void> {
    return markPainted(this.#context, jobId, owner, pictures);
  }

  /** Notes which message the final answer goes into. @throws {LeaseLost} */
  recordPlace(jobId: string, owner: string, place: AnswerPlace): Promise<void> {
    return recordPlace(this.#context, jobId, owner, place);
  }

  /** Marks the card of a job in line as being edited. @returns its row, or `undefined` when it is in line no more */
  markCard(jobId: string, until: number): Promise<JobRow | undefined> {
    return markCard(this.#context, jobId, until);
  }

  /** Takes that mark away again: the edit was answered. */
  unmarkCard(jobId: string, until: number): Promise<void> {
    return unmarkCard(this.#context, jobId, until);
  }

  /** Charges the reservation and remembers which messages show the pictures. */
  markPosted(jobId: string, posted: Posted): Promise<'posted' | 'already-posted' | 'ended'> {
    return markPosted(this.#context, jobId, posted);
  }

  /** Ends a job uncharged. */
  end(jobId: string, ending: Ending): Promise<'ended' | 'already-ended' | 'unknown'> {
    return endJob(this.#context, jobId, ending);
  }

  find(jobId: string): Promise<JobRow | undefined> {
    return findJob(this.#context, jobId);
  }

  /** The ids of jobs on the queue or in work, first come first; at most `limit`. */
  line(limit: number): Promise<readonly string[]> {
    return readLine(this.#context, limit);
  }

  /** Rows of several jobs at once, eventually consistent. */
  findAll(jobIds: readonly string[]): Promise<ReadonlyMap<string, JobRow>> {
    return readJobs(this.#context, jobIds);
  }

  /** A job's state alone, eventually consistent. */
  stateOf(jobId: string): Promise<JobState | undefined> {
    return readState(this.#context, jobId);
  }

  /** The job whose pictures a Discord message shows; `undefined` when the message is none of ours. */
  async findByMessage(messageId: string): Promise<PostedPictures | undefined> {
    const { client, tableName } = this.#context;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: messageKey(messageId), ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { jobId, channelId } = parseMessageRow(Item);
    const row = await this.find(jobId);
    return row && { channelId, row };
  }

  /** @param roleIds the member's roles; without them, those of their last admission count */
  balance(userId: string, guildId: string | null, roleIds?: readonly string[]): Promise<Balance> {
    return readBalance(this.#context, userId, guildId, roleIds);
  }

  /** What a person has left, what they share with others in these channels, and their latest entries. */
  standing(member: { readonly userId: string; readonly guildId: string | null; readonly roleIds?: readonly string[] | undefined }, channelIds: readonly string[]): Promise<Standing> {
    return readStanding(this.#context, member, channelIds);
  }

  /** The quota rules of a guild. */
  rules(guildId: string): Promise<readonly Rule[]> {
    return readRules(this.#context, guildId);
  }

  /** Sets a quota rule, or removes it (`null`). */
  changeRule(changer: Changer, target: RuleTarget, allowance: Allowance | null): Promise<RuleChange> {
    return changeRule(this.#context, changer, target, allowance);
  }

  /** Grants a person extra credits for the present span, or resets their account of it. */
  adjust(changer: Changer, member: { readonly userId: string; readonly roleIds?: readonly string[] | undefined }, adjustment: Adjustment): Promise<Adjusted> {
    return adjust(this.#context, changer, member, adjustment);
  }

  /** The latest changes that admins made to a guild's quotas, newest first. */
  changes(guildId: string, limit: number): Promise<readonly Change[]> {
    return readChanges(this.#context, guildId, limit);
  }

  /** What a guild's last days would have been, had this rule been in force. */
  simulate(guildId: string, proposed: Rule, window: Window): Promise<Simulation> {
    return simulate(this.#context, guildId, proposed, window);
  }

  /** Jobs ahead of this one in line. */
  position(job: Pick<Job, 'createdAt' | 'id'>): Promise<number> {
    return countAhead(this.#context, job);
  }
}
