/** The worker: takes jobs from the queue, paints them, posts the pictures. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { readIdentity } from '../core/provenance/c2pa/read-identity.ts';
import { BadSigningIdentity, openSigner } from '../core/provenance/c2pa/sign-picture.ts';
import { customIdKeys } from '../bot/custom-id/custom-id-keys.ts';
import { createCustomIds } from '../bot/custom-id/custom-ids.ts';
import { createDiscord } from '../bot/rest/discord.ts';
import { JobQueue } from '../core/job-queue.ts';
import { Ledger } from '../core/ledger.ts';
import { PictureStore } from '../core/picture-store.ts';
import { BadSettings } from '../core/settings.ts';
import type { Outlook } from '../core/workforce/outlook.ts';
import { startConsumer } from './consumer/consumer.ts';
import { protectTask } from './consumer/task-protection.ts';
import { type FulfilPorts, fulfilJob, refuseJob } from './fulfil-job.ts';
import { openHealthFile } from './health-file.ts';
import { logEvent } from './log-event.ts';
import { attachmentFetcher } from './painting/fetch-attachment.ts';
import { MissingModel, openModels } from './models/open-models.ts';
import { BadCheckpoint } from './sdxl/checkpoint/bad-checkpoint.ts';
import { ProviderRefused } from './sdxl/provider/provider-refused.ts';
import { BadWeights } from './sdxl/safetensors/bad-weights.ts';
import { BrokenTokenizer } from './sdxl/tokenizer/clip-tokenizer.ts';
import { openScreen } from './screening/screen.ts';
import { openPresence } from './presence.ts';
import { MissingUpscaler, openUpscaler } from './upscaling/open-upscaler.ts';
import { type WorkerSettings, describeWorkerSettings, readWorkerSettings } from './settings.ts';

const HELP = `npm run worker

Takes jobs from the queue, paints them and posts the pictures, until it is told to stop (SIGTERM, SIGINT):
then it keeps the step it is at, gives the job back to the queue, and exits.

It is set up by environment variables, the AWS SDK's own (AWS_REGION, AWS_ENDPOINT_URL_SQS, …) among them:
${describeWorkerSettings()}

Exits 0 after a stop, 2 when a setting or the weights cannot be used, 1 on any other failure.
`;

const POLL_SECONDS = 20;
/** What is put into the models' folder is there for all a minute later. */
const LOOK_AGAIN_MS = 60_000;
/** A person must mend a setting or the weights first: a restart would end the same way. */
const EXIT_NEEDS_OPERATOR = 2;
/** 24 MiB of pictures at 3 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 65_000;
/** A slot waits so long for a rate limit to end; beyond it, the finished picture waits on the queue. */
const LONGEST_WAIT_MS = 15_000;

