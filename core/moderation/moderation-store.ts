import { BatchGetCommand, DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Job, jobSchema } from '../job.ts';
import { type LedgerContext, transact } from '../ledger/ledger-context.ts';
import { personPk } from '../person/person-rows.ts';
import { type AuditedChange, type ModerationChange, type Moderator, moderationPk, putChange, readChanges } from './audited-change.ts';
import { type Block, blockKey, isBlocked, readBlocks, setBlocked } from './blocks.ts';
import { LICENCES, type LicenceId } from './licence.ts';
import { type LogTrouble, clearTrouble, countRefusal, noteTrouble, readTrouble } from './log-channel.ts';
import { type GuildModeration, NO_GUILD_MODERATION, guildModerationSchema } from './word-lists.ts';

/** Which version of a licence's rules a person accepted, and when (epoch ms). */
const termsRow = v.object({ version: v.number(), at: v.number() });
export type AcceptedTerms = Readonly<v.InferOutput<typeof termsRow>>;

const guildRow = v.object({ ...guildModerationSchema.entries, revision: v.number() });
const anyRow = v.looseObject({ sk: v.string() });

/** What must be known before a job is admitted. */
export interface Standing {
  /** By licence; none that was not accepted. */
  readonly terms: Readonly<Partial<Record<LicenceId, AcceptedTerms>>>;
  readonly guild: GuildModeration;
  /** A moderator keeps them from asking here. */
  readonly isBlocked: boolean;
}

/** Somebody waits three seconds at most for an answer that needs more than this. */
const READ_WITHIN_MS = 900;
/** A job waits no longer for its asker to accept the rules than its interaction would have lasted. */
const PENDING_SECONDS = 15 * 60;
const MAX_TRIES = 4;
/** Licences whose rules are to be accepted. */
const ASKING = (Object.keys(LICENCES) as LicenceId[]).filter((id) => LICENCES[id].asksForRules);

/**
 * Accepted terms and jobs that wait for them (person/person-rows.ts), and what servers' moderators said. Reports: report-store.ts.
 *
 * | row | pk | sk |
 * | --- | --- | --- |
 * | a server's lists and log channel | `moderation#<guild>` | `guild` |
 * | a change that an admin or moderator made | `moderation#<guild>` | `change#<interaction id, 20 digits>` |
 * | somebody who may not ask there | `moderation#<guild>` | `blocked#<user>` |
 * | that the log channel is out of reach | `moderation#<guild>` | `log-trouble` |
 * | refused prompts, counted | `moderation#<guild>` | `refusals#<ten minutes>` |
 */
export class ModerationStore {
  readonly #context: LedgerContext;
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(context: LedgerContext) {
    this.#context = context;
    this.#client = context.client;
    this.#tableName = context.tableName;
  }

