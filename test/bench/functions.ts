/** Sizes and starts of the packaged functions, and the time to answer while AWS is slow. */
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import AdmZip from 'adm-zip';
import { startAccountStandIn } from '../aws-account-stand-in.ts';
import { commandInteraction } from '../bot/interactions/example-interaction.ts';
import { newSnowflake } from '../core/example-jobs.ts';
import { functionEnvironment, httpEvent } from '../infra/packaged-functions.ts';
import { packageService } from '../infra/packaged.ts';
import { startLambda } from '../lambda/lambda.ts';
import { slowProxy } from '../lambda/slow-proxy.ts';
import { startTestStack } from '../local-stack.ts';
import { formatTable, median } from './table.ts';

const STARTS = 7;
const SLOW_MS = 400;
const BUDGET_MS = 3000;
const EVENTS: Readonly<Record<string, unknown>> = { 'receive-interaction': {} };

export async function benchFunctions(): Promise<void> {
  const packaged = await packageService();
  const stack = await startTestStack();
  const account = await startAccountStandIn();
  account.state.parameters.set('/refinery/live/discord-token', { value: 't', type: 'SecureString' }).set('/refinery/live/custom-id-key', { value: 'k', type: 'SecureString' });
  try {
    const env = functionEnvironment(stack.env, account.url);
    await writeFile(path.join(packaged.folder, 'index.mjs'), 'export const handler = () => null;\n');
    const empty = new AdmZip();
    empty.addFile('index.mjs', Buffer.from('export const handler = () => null;\n'));
    empty.writeZip(path.join(packaged.folder, 'empty.zip'));
    const names = ['receive-interaction', 'finish-late-answer', 'report-dead-letter'];
    await compareStarts(packaged.folder, names, env);
    await timeAnswers(packaged.folder, env);
  } finally {
    await Promise.all([stack.close(), account.close(), packaged.remove()]);
  }
}

/** The functions' starts take turns with the empty handler's, so that all see the same machine. */
async function compareStarts(folder: string, names: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const times = new Map<string, number[]>();
  for (let turn = 0; turn < STARTS; turn++) {
    for (const name of ['empty', ...names]) {
      const handler = name === 'empty' ? 'index.handler' : `.build/${name}/index.handler`;
      const lambda = await startLambda({ zip: path.join(folder, `${name}.zip`), handler, env, timeoutMs: 60_000 });
      await lambda.invoke(EVENTS[name] ?? { Records: [] });
      times.set(name, [...(times.get(name) ?? []), lambda.importMs() ?? Number.NaN]);
      await lambda.close();
    }
  }
  const base = median(times.get('empty') ?? []);
  const rows = await Promise.all(
    ['empty', ...names].map(async (name) => {
      const { size } = await stat(path.join(folder, `${name}.zip`));
      const importMs = median(times.get(name) ?? []);
      return [name, `${Math.round(size / 1024)} KiB`, `${importMs.toFixed(0)} ms`, `${(importMs / base).toFixed(1)} ×`];
    }),
  );
  console.log(`\nStart: import of the packaged module, secrets from SSM included; median of ${STARTS}`);
  console.log(formatTable(['function', 'zip', 'import', 'to an empty handler'], rows));
}

async function timeAnswers(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  const services = ['SQS', 'DYNAMODB', 'SSM', 'S3'].map((service) => `AWS_ENDPOINT_URL_${service}`);
  const proxies = await Promise.all(services.map((name) => slowProxy(env[name] ?? '', SLOW_MS)));
  const slow = Object.fromEntries(services.map((name, index) => [name, proxies[index]?.url ?? '']));
  const lambda = await startLambda({ zip: path.join(folder, 'receive-interaction.zip'), handler: '.build/receive-interaction/index.handler', env: { ...env, ...slow }, timeoutMs: 10_000 });
  const ask = async (what: string) => {
    const event = httpEvent(commandInteraction({ userId: newSnowflake(), options: { prompt: 'a red house' } }));
    const startedAt = performance.now();
    const outcome = await lambda.invoke(event);
    const took = performance.now() - startedAt;
    return [what, `${took.toFixed(0)} ms`, `${Math.round((100 * took) / BUDGET_MS)} %`, outcome.kind === 'answered' && JSON.stringify(outcome.answer).includes('Next in line') ? 'queued' : JSON.stringify(outcome).slice(0, 60)];
  };
  const rows = [await ask('cold: process, import, secrets, /imagine'), await ask('warm: /imagine'), await ask('warm: /imagine')];
  console.log(`\n/imagine while every AWS call takes ${SLOW_MS} ms longer; Discord waits ${BUDGET_MS / 1000} s`);
  console.log(formatTable(['', 'answered after', 'of the budget', 'answer'], rows));
  await lambda.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
}