/** Errors whose text alone says what to do. */
const TELLING = [BadSettings, MissingModel, BadCheckpoint, BadWeights, BrokenTokenizer, ProviderRefused, MissingUpscaler, BadSigningIdentity];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);

  const settings = readWorkerSettings(process.env);
  const log = pino({ level: settings.LOG_LEVEL });
  const alive = openHealthFile(settings.HEALTH_FILE);
  let paintsOn: string = settings.REFINERY_PROVIDER;
  const modelsDir = settings.MODELS_DIR ?? 'models';
  const models = await openModels({
    modelsDir,
    lorasDir: settings.LORAS_DIR ?? join(modelsDir, 'loras'),
    standard: settings.REFINERY_MODEL,
    provider: settings.REFINERY_PROVIDER,
    keptBytes: settings.REFINERY_OPEN_MODELS_GB * 1e9,
    report: (event) => logEvent(log, event),
    onProvider: ({ form, remarks }) => {
      paintsOn = form.provider;
      log.info({ provider: form.provider, type: form.type, families: [...form.families], remarks }, 'provider:choose:ok');
    },
  });
  log.info({ models: models.offer().models.map(({ id }) => id) }, 'models:find:ok');

  const upscaler = await openUpscaler(settings.REFINERY_UPSCALER, {
    modelsDir: settings.MODELS_DIR ?? 'models',
    provider: settings.REFINERY_PROVIDER,
    onRemark: (remark) => log.warn({ remark }, 'upscaler:run:failed'),
  });
  log.info({ upscaler: settings.REFINERY_UPSCALER }, 'upscaler:open:ok');
  const identity = await readIdentity(settings.C2PA_CERTIFICATE, settings.C2PA_KEY);
  const screen = settings.REFINERY_SCREENING === 'on' ? openScreen() : undefined;
  const { queue, ...clients } = openClients(settings);
  const owner = randomUUID();
  const fulfil: FulfilPorts = {
    ...clients,
    owner,
    customIds: createCustomIds(customIdKeys(settings)),
    screen,
    sign: identity && (await openSigner(identity)),
    fetchAttachment: attachmentFetcher(settings.DISCORD_API_BASE),
    model: (id) => models.find(id),
    lora: (name) => models.findLora(name),
    upscaler,
    report: (event) => logEvent(log, event),
  };
  const protection = settings.ECS_AGENT_URI ? protectTask(settings.ECS_AGENT_URI, (event) => logEvent(log, event)) : undefined;
  const { ledger } = clients;
  const presence = await openPresence({
    workforce: ledger.workforce,
    workerId: owner,
    worker: { provider: paintsOn, slots: settings.REFINERY_SLOTS },
    offer: models.offer(),
    processStartedAt: Date.now() - process.uptime() * 1000,
    report: (event) => logEvent(log, event),
  });

  const lookAgain = async () => {
    if (await models.look()) presence.offers(models.offer());
  };
  const looking = setInterval(() => void lookAgain().catch((error: unknown) => logEvent(log, { name: 'models:find:failed', error })), LOOK_AGAIN_MS);

  const consumer = startConsumer(
    {
      receive: (max, signal) =>
        queue.receive({ max, waitSeconds: POLL_SECONDS, visibilitySeconds: settings.VISIBILITY_TIMEOUT_SECONDS, signal }),
      hide: (receiptHandle, seconds) => queue.extend(receiptHandle, seconds),
      remove: (receiptHandle) => queue.delete(receiptHandle),
      sendAgain: (job, delaySeconds) => queue.send(job, delaySeconds),
      belongsElsewhere: async ({ work }) => {
        if (models.has(work.model)) return false;
        await lookAgain();
        return !models.has(work.model) && othersHave(await ledger.workforce.outlook(), work.model);
      },
      claim: async (jobId, leaseSeconds) => {
        const claim = await ledger.claim(jobId, owner, leaseSeconds);
        if (claim.kind === 'claimed') presence.took(claim.row.job);
        return claim;
      },
      renewLease: async (jobId, leaseSeconds) => {
        if (await ledger.extendLease(jobId, owner, leaseSeconds)) return 'held';
        return (await ledger.find(jobId))?.state === 'cancelled' ? 'cancelled' : 'lost';
      },
      isCancelled: async (jobId) => (await ledger.stateOf(jobId)) === 'cancelled',
      release: (jobId) => ledger.release(jobId, owner),
      work: (job) => fulfilJob(fulfil, job),
      refuse: (row, refused) => refuseJob(fulfil, row, refused),
      busy: (jobs) => {
        presence.busy(jobs);
        protection?.busy(jobs);
      },
      report: (event) => {
        alive();
        logEvent(log, event);
      },
    },
    {
      slots: settings.REFINERY_SLOTS,
      visibilitySeconds: settings.VISIBILITY_TIMEOUT_SECONDS,
      drainSeconds: settings.DRAIN_SECONDS,
    },
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void consumer.drain());

  await consumer.stopped;
  clearInterval(looking);
  await Promise.all([presence.leave(), models.close(), upscaler.close(), protection?.stop(), screen?.close()]);
}

/** Whether another worker that is there at the moment has the model; this one has not. */
function othersHave({ workers }: Outlook, modelId: string): boolean {
  return workers.some(({ isAlive, models }) => isAlive && models.includes(modelId));
}

function openClients(settings: WorkerSettings) {
  const discord = { token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE };
  // S3 look-alikes at an address of their own have no host name per bucket.
  const s3 = new S3Client({ forcePathStyle: settings.AWS_ENDPOINT_URL_S3 !== undefined });
  return {
    queue: new JobQueue(new SQSClient({}), settings.JOBS_QUEUE_URL),
    ledger: new Ledger(DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } }), settings.TABLE_NAME),
    store: new PictureStore(s3, settings.PICTURES_BUCKET),
    discord: createDiscord({ ...discord, timeoutMs: UPLOAD_TIMEOUT_MS, longestWaitMs: LONGEST_WAIT_MS }),
    progressDiscord: createDiscord({ ...discord, retries: 0, timeoutMs: 5000, longestWaitMs: 0 }),
  };
}

try {
  await main();
  // Sockets that the clients keep open would hold the process for a while.
  process.exit();
} catch (error) {
  const needsOperator = TELLING.some((kind) => error instanceof kind);
  console.error(`the worker cannot start: ${describeFailure(error, needsOperator)}`);
  process.exit(needsOperator ? EXIT_NEEDS_OPERATOR : 1);
}

/** An error of ours says what to do; of any other, the place it came from may help. */
function describeFailure(error: unknown, isOurs: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return isOurs ? error.message : (error.stack ?? error.message);
}
