/** Deletes a person's rows, of those that a walk has found. All of it may be done twice. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput, DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { personalAccounts } from '../ledger/account-row.ts';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { journalPk } from '../ledger/movement.ts';
import { JOB_STATES, jobKey, messageKey } from '../ledger/row.ts';
import { type PlaceRow, type Row, personPk } from './person-rows.ts';
import { readAccountRows, readPartition } from './walk.ts';

/** As much of a job's row as its deletion needs, of whatever version the rest is. */
const heldJob = v.object({
  state: v.picklist(JOB_STATES),
  job: v.object({ id: v.string(), createdAt: v.number(), private: v.optional(v.boolean(), false), forgotten: v.optional(v.boolean(), false), reply: v.object({ kind: v.string() }) }),
  posted: v.optional(v.object({ channelId: v.string(), messageIds: v.array(v.string()) })),
});
export type HeldJob = Readonly<v.InferOutput<typeof heldJob>>;

export function parseHeldJob(row: Row): HeldJob {
  return v.parse(heldJob, row);
}

/** A job's message stays on the queue for a day at most; until it is surely gone, whoever receives it must find how the job ended. */
const MESSAGE_GONE_AFTER_MS = 2 * 24 * 3600 * 1000;

/**
 * Deletes a job that is over, and what leads from its messages to it. Of one whose queue message may still be under way, the
 * row stays for two days without words, pictures and token.
 */
export async function forgetJob(context: LedgerContext, { job, posted }: HeldJob): Promise<void> {
  await deleteRows(context, (posted?.messageIds ?? []).map(messageKey));
  if (context.now() - job.createdAt > MESSAGE_GONE_AFTER_MS) return deleteRows(context, [jobKey(job.id)]);
  const holdsToken = job.reply.kind === 'interaction';
  await ifStillThere(() =>
    context.client.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: jobKey(job.id),
        UpdateExpression:
          `SET #job.#forgotten = :yes, #job.#work.#prompt = :none, #job.#work.#negative = :null, #ttl = :ttl${holdsToken ? ', #job.#reply.#token = :gone' : ''} ` +
          'REMOVE #job.#work.#prompt2, #job.#work.#image, #job.#work.#mask, pictures, answerPlace, posted, #checkpoint',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(openPk)',
        ExpressionAttributeNames: { '#job': 'job', '#forgotten': 'forgotten', '#work': 'work', '#prompt': 'prompt', '#prompt2': 'prompt2', '#negative': 'negativePrompt', '#image': 'image', '#mask': 'mask', '#checkpoint': 'checkpoint', '#ttl': 'ttl', ...(holdsToken && { '#reply': 'reply', '#token': 'token' }) },
        ExpressionAttributeValues: { ':yes': true, ':none': '', ':null': null, ':ttl': Math.ceil((context.now() + MESSAGE_GONE_AFTER_MS) / 1000), ...(holdsToken && { ':gone': 'deleted' }) },
      }),
    ),
  );
}

/** Deletes entries of a person's accounts, and their twins in the server's journal. */
export async function forgetEntries(context: LedgerContext, guildId: string | null, entries: readonly Row[]): Promise<void> {
  const twins = entries.flatMap(({ sk, at }) => (guildId === null || typeof at !== 'number' ? [] : [{ pk: journalPk(guildId, at), sk: sk.slice('entry#'.length) }]));
  // The twins first: they are found by way of the entries.
  await deleteRows(context, twins);
  await deleteRows(context, entries);
}

/** Deletes the accounts of spans that are over. Of those that run, the sums stay, else a quota would start anew; the roles go. */
export async function forgetAccounts(context: LedgerContext, userId: string, guildId: string | null): Promise<void> {
  const running = new Set(personalAccounts(userId, guildId, context.now()).map(({ sk }) => sk));
  const rows = await readAccountRows(context, userId, guildId);
  await deleteRows(context, rows.filter(({ sk }) => !running.has(sk)));
  for (const { pk, sk } of rows.filter((row) => running.has(row.sk) && row['roleIds'] !== undefined)) {
    await ifStillThere(() =>
      context.client.send(new UpdateCommand({ TableName: context.tableName, Key: { pk, sk }, UpdateExpression: 'REMOVE roleIds', ConditionExpression: 'attribute_exists(pk)' })),
    );
  }
}

/** Notes that nothing of a person is left in a place. @returns `false` when something moved there since the row was read */
export async function forgetPlace({ client, tableName }: LedgerContext, { pk, sk, at }: PlaceRow): Promise<boolean> {
  return ifStillThere(() =>
    client.send(
      new DeleteCommand({
        TableName: tableName,
        Key: { pk, sk },
        ConditionExpression: 'attribute_not_exists(pk) OR #at = :at',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': at },
      }),
    ),
  );
}

const told = v.looseObject({ at: v.optional(v.number()), job: v.optional(v.looseObject({ createdAt: v.number() })) });

/** Deletes terms that were accepted, and jobs that wait for that, up to the cutoff (epoch ms). */
export async function forgetTerms(context: LedgerContext, userId: string, cutoff: number): Promise<void> {
  const rows = (await Promise.all(['terms#', 'pending#'].map((kind) => readPartition(context, personPk(userId), kind)))).flat();
  const isOld = (row: Row) => {
    const { at, job } = v.parse(told, row);
    return (at ?? job?.createdAt ?? 0) <= cutoff;
  };
  await deleteRows(context, rows.filter(isOld));
}

/** DynamoDB's own limit of one BatchWriteItem. */
const MOST_WRITES = 25;

async function deleteRows({ client, tableName }: LedgerContext, keys: readonly { readonly pk: string; readonly sk: string }[]): Promise<void> {
  for (let start = 0; start < keys.length; start += MOST_WRITES) {
    const requests = keys.slice(start, start + MOST_WRITES).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
    let wanted: BatchWriteCommandInput['RequestItems'] = { [tableName]: requests };
    for (let attempt = 1; wanted && Object.keys(wanted).length > 0; attempt += 1) {
      if (attempt > 1) await sleep(20 * 2 ** Math.min(attempt, 6));
      const { UnprocessedItems }: BatchWriteCommandOutput = await client.send(new BatchWriteCommand({ RequestItems: wanted }));
      wanted = UnprocessedItems;
    }
  }
}

/** Whether the write was made; `false` when its condition did not hold. */
async function ifStillThere(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