  /** In one call, which licences' rules a person accepted and what their server forbids. */
  async standing(userId: string, guildId: string | null): Promise<Standing> {
    const Keys = [...ASKING.map((licence) => termsKey(userId, licence)), ...(guildId === null ? [] : [guildKey(guildId), blockKey(guildId, userId)])];
    const { Responses, UnprocessedKeys } = await this.#client.send(
      new BatchGetCommand({ RequestItems: { [this.#tableName]: { Keys, ConsistentRead: true } } }),
      { abortSignal: AbortSignal.timeout(READ_WITHIN_MS) },
    );
    // A row left unread must not pass for one that does not exist.
    if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('the database did not read all rows: try again');
    const rows = new Map((Responses?.[this.#tableName] ?? []).map((item) => [v.parse(anyRow, item).sk, item]));
    const accepted = ASKING.flatMap((licence) => {
      const row = rows.get(`terms#${licence}`);
      return row ? [[licence, v.parse(termsRow, row)] as const] : [];
    });
    const guild = rows.get('guild');
    return { terms: Object.fromEntries(accepted), guild: guild ? v.parse(guildModerationSchema, guild) : NO_GUILD_MODERATION, isBlocked: rows.has(`blocked#${userId}`) };
  }

  /** Notes that a person accepted a version of a licence's rules; kept for good. */
  async accept(userId: string, licence: LicenceId, version: number): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...termsKey(userId, licence), version, at: this.#context.now() } }));
  }

  /** Keeps a job until its asker accepts the rules. */
  async keepPending(job: Job): Promise<void> {
    const ttl = Math.floor(this.#context.now() / 1000) + PENDING_SECONDS;
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...pendingKey(job.userId, job.id), job, ttl } }));
  }

  /** The job that waits, which then waits no longer; `undefined` when none does. */
  async takePending(userId: string, jobId: string): Promise<Job | undefined> {
    const { Attributes } = await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: pendingKey(userId, jobId), ReturnValues: 'ALL_OLD' }));
    if (!Attributes) return undefined;
    const { job, ttl } = v.parse(v.object({ job: jobSchema, ttl: v.number() }), Attributes);
    // DynamoDB may drop a row days after its time.
    return ttl * 1000 > this.#context.now() ? job : undefined;
  }

  async guild(guildId: string): Promise<GuildModeration> {
    return (await this.#readGuild(guildId)).guild;
  }

  /**
   * Changes a server's lists and writes who did: both or neither.
   * @param change what they become; `undefined` when there is nothing to change
   * @returns whether anything was changed
   */
  async change(
    who: Moderator,
    changed: ModerationChange,
    change: (before: GuildModeration) => GuildModeration | undefined,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const { guild, revision } = await this.#readGuild(who.guildId);
      const after = change(guild);
      if (!after) return false;
      const TableName = this.#tableName;
      const cancelled = await transact(this.#context, [
        {
          Put: {
            TableName,
            Item: { ...guildKey(who.guildId), ...after, revision: revision + 1 },
            ConditionExpression: 'attribute_not_exists(pk) OR revision = :read',
            ExpressionAttributeValues: { ':read': revision },
          },
        },
        putChange(this.#context, who, changed),
      ]);
      if (!cancelled) return true;
      // The same interaction, delivered twice.
      if (cancelled.failedConditions.has(1)) return true;
      if (attempt === MAX_TRIES) throw new Error('the word lists changed under every attempt to change them: try again');
    }
  }

  /** The latest changes that admins and moderators made, newest first. */
  changes(guildId: string, limit: number): Promise<readonly AuditedChange[]> {
    return readChanges(this.#context, guildId, limit);
  }

  /** Keeps somebody from asking in a server, or lifts that. @returns whether anything was changed */
  setBlocked(moderator: Moderator, userId: string, isBlocked: boolean): Promise<boolean> {
    return setBlocked(this.#context, moderator, userId, isBlocked);
  }

  isBlocked(guildId: string, userId: string): Promise<boolean> {
    return isBlocked(this.#context, guildId, userId);
  }

  /** Those who are blocked in a server; at most `limit`. */
  blocks(guildId: string, limit: number): Promise<readonly Block[]> {
    return readBlocks(this.#context, guildId, limit);
  }

  /** Notes that nothing arrives in the log channel any more. */
  noteTrouble(guildId: string, channelId: string): Promise<void> {
    return noteTrouble(this.#context, guildId, channelId);
  }

  clearTrouble(guildId: string): Promise<void> {
    return clearTrouble(this.#context, guildId);
  }

  /** That nothing arrives in the log channel, and since when; `undefined` when all is well. */
  trouble(guildId: string): Promise<LogTrouble | undefined> {
    return readTrouble(this.#context, guildId);
  }

  /** Counts a refused prompt, and says whether moderators are to see it. */
  countRefusal(guildId: string, userId: string): Promise<'show' | 'last' | 'hide'> {
    return countRefusal(this.#context, guildId, userId);
  }

  async #readGuild(guildId: string): Promise<{ readonly guild: GuildModeration; readonly revision: number }> {
    const { Responses, UnprocessedKeys } = await this.#client.send(
      new BatchGetCommand({ RequestItems: { [this.#tableName]: { Keys: [guildKey(guildId)], ConsistentRead: true } } }),
    );
    if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('the database did not read all rows: try again');
    const [item] = Responses?.[this.#tableName] ?? [];
    if (!item) return { guild: NO_GUILD_MODERATION, revision: 0 };
    const { revision, ...guild } = v.parse(guildRow, item);
    return { guild, revision };
  }
}

function guildKey(guildId: string): { pk: string; sk: string } {
  return { pk: moderationPk(guildId), sk: 'guild' };
}

function termsKey(userId: string, licence: LicenceId): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: `terms#${licence}` };
}

function pendingKey(userId: string, jobId: string): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: `pending#${jobId}` };
}
