/** The packaged receive-interaction, with every call to AWS made slower than AWS is on a bad day. */
import path from 'node:path';
import { commandInteraction, messageCommandInteraction, seenMessage } from '../bot/interactions/example-interaction.ts';
import { newSnowflake } from '../core/example-jobs.ts';
import { httpEvent } from '../infra/packaged-functions.ts';
import { type Lambda, startLambda } from '../lambda/lambda.ts';
import { slowProxy } from '../lambda/slow-proxy.ts';
import { formatTable } from './table.ts';

/** Added to each call. */
export const SLOW_MS = 400;
/** https://discord.com/developers/docs/interactions/receiving-and-responding#responding-to-an-interaction */
const DISCORD_WAITS_MS = 3000;

interface Asked {
  readonly what: string;
  readonly interaction: () => Record<string, unknown>;
  /** What the answer says when it says what was asked for. */
  readonly says: RegExp;
}

const subcommand = (name: string, sub: string) => ({ ...commandInteraction({ name, options: {} }), data: { id: '600000000000000001', name, type: 1, options: [{ name: sub, type: 1, options: [] }] } });
const typing = (option: string) => ({ ...commandInteraction(), type: 4, data: { id: '600000000000000001', name: 'imagine', type: 1, options: [{ name: option, type: 3, value: 'a', focused: true }] } });
const picture = { id: '9', filename: 'a.png', size: 3, url: 'https://cdn.discordapp.com/attachments/1/2/a.png', content_type: 'image/png', width: 64, height: 64 };
const imagine = () => commandInteraction({ userId: newSnowflake(), options: { prompt: 'a red house' } });

const WARM: readonly Asked[] = [
  { what: '/imagine', interaction: imagine, says: /in line/i },
  { what: '/imagine', interaction: imagine, says: /in line/i },
  { what: '/imagine style: (typing)', interaction: () => typing('style'), says: /"type":8.*name/ },
  { what: '/status', interaction: () => commandInteraction({ name: 'status', options: {} }), says: /embeds/ },
  { what: '/credits', interaction: () => commandInteraction({ name: 'credits', options: {} }), says: /credits/ },
  { what: '/quota list', interaction: () => subcommand('quota', 'list'), says: /credits/ },
  { what: '/settings show', interaction: () => subcommand('settings', 'show'), says: /embeds/ },
  { what: '/words list', interaction: () => subcommand('words', 'list'), says: /embeds/ },
  { what: '/help', interaction: () => commandInteraction({ name: 'help', options: {} }), says: /embeds/ },
  { what: '/mydata export', interaction: () => subcommand('mydata', 'export'), says: /"type":5/ },
  { what: 'Verify picture', interaction: () => messageCommandInteraction('Verify picture', { ...seenMessage('77'), attachments: [picture] }), says: /"type":5/ },
];

/** Times answers, the first from a process that has yet to start. */
export async function answerWhileSlow(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  const services = ['SQS', 'DYNAMODB', 'SSM', 'S3'].map((service) => `AWS_ENDPOINT_URL_${service}`);
  const proxies = await Promise.all(services.map((name) => slowProxy(env[name] ?? '', SLOW_MS)));
  const slow = Object.fromEntries(services.map((name, index) => [name, proxies[index]?.url ?? '']));
  // SQS's client asks where the queue's own URL says.
  for (const name of ['JOBS_QUEUE_URL', 'LATE_ANSWERS_QUEUE_URL']) slow[name] = (env[name] ?? '').replace(new URL(env.AWS_ENDPOINT_URL_SQS ?? '').origin, new URL(slow.AWS_ENDPOINT_URL_SQS ?? '').origin);
  const lambda = await startLambda({ zip: path.join(folder, 'receive-interaction.zip'), handler: '.build/receive-interaction/index.handler', env: { ...env, ...slow }, timeoutMs: 10_000 });
  try {
    const rows = [await timeAnswer(lambda, { what: 'cold: process, import, secrets, /imagine', interaction: imagine, says: /in line/i })];
    for (const asked of WARM) rows.push(await timeAnswer(lambda, asked));
    console.log(`\nAnswers of the packaged receive-interaction while every AWS call takes ${SLOW_MS} ms longer; Discord waits ${DISCORD_WAITS_MS / 1000} s`);
    console.log(formatTable(['', 'answered after', 'of what Discord waits', 'answer'], rows));
  } finally {
    await lambda.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

async function timeAnswer(lambda: Lambda, { what, interaction, says }: Asked): Promise<readonly string[]> {
  const event = httpEvent(interaction());
  const startedAt = performance.now();
  const outcome = await lambda.invoke(event);
  const took = performance.now() - startedAt;
  const text = outcome.kind === 'answered' ? String(Object(outcome.answer).body) : JSON.stringify(outcome);
  const title = /"title":"([^"]*)"/.exec(text)?.[1];
  return [what, `${took.toFixed(0)} ms`, `${Math.round((100 * took) / DISCORD_WAITS_MS)} %`, says.test(text) ? 'as asked' : (title ?? text.slice(0, 60))];
}
