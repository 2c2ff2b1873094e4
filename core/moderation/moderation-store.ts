import { BatchGetCommand, DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Job, jobSchema } from '../job.ts';
import { type LedgerContext, transact } from '../ledger/ledger-context.ts';
import { personPk } from '../person/person-rows.ts';
import type { LicenceId } from './licence.ts';
import { type GuildModeration, NO_GUILD_MODERATION, guildModerationSchema } from './word-lists.ts';

/** Which version of a licence's rules a person accepted, and when (epoch ms). */
const termsRow = v.object({ version: v.number(), at: v.number() });
export type AcceptedTerms = Readonly<v.InferOutput<typeof termsRow>>;

const guildRow = v.object({ ...guildModerationSchema.entries, revision: v.number() });
const anyRow = v.looseObject({ sk: v.string() });

/** What an admin changed. */
const changeSchema = v.object({ kind: v.picklist(['add', 'remove']), list: v.picklist(['deny', 'allow']), term: v.string() });
export type ModerationChange = v.InferOutput<typeof changeSchema>;
const auditRow = v.object({ by: v.string(), /** Epoch milliseconds. */ at: v.number(), changed: changeSchema });
export type AuditedChange = Readonly<v.InferOutput<typeof auditRow>>;

/** What must be known before a job is admitted. */
export interface Standing {
  readonly terms: AcceptedTerms | undefined;
  readonly guild: GuildModeration;
}

/** Somebody waits three seconds at most for an answer that needs more than this. */
const READ_WITHIN_MS = 900;
/** A job waits no longer for its asker to accept the rules than its interaction would have lasted. */
const PENDING_SECONDS = 15 * 60;
const AUDIT_KEPT_SECONDS = 400 * 24 * 3600;
const MAX_TRIES = 4;

/**
 * Accepted terms and jobs that wait for them (person/person-rows.ts), and servers' word lists.
 *
 * | row | pk | sk |
 * | --- | --- | --- |
 * | a server's lists | `moderation#<guild>` | `guild` |
 * | a change that an admin made to them | `moderation#<guild>` | `change#<interaction id, 20 digits>` |
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

  /** In one call, what a person accepted of a licence and what their server forbids. */
  async standing(userId: string, guildId: string | null, licence: LicenceId): Promise<Standing> {
    const Keys = [termsKey(userId, licence), ...(guildId === null ? [] : [guildKey(guildId)])];
    const { Responses, UnprocessedKeys } = await this.#client.send(
      new BatchGetCommand({ RequestItems: { [this.#tableName]: { Keys, ConsistentRead: true } } }),
      { abortSignal: AbortSignal.timeout(READ_WITHIN_MS) },
    );
    // A row left unread must not pass for one that does not exist.
    if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('the database did not read all rows: try again');
    const rows = new Map((Responses?.[this.#tableName] ?? []).map((item) => [v.parse(anyRow, item).sk, item]));
    const terms = rows.get(`terms#${licence}`);
    const guild = rows.get('guild');
    return { terms: terms && v.parse(termsRow, terms), guild: guild ? v.parse(guildModerationSchema, guild) : NO_GUILD_MODERATION };
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
    who: { readonly guildId: string; readonly by: string; readonly interactionId: string },
    changed: ModerationChange,
    change: (before: GuildModeration) => GuildModeration | undefined,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const { guild, revision } = await this.#readGuild(who.guildId);
      const after = change(guild);
      if (!after) return false;
      const at = this.#context.now();
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
        {
          Put: {
            TableName,
            Item: { pk: pkOf(who.guildId), sk: `change#${who.interactionId.padStart(20, '0')}`, by: who.by, at, changed, ttl: Math.floor(at / 1000) + AUDIT_KEPT_SECONDS },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      if (!cancelled) return true;
      // The same interaction, delivered twice.
      if (cancelled.failedConditions.has(1)) return true;
      if (attempt === MAX_TRIES) throw new Error('the word lists changed under every attempt to change them: try again');
    }
  }

  /** The latest changes to a server's lists, newest first. */
  async changes(guildId: string, limit: number): Promise<readonly AuditedChange[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :change)',
        ExpressionAttributeValues: { ':pk': pkOf(guildId), ':change': 'change#' },
        ScanIndexForward: false,
        Limit: limit,
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => v.parse(auditRow, item));
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

function pkOf(guildId: string): string {
  return `moderation#${guildId}`;
}

function guildKey(guildId: string): { pk: string; sk: string } {
  return { pk: pkOf(guildId), sk: 'guild' };
}

function termsKey(userId: string, licence: LicenceId): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: `terms#${licence}` };
}

function pendingKey(userId: string, jobId: string): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: `pending#${jobId}` };
}
