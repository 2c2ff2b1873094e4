/** Whom moderators keep from asking for pictures in their server. */
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type LedgerContext, transact } from '../ledger/ledger-context.ts';
import { type Moderator, moderationPk, putChange } from './audited-change.ts';

const blockRow = v.object({ sk: v.string(), by: v.string(), /** Epoch milliseconds. */ at: v.number() });

export interface Block {
  readonly userId: string;
  readonly by: string;
  readonly at: number;
}

export function blockKey(guildId: string, userId: string): { pk: string; sk: string } {
  return { pk: moderationPk(guildId), sk: `blocked#${userId}` };
}

/** Blocks somebody, or lifts that, and writes who did: both or neither. @returns whether anything was changed */
export async function setBlocked(context: LedgerContext, moderator: Moderator, userId: string, toBlock: boolean): Promise<boolean> {
  const TableName = context.tableName;
  const key = blockKey(moderator.guildId, userId);
  const cancelled = await transact(context, [
    toBlock
      ? { Put: { TableName, Item: { ...key, by: moderator.by, at: context.now() }, ConditionExpression: 'attribute_not_exists(pk)' } }
      : { Delete: { TableName, Key: key, ConditionExpression: 'attribute_exists(pk)' } },
    putChange(context, moderator, { kind: toBlock ? 'block' : 'unblock', userId }),
  ]);
  return cancelled === undefined;
}

export async function isBlocked({ client, tableName }: LedgerContext, guildId: string, userId: string): Promise<boolean> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: blockKey(guildId, userId), ConsistentRead: true }));
  return Item !== undefined;
}

/** Those who are blocked in a server; at most `limit`. */
export async function readBlocks({ client, tableName }: LedgerContext, guildId: string, limit: number): Promise<readonly Block[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :blocked)',
      ExpressionAttributeValues: { ':pk': moderationPk(guildId), ':blocked': 'blocked#' },
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => v.parse(blockRow, item)).map(({ sk, ...block }) => ({ userId: sk.slice('blocked#'.length), ...block }));
}
