import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { sha256 } from '../sigv4.ts';
import { consumedList } from './consumed-capacity.ts';
import type { Database } from './database.ts';
import { parseInput, RETURN_CONSUMED_CAPACITY } from './input.ts';
import { GET, readProjected } from './item-operations.ts';
import type { Commit } from './operations.ts';
import {
  CONDITION_CHECK,
  DELETE,
  PUT,
  readConditionCheck,
  readDelete,
  readPut,
  readUpdate,
  UPDATE,
  type Effect,
  type WriteRequest,
} from './write-request.ts';

const MAX_ACTIONS = 100;
const ACTION = v.object({
  Put: v.optional(PUT),
  Update: v.optional(UPDATE),
  Delete: v.optional(DELETE),
  ConditionCheck: v.optional(CONDITION_CHECK),
});
const ACTIONS = v.pipe(v.array(ACTION), v.minLength(1), v.maxLength(MAX_ACTIONS, 'Member must have length less than or equal to 100'));
const TRANSACT_WRITE = v.object({
  TransactItems: ACTIONS,
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(36))),
  ReturnConsumedCapacity: RETURN_CONSUMED_CAPACITY,
});
const TRANSACT_GET = v.object({
  TransactItems: v.pipe(v.array(v.object({ Get: GET })), v.minLength(1), v.maxLength(MAX_ACTIONS)),
  ReturnConsumedCapacity: RETURN_CONSUMED_CAPACITY,
});

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/**
 * All of up to 100 writes, or none with the reason of each. Nothing else runs between the first look and the commit, and the
 * commit is one line of the journal, so no reader and no crash sees a part of it.
 */
export function transactWriteItems(database: Database, commit: Commit, raw: unknown, now: number): unknown {
  const { TransactItems: actions, ClientRequestToken: token, ReturnConsumedCapacity: capacity } = parseInput(TRANSACT_WRITE, raw);
  const requestHash = sha256(JSON.stringify(actions));
  const earlier = token === undefined ? undefined : database.findRequest(token, now);
  const tables = actions.flatMap(({ Put, Update, Delete, ConditionCheck }) => (Put ?? Update ?? Delete ?? ConditionCheck)?.TableName ?? []);
  if (earlier !== undefined) {
    if (earlier.requestHash === requestHash) return consumedList(capacity, tables);
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different parameters.',
    );
  }
  const requests = actions.map((action) => readAction(database, action));
  const targets = requests.map(({ table, id }) => `${table.definition.TableName} ${id}`);
  if (new Set(targets).size < targets.length) {
    throw new AwsError('ValidationException', 'Transaction request cannot include multiple operations on one item');
  }
  const effects = evaluateAll(requests);
  const writes = effects.flatMap(({ write }) => write ?? []);
  commit({ op: 'write', writes, ...(token !== undefined && { request: { token, requestHash, at: now } }) });
  return consumedList(capacity, tables);
}

export function transactGetItems(database: Database, raw: unknown): unknown {
  const input = parseInput(TRANSACT_GET, raw);
  const items = input.TransactItems.map(({ Get: get }) => readProjected(database, get.TableName, get.Key, get));
  return {
    Responses: items.map((item) => (item === undefined ? {} : { Item: item })),
    ...consumedList(input.ReturnConsumedCapacity, input.TransactItems.map(({ Get: get }) => get.TableName)),
  };
}

function readAction(database: Database, { Put, Update, Delete, ConditionCheck }: v.InferOutput<typeof ACTION>): WriteRequest {
  const reads = [
    Put && readPut(database, Put),
    Update && readUpdate(database, Update),
    Delete && readDelete(database, Delete),
    ConditionCheck && readConditionCheck(database, ConditionCheck),
  ].flatMap((read) => read ?? []);
  const [request] = reads;
  if (request !== undefined && reads.length === 1) return request;
  throw new AwsError('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
}

function evaluateAll(requests: readonly WriteRequest[]): readonly Effect[] {
  const outcomes = requests.map((request): { effect: Effect } | { reason: Reason } => {
    try {
      return { effect: request.evaluate() };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const failed = error.code === 'ConditionalCheckFailedException';
      return { reason: { Code: failed ? 'ConditionalCheckFailed' : 'ValidationError', Message: error.message, ...error.details } };
    }
  });
  if (outcomes.every((outcome) => 'effect' in outcome)) return outcomes.map(({ effect }) => effect);
  const reasons = outcomes.map((outcome): Reason => ('reason' in outcome ? outcome.reason : { Code: 'None' }));
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
