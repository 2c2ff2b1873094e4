/** How a server's log channel fares, and how much was said there lately. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { moderationPk } from './audited-change.ts';

/** Nothing arrives in that channel any more. */
const troubleRow = v.object({ channelId: v.string(), /** Epoch milliseconds. */ at: v.number() });
export type LogTrouble = Readonly<v.InferOutput<typeof troubleRow>>;

function troubleKey(guildId: string): { pk: string; sk: string } {
  return { pk: moderationPk(guildId), sk: 'log-trouble' };
}

/** Notes that something could not be posted, for an admin who looks. */
export async function noteTrouble({ client, tableName, now }: LedgerContext, guildId: string, channelId: string): Promise<void> {
  await client.send(new PutCommand({ TableName: tableName, Item: { ...troubleKey(guildId), channelId, at: now() } }));
}

export async function clearTrouble({ client, tableName }: LedgerContext, guildId: string): Promise<void> {
  await client.send(new DeleteCommand({ TableName: tableName, Key: troubleKey(guildId) }));
}

export async function readTrouble({ client, tableName }: LedgerContext, guildId: string): Promise<LogTrouble | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: troubleKey(guildId), ConsistentRead: true }));
  return Item && v.parse(troubleRow, Item);
}

export const LOG_WINDOW_MINUTES = 10;
/** Refused prompts that are shown in one window: of a server, and of one person. */
export const SHOWN_REFUSALS = { ofServer: 10, ofPerson: 3 } as const;

const windowRow = v.looseObject({ shown: v.number() });

/**
 * Counts a refused prompt.
 * @returns whether it is to be shown; `last` when further ones will not be for a while
 */
export async function countRefusal({ client, tableName, now }: LedgerContext, guildId: string, userId: string): Promise<'show' | 'last' | 'hide'> {
  const windowMs = LOG_WINDOW_MINUTES * 60_000;
  const window = Math.floor(now() / windowMs);
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk: moderationPk(guildId), sk: `refusals#${window}` },
      UpdateExpression: 'ADD shown :one, #user :one SET #ttl = :ttl',
      ExpressionAttributeNames: { '#user': `by${userId}`, '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':ttl': Math.ceil(((window + 2) * windowMs) / 1000) },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const { shown, ...counts } = v.parse(windowRow, Attributes);
  const own = Number(counts[`by${userId}`]);
  if (shown > SHOWN_REFUSALS.ofServer || own > SHOWN_REFUSALS.ofPerson) return 'hide';
  return shown === SHOWN_REFUSALS.ofServer || own === SHOWN_REFUSALS.ofPerson ? 'last' : 'show';
}
