/** `serverless package` works offline, and its template describes the same table, queues and bucket that everything is tested on. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEAD_LETTER_ATTRIBUTES, LATE_ANSWERS_ATTRIBUTES, bucketLifecycle, jobsQueueAttributes, tableDefinition } from '../../core/stack.ts';

const template = v.object({ Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) })) });

let folder: string;
let resources: v.InferOutput<typeof template>['Resources'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'refinery-package-'));
  await promisify(execFile)(process.execPath, ['node_modules/serverless/bin/serverless.js', 'package', '--package', folder]);
  const text = await readFile(path.join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  resources = v.parse(template, JSON.parse(text)).Resources;
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const properties = (name: string) => resources[name]?.Properties ?? {};

describe('the packaged template', () => {
  it('has the ledger’s table', () => {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode } = tableDefinition('refinery');
    expect(properties('Table')).toMatchObject({
      AttributeDefinitions,
      KeySchema,
      GlobalSecondaryIndexes,
      BillingMode,
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it('has the queues, the dead letters’ one behind the jobs’', () => {
    const expected = jobsQueueAttributes('arn');
    const { VisibilityTimeout, ReceiveMessageWaitTimeSeconds, MessageRetentionPeriod, RedrivePolicy } = properties('JobsQueue');
    expect({ VisibilityTimeout, ReceiveMessageWaitTimeSeconds, MessageRetentionPeriod }).toEqual({
      VisibilityTimeout: Number(expected.VisibilityTimeout),
      ReceiveMessageWaitTimeSeconds: Number(expected.ReceiveMessageWaitTimeSeconds),
      MessageRetentionPeriod: Number(expected.MessageRetentionPeriod),
    });
    expect(RedrivePolicy).toMatchObject({ maxReceiveCount: JSON.parse(expected.RedrivePolicy ?? '{}').maxReceiveCount });
    expect(properties('DeadLetterQueue').MessageRetentionPeriod).toBe(Number(DEAD_LETTER_ATTRIBUTES.MessageRetentionPeriod));
  });

  it('keeps late answers as long as Discord takes them, hidden for as long as their function may run', () => {
    const { VisibilityTimeout, MessageRetentionPeriod } = properties('LateAnswersQueue');
    expect({ VisibilityTimeout: String(VisibilityTimeout), MessageRetentionPeriod: String(MessageRetentionPeriod) }).toEqual(LATE_ANSWERS_ATTRIBUTES);
    expect(properties('FinishDashlateDashanswerLambdaFunction').Timeout).toBe(VisibilityTimeout);
  });

  it('lets pictures and checkpoints expire when their rows do', () => {
    const rules = bucketLifecycle('b').LifecycleConfiguration?.Rules?.map(({ ID, Filter, Expiration }) => ({ Id: ID, Prefix: Filter?.Prefix, ExpirationInDays: Expiration?.Days }));
    expect(properties('Pictures').LifecycleConfiguration).toMatchObject({ Rules: expect.arrayContaining((rules ?? []).map((rule) => expect.objectContaining(rule))) });
    expect(properties('Pictures').PublicAccessBlockConfiguration).toMatchObject({ BlockPublicPolicy: true });
  });

  it('names secrets and holds none, and has no role that may do everything', () => {
    expect(properties('ReceiveDashinteractionLambdaFunction').Environment).toMatchObject({
      Variables: { DISCORD_TOKEN_PARAMETER: '/refinery/live/discord-token', DISCORD_PUBLIC_KEY: '{{resolve:ssm:/refinery/live/discord-public-key}}' },
    });
    expect(JSON.stringify(resources)).not.toContain('resolve:ssm-secure');
    const statements = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(statements.length).toBeGreaterThan(0);
    expect(JSON.stringify(statements)).not.toMatch(/"Action":\s*\[?"(\*|[a-z]+:\*)"/);
  });
});
