/** What admins and moderators changed about moderation, and who it was. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { LedgerContext, TransactItem } from '../ledger/ledger-context.ts';

const changeSchema = v.variant('kind', [
  v.object({ kind: v.picklist(['add', 'remove']), list: v.picklist(['deny', 'allow']), term: v.string() }),
  v.object({ kind: v.literal('log'), channelId: v.nullable(v.string()) }),
  v.object({ kind: v.picklist(['block', 'unblock']), userId: v.string() }),
]);
export type ModerationChange = Readonly<v.InferOutput<typeof changeSchema>>;

const auditRow = v.object({ by: v.string(), /** Epoch milliseconds. */ at: v.number(), changed: changeSchema });
export type AuditedChange = Readonly<v.InferOutput<typeof auditRow>>;

/** Who makes a change, and with which interaction: one interaction makes it once. */
export interface Moderator {
  readonly guildId: string;
  readonly by: string;
  readonly interactionId: string;
}

const KEPT_SECONDS = 400 * 24 * 3600;

export function moderationPk(guildId: string): string {
  return `moderation#${guildId}`;
}

/** The row that tells of a change, for the transaction that makes it; its condition fails when the same interaction made it before. */
export function putChange({ tableName, now }: LedgerContext, { guildId, by, interactionId }: Moderator, changed: ModerationChange): TransactItem {
  const at = now();
  return {
    Put: {
      TableName: tableName,
      Item: { pk: moderationPk(guildId), sk: `change#${interactionId.padStart(20, '0')}`, by, at, changed, ttl: Math.floor(at / 1000) + KEPT_SECONDS },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The latest changes in a server, newest first. */
export async function readChanges({ client, tableName }: LedgerContext, guildId: string, limit: number): Promise<readonly AuditedChange[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :change)',
      ExpressionAttributeValues: { ':pk': moderationPk(guildId), ':change': 'change#' },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(auditRow, item));
}
