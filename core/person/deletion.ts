/** A deletion that somebody asked for: a row that outlives whoever works on it, until nothing is left to delete. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { LedgerContext } from '../ledger/ledger-context.ts';
import { OPEN_INDEX } from '../ledger/row.ts';
import { DIRECT_MESSAGES, guildOfPlace, personPk } from './person-rows.ts';

const COUNTED = ['jobs', 'files', 'entries', 'messages', 'stuck'] as const;
/** How much was deleted: jobs, files in the picture store, movements of credits, messages; and messages that could not be. */
export type Deleted = Readonly<Record<(typeof COUNTED)[number], number>>;
export const NOTHING_DELETED: Deleted = { jobs: 0, files: 0, entries: 0, messages: 0, stuck: 0 };

const count = v.optional(v.number(), 0);
const deletionRow = v.object({
  pk: v.pipe(v.string(), v.startsWith('person#')),
  /** Epoch milliseconds: what came after it stays. */
  cutoff: v.number(),
  /** The bot's messages with their pictures go, too. */
  withMessages: v.boolean(),
  /** Where it was asked, to be looked into besides the places that are known. */
  here: v.string(),
  /** Where the answer can be changed while its token lasts. */
  reply: v.optional(v.object({ applicationId: v.string(), token: v.string(), receivedAt: v.number() })),
  ...v.entriesFromList(COUNTED, count),
  finishedAt: v.optional(v.number()),
});

export interface Deletion {
  readonly userId: string;
  readonly cutoff: number;
  readonly withMessages: boolean;
  readonly here: string | null;
  readonly reply?: { readonly applicationId: string; readonly token: string; readonly receivedAt: number } | undefined;
  readonly deleted: Deleted;
  readonly isFinished: boolean;
}

export type Asked = Omit<Deletion, 'cutoff' | 'deleted' | 'isFinished'>;

/** Partition of the sparse index for deletions that go on. */
const GOING_ON = 'deletion';
/** A deletion whose worker died is gone on with after this. */
export const LEASE_MS = 30_000;
/** How it ended can be looked up for a day. */
const KEPT_SECONDS = 24 * 3600;
const AT_ONCE = 25;

/** Begins a deletion of everything up to now, leased to the caller; one that goes on already is widened to now. */
export async function beginDeletion(context: LedgerContext, { userId, withMessages, here, reply }: Asked): Promise<Deletion> {
  const now = context.now();
  const { Attributes } = await context.client.send(
    new UpdateCommand({
      TableName: context.tableName,
      Key: keyOf(userId),
      UpdateExpression: `SET cutoff = :now, withMessages = :messages, here = :here, leaseEndsAt = :lease, openPk = :open, openSk = :place${reply ? ', reply = :reply' : ''}, ${COUNTED.map((name) => `#${name} = :zero`).join(', ')} REMOVE finishedAt, #ttl`,
      ExpressionAttributeNames: { '#ttl': 'ttl', ...namesOf(COUNTED) },
      ExpressionAttributeValues: {
        ':now': now,
        ':messages': withMessages,
        ':here': here ?? DIRECT_MESSAGES,
        ':lease': now + LEASE_MS,
        ':open': GOING_ON,
        ':place': `${String(now).padStart(15, '0')}#${userId}`,
        ':zero': 0,
        ...(reply && { ':reply': reply }),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return parse(Attributes);
}

/** A deletion that goes on, or ended within a day. */
export async function findDeletion(context: LedgerContext, userId: string): Promise<Deletion | undefined> {
  const { Item } = await context.client.send(new GetCommand({ TableName: context.tableName, Key: keyOf(userId), ConsistentRead: true }));
  return Item && parse(Item);
}

/** Takes the lease of a deletion that goes on; `undefined` when somebody works on it, or there is none. */
export async function claimDeletion(context: LedgerContext, userId: string): Promise<Deletion | undefined> {
  const now = context.now();
  return change(context, userId, {
    update: 'SET leaseEndsAt = :lease',
    condition: 'attribute_exists(openPk) AND (attribute_not_exists(leaseEndsAt) OR leaseEndsAt <= :now)',
    values: { ':lease': now + LEASE_MS, ':now': now },
  });
}

/** Counts what was deleted and holds the lease. */
export async function recordDeleted(context: LedgerContext, userId: string, deleted: Partial<Deleted>): Promise<void> {
  const counts = COUNTED.filter((name) => (deleted[name] ?? 0) > 0);
  await change(context, userId, {
    update: `SET leaseEndsAt = :lease${counts.length > 0 ? ` ADD ${counts.map((name) => `#${name} :${name}`).join(', ')}` : ''}`,
    condition: 'attribute_exists(openPk)',
    names: namesOf(counts),
    values: { ':lease': context.now() + LEASE_MS, ...Object.fromEntries(counts.map((name) => [`:${name}`, deleted[name]])) },
  });
}

/** Lets go of a deletion that is not over: whoever comes next goes on. */
export async function releaseDeletion(context: LedgerContext, userId: string): Promise<void> {
  await change(context, userId, { update: 'REMOVE leaseEndsAt', condition: 'attribute_exists(openPk)' });
}

/** Nothing is left, up to the cutoff. @returns `undefined` when it was asked for again meanwhile, and so goes on */
export async function finishDeletion(context: LedgerContext, { userId, cutoff }: Deletion): Promise<Deletion | undefined> {
  const now = context.now();
  return change(context, userId, {
    update: 'SET finishedAt = :now, #ttl = :ttl REMOVE openPk, openSk, leaseEndsAt, reply',
    condition: 'cutoff = :cutoff AND attribute_exists(openPk)',
    names: { '#ttl': 'ttl' },
    values: { ':now': now, ':ttl': Math.floor(now / 1000) + KEPT_SECONDS, ':cutoff': cutoff },
  });
}

const indexEntry = v.object({ pk: v.pipe(v.string(), v.startsWith('person#')) });

/** Whose deletions go on, the oldest first. */
export async function deletionsGoingOn(context: LedgerContext): Promise<readonly string[]> {
  const { Items = [] } = await context.client.send(
    new QueryCommand({
      TableName: context.tableName,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: 'openPk = :open',
      ExpressionAttributeValues: { ':open': GOING_ON },
      Limit: AT_ONCE,
    }),
  );
  return Items.map((item) => userOf(v.parse(indexEntry, item)));
}

interface Change {
  readonly update: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

async function change(context: LedgerContext, userId: string, { update, condition, names = {}, values = {} }: Change): Promise<Deletion | undefined> {
  try {
    const { Attributes } = await context.client.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: keyOf(userId),
        UpdateExpression: update,
        ConditionExpression: condition,
        ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return parse(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

function keyOf(userId: string): { pk: string; sk: string } {
  return { pk: personPk(userId), sk: 'deletion' };
}

function userOf({ pk }: { readonly pk: string }): string {
  return pk.slice('person#'.length);
}

/** None of the counts may be called by its own name: some are reserved. */
function namesOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

function parse(item: unknown): Deletion {
  const { cutoff, withMessages, here, reply, finishedAt, jobs, files, entries, messages, stuck, ...row } = v.parse(deletionRow, item);
  return { userId: userOf(row), cutoff, withMessages, here: guildOfPlace(here), ...(reply && { reply }), deleted: { jobs, files, entries, messages, stuck }, isFinished: finishedAt !== undefined };
}
