import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type LedgerContext, transact } from '../ledger/ledger-context.ts';
import { personPk } from '../person/person-rows.ts';
import { moderationPk } from './audited-change.ts';

export const MAX_REPORT_LENGTH = 300;
/** Reports that one person may make in an hour. */
export const REPORTS_AN_HOUR = 5;

const message = v.object({ channelId: v.string(), messageId: v.string() });
const outcome = v.object({ kind: v.picklist(['deleted', 'dismissed']), by: v.string(), /** Epoch milliseconds. */ at: v.number() });
export type ReportOutcome = Readonly<v.InferOutput<typeof outcome>>;

const reportedRow = v.object({
  jobId: v.string(),
  askerId: v.string(),
  /** The message that shows the pictures. */
  shown: message,
  /** What moderators see of it. */
  log: v.optional(message),
  outcome: v.optional(outcome),
});
const reporterRow = v.object({ userId: v.string(), reason: v.string(), /** Epoch milliseconds. */ at: v.number() });

export type Reporter = Readonly<v.InferOutput<typeof reporterRow>>;

/** Pictures that members of a server reported, with all who did, the first one first. */
export interface Reported extends Readonly<v.InferOutput<typeof reportedRow>> {
  readonly reporters: readonly Reporter[];
}

/** A report, as one makes it. */
export interface Report {
  readonly guildId: string;
  readonly jobId: string;
  readonly askerId: string;
  readonly shown: { readonly channelId: string; readonly messageId: string };
  readonly by: string;
  readonly reason: string;
}

const KEPT_SECONDS = 90 * 24 * 3600;
const HOUR_MS = 3_600_000;

/**
 * Reports of pictures.
 *
 * | row | pk | sk |
 * | --- | --- | --- |
 * | pictures that were reported | `moderation#<guild>` | `reported#<job id>` |
 * | one person's report of them | `moderation#<guild>` | `report#<job id>#<user>` |
 * | that this person made it | `person#<user>` | `report#<job id>` |
 */
export class ReportStore {
  readonly #context: LedgerContext;

  constructor(context: LedgerContext) {
    this.#context = context;
  }

  /** Adds a report: once a person and job, and so many an hour. */
  async add({ guildId, jobId, askerId, shown, by, reason }: Report): Promise<'added' | 'made-before' | 'too-many'> {
    const { tableName: TableName, now } = this.#context;
    const at = now();
    if ((await this.#madeSince(by, at - HOUR_MS)) >= REPORTS_AN_HOUR) return 'too-many';
    const ttl = Math.floor(at / 1000) + KEPT_SECONDS;
    const cancelled = await transact(this.#context, [
      { Put: { TableName, Item: { ...reporterKey(guildId, jobId, by), userId: by, reason, at, ttl }, ConditionExpression: 'attribute_not_exists(pk)' } },
      { Put: { TableName, Item: { pk: personPk(by), sk: `report#${jobId}`, guildId, jobId, reason, at, ttl } } },
      {
        Update: {
          TableName,
          Key: reportedKey(guildId, jobId),
          UpdateExpression: 'SET jobId = :job, askerId = :asker, shown = :shown, #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':job': jobId, ':asker': askerId, ':shown': shown, ':ttl': ttl },
        },
      },
    ]);
    return cancelled ? 'made-before' : 'added';
  }

  /** Takes a report back that nobody could be told of, so that it can be made again. */
  async withdraw({ guildId, jobId, by }: Pick<Report, 'guildId' | 'jobId' | 'by'>): Promise<void> {
    const TableName = this.#context.tableName;
    await transact(this.#context, [{ Delete: { TableName, Key: reporterKey(guildId, jobId, by) } }, { Delete: { TableName, Key: { pk: personPk(by), sk: `report#${jobId}` } } }]);
  }

  async find(guildId: string, jobId: string): Promise<Reported | undefined> {
    const { client, tableName: TableName } = this.#context;
    const [{ Item }, { Items = [] }] = await Promise.all([
      client.send(new GetCommand({ TableName, Key: reportedKey(guildId, jobId), ConsistentRead: true })),
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :of)',
          ExpressionAttributeValues: { ':pk': moderationPk(guildId), ':of': `report#${jobId}#` },
          ConsistentRead: true,
        }),
      ),
    ]);
    return Item && { ...v.parse(reportedRow, Item), reporters: Items.map((item) => v.parse(reporterRow, item)).toSorted((a, b) => a.at - b.at) };
  }

  /** Remembers where moderators see it. */
  async noteLog(guildId: string, jobId: string, log: { readonly channelId: string; readonly messageId: string }): Promise<void> {
    const { client, tableName: TableName } = this.#context;
    await client.send(
      new UpdateCommand({ TableName, Key: reportedKey(guildId, jobId), UpdateExpression: 'SET #log = :log', ExpressionAttributeNames: { '#log': 'log' }, ExpressionAttributeValues: { ':log': log } }),
    );
  }

  /** What a moderator made of it; the first one's word counts. */
  async settle(guildId: string, jobId: string, by: string, kind: ReportOutcome['kind']): Promise<void> {
    const { client, tableName: TableName, now } = this.#context;
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: reportedKey(guildId, jobId),
          UpdateExpression: 'SET #outcome = :outcome',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#outcome)',
          ExpressionAttributeNames: { '#outcome': 'outcome' },
          ExpressionAttributeValues: { ':outcome': { kind, by, at: now() } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #madeSince(userId: string, since: number): Promise<number> {
    return (await readOwnReports(this.#context, userId)).filter(({ at }) => at > since).length;
  }
}

const ownReport = v.object({ guildId: v.string(), jobId: v.string(), at: v.number() });

/** The reports that somebody made. */
async function readOwnReports({ client, tableName }: LedgerContext, userId: string): Promise<readonly v.InferOutput<typeof ownReport>[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :report)',
      ExpressionAttributeValues: { ':pk': personPk(userId), ':report': 'report#' },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(ownReport, item));
}

/** Deletes the reports that somebody made up to the cutoff (epoch ms), with their reasons. */
export async function forgetReports(context: LedgerContext, userId: string, cutoff: number): Promise<void> {
  const TableName = context.tableName;
  for (const { guildId, jobId, at } of await readOwnReports(context, userId)) {
    if (at > cutoff) continue;
    await context.client.send(new DeleteCommand({ TableName, Key: reporterKey(guildId, jobId, userId) }));
    await context.client.send(new DeleteCommand({ TableName, Key: { pk: personPk(userId), sk: `report#${jobId}` } }));
  }
}

function reportedKey(guildId: string, jobId: string): { pk: string; sk: string } {
  return { pk: moderationPk(guildId), sk: `reported#${jobId}` };
}

function reporterKey(guildId: string, jobId: string, userId: string): { pk: string; sk: string } {
  return { pk: moderationPk(guildId), sk: `report#${jobId}#${userId}` };
}
