import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { BadSettings } from '../../core/settings.ts';
import { sweepUnsent } from '../admission/sweep-unsent.ts';
import { createBudgetGuard } from '../budget/budget-guard.ts';
import { keepMetered } from '../budget/meter-budget.ts';
import { connectStack } from '../connect-stack.ts';
import { examineInChild } from '../../core/provenance/examine-in-child.ts';
import { customIdKeys } from '../custom-id/custom-id-keys.ts';
import { createCustomIds } from '../custom-id/custom-ids.ts';
import { watchDeadLetters } from '../dead-letters/watch-dead-letters.ts';
import { watchLateAnswers } from '../late-answers/watch-late-answers.ts';
import { reasonOf } from '../log.ts';
import { sweepDeletions } from '../moderation/sweep-deletions.ts';
import { openPictures } from '../open-pictures.ts';
import { randomSeed } from '../random-seed.ts';
import { createDiscord } from '../rest/discord.ts';
import { BadBotToken } from '../rest/discord-errors.ts';
import { gatewaySettings } from '../settings.ts';
import { CARD_EDIT_MS, keepCardsCurrent } from '../waiting/line-ticker.ts';
import { openWake } from '../waking/open-wake.ts';
import { awaitDiscord } from './await-discord.ts';
import { drawPng } from './draw-png.ts';
import { SessionEnded, runGateway } from './run-gateway.ts';

const HELP = `npm run bot

Logs in to Discord, registers the slash commands, and answers /imagine and ✨ by sending jobs to the queue.

Settings (environment):
  DISCORD_TOKEN          the bot token from the Discord developer portal
  DISCORD_API_BASE       base of Discord's API (default https://discord.com/api)
  JOBS_QUEUE_URL         SQS queue that carries jobs
  DEAD_LETTER_QUEUE_URL  SQS queue of jobs that were given up; set it where no Lambda watches that queue
  LATE_ANSWERS_QUEUE_URL SQS queue of answers that come late over HTTP; likewise
  TABLE_NAME             DynamoDB table that keeps jobs and credits
  PICTURES_BUCKET        S3 bucket that keeps pictures; /mydata delete empties it of somebody's
  CUSTOM_ID_KEY          secret that signs buttons (default: the bot token); the same for gateway, webhook and worker
  REFINERY_MODEL         model that /imagine paints with (default demo)
  REFINERY_TERMS         always: accept rules before a first picture with any model (default licence: where its licence wants it)
  MONTHLY_BUDGET_USD     what a month may cost; at 95 % presets get cheaper, at 100 % nothing new is accepted (default: no limit)
  GPU_USD_PER_HOUR       what a worker costs an hour; set it where no scheduled function counts
  WORKER_CLUSTER, WORKER_SERVICE, ON_DEMAND_SERVICE
                         the ECS service that a job wakes, where workers sleep while nobody paints, and the one that stands in for Spot
  LOG_LEVEL              error, warn, info or debug (default info)
  AWS_REGION, AWS_ENDPOINT_URL_SQS, … as the AWS SDK reads them

Stops on SIGTERM or SIGINT. Exits 2 when a setting or the bot token must be mended, 1 on any other failure.
`;

/** Only a person can help: a restart would end the same way. */
const EXIT_NEEDS_OPERATOR = 2;

async function main(): Promise<void> {
  const settings = gatewaySettings(process.env);
  const log = pino({ level: settings.LOG_LEVEL, base: { part: 'bot', pid: process.pid } });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal));

  const stack = connectStack(settings);
  const api = settings.DISCORD_API_BASE;
  const discord = createDiscord({ token: settings.DISCORD_TOKEN, api });
  const ports = { ...stack, discord, pictures: openPictures(settings.PICTURES_BUCKET), model: settings.REFINERY_MODEL, termsAlways: settings.REFINERY_TERMS === 'always', customIds: createCustomIds(customIdKeys(settings)), now: Date.now, randomSeed, drawPng, examinePicture: examineInChild, wake: openWake(settings, { ledger: stack.ledger, now: Date.now, log }), budget: createBudgetGuard(settings.MONTHLY_BUDGET_USD, { ledger: stack.ledger, now: Date.now, log }), log };

  await awaitDiscord(discord, log, stopping.signal);
  const gateway = await runGateway({ token: settings.DISCORD_TOKEN, api, discord, ports });
  const watching = stack.deadLetters && watchDeadLetters(stack.deadLetters, ports, stopping.signal);

  const finishing = settings.LATE_ANSWERS_QUEUE_URL !== undefined && watchLateAnswers(stack.lateAnswers(settings.LATE_ANSWERS_QUEUE_URL).toFinish, ports, stopping.signal);
  const impatient = createDiscord({ token: settings.DISCORD_TOKEN, api, retries: 0, timeoutMs: CARD_EDIT_MS, longestWaitMs: 0 });
  const showing = keepCardsCurrent({ ...ports, discord: impatient }, stopping.signal);
  const sweeping = sweepUnsent(stack, Date.now, log, stopping.signal);
  const deleting = sweepDeletions(ports, stopping.signal);
  const { MONTHLY_BUDGET_USD: limitUsd, GPU_USD_PER_HOUR: usdPerHour } = settings;
  const metering = limitUsd !== undefined && usdPerHour !== undefined && keepMetered({ usdPerHour, limitUsd }, ports, stopping.signal);

  await Promise.race([gateway.ended, aborted(stopping.signal)]);
  log.info({ event: 'bot:stop:started' }, 'leaving');
  await Promise.all([gateway.close(), watching, finishing, sweeping, deleting, metering, showing]);
  stack.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function exitCodeFor(error: unknown): number {
  if (error instanceof Error && error.name === 'AbortError') return 0;
  if (error instanceof BadBotToken) {
    process.stderr.write('Discord refuses the bot token: set DISCORD_TOKEN to the one from the developer portal (Bot → Reset Token).\n');
    return EXIT_NEEDS_OPERATOR;
  }
  process.stderr.write(`${error instanceof BadSettings || error instanceof SessionEnded ? error.message : reasonOf(error)}\n`);
  return error instanceof BadSettings || error instanceof SessionEnded ? EXIT_NEEDS_OPERATOR : 1;
}

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) process.stdout.write(HELP);
  else await main();
  process.exit(0);
} catch (error) {
  process.exit(exitCodeFor(error));
}
