/** `serverless package` works offline; its template describes what everything is tested on, is one that CloudFormation takes, and allows each role what it needs. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEAD_LETTER_ATTRIBUTES, LATE_ANSWERS_ATTRIBUTES, bucketLifecycle, jobsQueueAttributes, tableDefinition } from '../../core/stack.ts';
import { budgetMetrics, scalingMetrics } from '../../core/scaling/scaling-metrics.ts';
import { auditRoles } from '../../infra/iam/audit.ts';
import { iamPage } from '../../infra/iam/iam-page.ts';
import { type Role, rolesOf } from '../../infra/iam/roles.ts';
import { checkTemplate } from '../../infra/template/check-template.ts';
import { type Schema, loadSchema } from '../../infra/template/schema.ts';
import { parseTemplate } from '../../infra/template/template.ts';
import { describePackagedFunctions } from './packaged-functions.ts';
import { type Packaged, packageService } from './packaged.ts';
import { type Draft, FAULTS } from './template/seeded-faults.ts';

const template = v.object({ Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) })) });

let packaged: Packaged;
let schema: Schema;
let resources: v.InferOutput<typeof template>['Resources'];

beforeAll(async () => {
  [packaged, schema] = await Promise.all([packageService(), loadSchema()]);
  resources = v.parse(template, packaged.template).Resources;
}, 300_000);
afterAll(() => packaged.remove());

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

  it('names secrets and holds none', () => {
    expect(properties('ReceiveDashinteractionLambdaFunction').Environment).toMatchObject({
      Variables: { DISCORD_TOKEN_PARAMETER: '/refinery/live/discord-token', DISCORD_PUBLIC_KEY: '{{resolve:ssm:/refinery/live/discord-public-key}}' },
    });
    expect(JSON.stringify(resources)).not.toMatch(/resolve:ssm-secure|"DISCORD_TOKEN":/);
  });

  it('keeps what cannot be made again when the stack is removed, or a resource replaced', () => {
    const raw = v.parse(v.object({ Resources: v.record(v.string(), v.object({ DeletionPolicy: v.optional(v.string()), UpdateReplacePolicy: v.optional(v.string()) })) }), packaged.template);
    for (const name of ['Table', 'Pictures', 'Models']) expect(raw.Resources[name]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('lets nobody in: no inbound rule, instances’ credentials one hop away and by token only', () => {
    expect(properties('EgressOnly').SecurityGroupIngress).toEqual([]);
    expect(properties('GpuLaunchTemplate').LaunchTemplateData).toMatchObject({ MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } });
  });

  it('keeps the worker’s container without rights, and its weights read-only', () => {
    const containers = v.parse(v.array(v.looseObject({ Name: v.string() })), properties('WorkerTask').ContainerDefinitions);
    expect(containers.find(({ Name }) => Name === 'worker')).toMatchObject({
      User: '10001:10001',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      DockerSecurityOptions: ['no-new-privileges'],
      MountPoints: [{ SourceVolume: 'models', ReadOnly: true }],
    });
  });

  it('bounds what a flood may cost', () => {
    expect(properties('HttpApiStage').DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 });
    expect(properties('ReceiveDashinteractionLambdaFunction').ReservedConcurrentExecutions).toMatchObject({ 'Fn::If': ['ReservesConcurrency', expect.anything(), { Ref: 'AWS::NoValue' }] });
    expect([properties('SpotGroup').MaxSize, properties('OnDemandGroup').MaxSize].map(String)).toEqual(['4', '4']);
  });

  it('costs nothing while nobody paints, but for the gateway: no machines, no sleeping workers', () => {
    expect([properties('SpotGroup').MinSize, properties('OnDemandGroup').MinSize, properties('WorkerService').DesiredCount, properties('WorkerOnDemandService').DesiredCount]).toEqual(['0', '0', 0, 0]);
  });

  it('shows on its dashboard only figures that are sent, and has alarms on such alone', () => {
    const load = { waitingJobs: 0, waitingSeconds: 0, jobsInHand: 0, tasks: 0 };
    const none = { spot: 0, onDemand: 0 };
    const sent = Object.keys({ ...scalingMetrics({ load, workers: { desired: none, running: none, machines: 0 }, tasks: none, interruptions: 0 }), ...budgetMetrics({ share: 0, spentUsd: 0, owedUsd: 0 }) });
    const shown = [...JSON.stringify(properties('Dashboard').DashboardBody).matchAll(/\\"Refinery\\", \\"(\w+)\\"/g)].map(([, name]) => name);
    const watched = Object.values(resources).flatMap(({ Properties }) => (Properties.Namespace === 'Refinery' ? [Properties.MetricName] : []));
    expect(shown).toEqual(expect.arrayContaining(['WaitingSeconds', 'SpentUsd', 'SpotInterruptions', 'OnDemandTasks']));
    expect(watched).toContain('BudgetShare');
    for (const name of [...shown, ...watched]) expect(sent).toContain(name);
  });

  it('lets workers run on demand when Spot fails: a provider and a sleeping service for each', () => {
    const providers = ['WorkerService', 'WorkerOnDemandService'].map((name) => properties(name).CapacityProviderStrategy);
    expect(providers).toEqual([[{ CapacityProvider: { Ref: 'SpotWorkers' }, Weight: 1 }], [{ CapacityProvider: { Ref: 'OnDemandWorkers' }, Weight: 1 }]]);
    expect(properties('CapacityProviders').CapacityProviders).toEqual(expect.arrayContaining([{ Ref: 'SpotWorkers' }, { Ref: 'OnDemandWorkers' }]));
  });

  it('has no service without an image, so that a first deployment waits for none', () => {
    expect(parseTemplate(packaged.template).Resources.WorkerService?.Condition).toBe('HasWorkerImage');
    expect(parseTemplate(packaged.template).Conditions.HasWorkerImage).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
  });
});

describe('AWS’s resource schemas', () => {
  it('find nothing wrong with the template', () => {
    expect(checkTemplate(parseTemplate(packaged.template), schema)).toEqual([]);
  });

  it.each(FAULTS)('find $name', ({ spoil, found: [where, problem] }) => {
    const draft = structuredClone(packaged.template);
    spoil(draft as Draft);
    expect(checkTemplate(parseTemplate(draft), schema)).toContainEqual(expect.objectContaining({ where, problem: expect.stringMatching(problem) }));
  });
});

describe('the roles', () => {
  let roles: readonly Role[];
  beforeAll(() => {
    roles = rolesOf(parseTemplate(packaged.template));
  });

  it('may do what infra/IAM.md says; `npm run package && npm run iam -- --write` renews it', async () => {
    expect(iamPage(roles)).toBe(await readFile('infra/IAM.md', 'utf8'));
  });

  it('have no action that AWS does not know, and no * that AWS does not force or nobody explained', async () => {
    expect(await auditRoles(roles)).toEqual([]);
  });

  it('would be told of an action that is none, a * that could be a name, and one that nobody explained', async () => {
    const spoilt: Role = {
      name: 'SpoiltRole',
      takenBy: 'lambda.amazonaws.com',
      grants: [
        { need: 'SendJobs', actions: ['sqs:SendMesage'], resources: ['JobsQueue'], conditions: [] },
        { need: 'DoAll', actions: ['sqs:SendMessage'], resources: ['*'], conditions: [] },
      ],
    };
    expect((await auditRoles([...roles, spoilt])).join('\n')).toMatch(/no action sqs:SendMesage[^]*SendMessage can be bound[^]*DoAll: says \*/);
  });

  it('belong to one function or one kind of task each', () => {
    const functions = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const theirs = functions.map(({ Properties }) => JSON.stringify(Properties.Role));
    expect(new Set(theirs).size).toBe(functions.length);
  });
});

describePackagedFunctions(() => packaged);
