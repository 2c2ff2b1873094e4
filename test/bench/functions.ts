/** Sizes and starts of the packaged functions, and the time to answer while AWS is slow. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import AdmZip from 'adm-zip';
import { startAccountStandIn } from '../aws-account-stand-in.ts';
import { functionEnvironment } from '../infra/packaged-functions.ts';
import { packageService } from '../infra/packaged.ts';
import { type Took, startLambda } from '../lambda/lambda.ts';
import { startTestStack } from '../local-stack.ts';
import { answerWhileSlow } from './slow-answers.ts';
import { formatTable } from './table.ts';

const STARTS = 9;
const SECRETS = { DISCORD_TOKEN: 't', CUSTOM_ID_KEY: 'k' };
const EMPTY = 'empty';

export async function benchFunctions(): Promise<void> {
  const packaged = await packageService();
  const stack = await startTestStack();
  const account = await startAccountStandIn();
  account.state.parameters.set('/refinery/live/discord-token', { value: 't', type: 'SecureString' }).set('/refinery/live/custom-id-key', { value: 'k', type: 'SecureString' });
  try {
    const env = { ...functionEnvironment(stack.env, account.url), WORKER_CLUSTER: 'cluster' };
    const empty = new AdmZip();
    empty.addFile(`.build/${EMPTY}/index.mjs`, Buffer.from('export const handler = () => null;\n'));
    empty.writeZip(path.join(packaged.folder, `${EMPTY}.zip`));
    await compareStarts(packaged.folder, [EMPTY, 'receive-interaction', 'finish-late-answer', 'report-dead-letter', 'scale-workers'], env);
    await answerWhileSlow(packaged.folder, env);
  } finally {
    await Promise.all([stack.close(), account.close(), packaged.remove()]);
  }
}

/** The functions' starts take turns with the empty handler's, so that all see the same machine. */
async function compareStarts(folder: string, names: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const alone = new Map<string, Took[]>(names.map((name) => [name, []]));
  const withSecrets = new Map<string, Took[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn < STARTS; turn++) {
    for (const name of names) {
      alone.get(name)?.push(await timeStart(folder, name, { ...env, ...SECRETS }));
      withSecrets.get(name)?.push(await timeStart(folder, name, env));
    }
  }
  const ratio = (times: ReadonlyMap<string, readonly Took[]>, name: string, clock: keyof Took) => `${(median(times.get(name), clock) / median(alone.get(EMPTY), clock)).toFixed(1)} ×`;
  const rows = await Promise.all(
    names.map(async (name) => {
      const zip = path.join(folder, `${name}.zip`);
      const unpacked = new AdmZip(zip).getEntries().reduce((sum, { header }) => sum + header.size, 0);
      const took = (clock: keyof Took) => `${median(alone.get(name), clock).toFixed(1)} ms`;
      return [name, kib((await stat(zip)).size), kib(unpacked), took('cpuMs'), took('wallMs'), ratio(alone, name, 'cpuMs'), ratio(alone, name, 'wallMs'), ratio(withSecrets, name, 'cpuMs')];
    }),
  );
  console.log(`\nStart: import of the packaged module, the median of ${STARTS}; ratios are to the empty handler in the same run`);
  console.log(formatTable(['function', 'zip', 'unpacked', 'CPU', 'wall', 'CPU ratio', 'wall ratio', 'CPU ratio with secrets from SSM'], rows));
}

function median(times: readonly Took[] = [], clock: keyof Took): number {
  const sorted = times.map((took) => took[clock]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

async function timeStart(folder: string, name: string, env: Readonly<Record<string, string>>): Promise<Took> {
  const lambda = await startLambda({ zip: path.join(folder, `${name}.zip`), handler: `.build/${name}/index.handler`, env, timeoutMs: 60_000 });
  try {
    await lambda.invoke({});
    const took = lambda.importTook();
    if (!took) throw new Error(`${name} did not start: ${lambda.log().slice(-500)}`);
    return took;
  } finally {
    await lambda.close();
  }
}

const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
