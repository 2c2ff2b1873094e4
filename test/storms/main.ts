/** `npm run storms`: the product's promises, tried in bad weather. */
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { formatTable } from '../bench/table.ts';
import { raiseCrowd } from './crowd/crowd.ts';
import { raiseKills } from './kills/kills.ts';
import { raiseSlow } from './slow/slow.ts';
import type { Aftermath } from './storm.ts';
import { raiseWeather } from './weather/weather.ts';

const HELP = `npm run storms -- [TOPIC …]

Raises storms against the whole product on this machine (real processes, real protocols, the demo model) and holds what came of
them against what it promises. Takes minutes of CPU time.

Topics (all of them, unless some are named)
  kills      jobs whose workers are killed, told to leave or frozen at moments of chance, every other message delivered twice
    --jobs N       500
    --workers N    2, at the same time
    --deaths N     at most; one for every four jobs when left out
    --minutes N    45: given up after so long
  crowd      members who all ask at once from a pot of credits that the server shares: all of it is held, and nothing more
    --members N    50
    --credits N    100
  weather    Discord's bad days: tokens that die early, deleted cards and channels, missing permissions, rate limits of each scope,
             lost answers, closed direct messages, an outage. What comes of a job under each, and how soon
    --down N       300: seconds that the outage lasts
  slow       every command, button, form and list over the gateway and over HTTP, while each call to AWS takes long
    --times N      3, each
    --delay N      400: milliseconds a call

Options
  --seed N   of chance; by the clock when left out, and printed: moments of chance can be had again, the machine's own cannot
  --help     this text

Exit codes
  0 every promise was kept   1 one was broken: it says which   2 wrong usage, or the storm itself failed
`;

/** Node 20 is what we promise; that next year's SDK will want a later one is for us to read, not for whoever runs this. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
const SHOWN = 20;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        jobs: { type: 'string', default: '500' },
        deaths: { type: 'string' },
        workers: { type: 'string', default: '2' },
        minutes: { type: 'string', default: '45' },
        members: { type: 'string', default: '50' },
        credits: { type: 'string', default: '100' },
        down: { type: 'string', default: '300' },
        times: { type: 'string', default: '3' },
        delay: { type: 'string', default: '400' },
      },
    });
    if (values.help) return print(HELP, 0);
    const seed = whole('--seed', values.seed, 0);
    const say = (line: string) => process.stderr.write(`${colors.dim(line)}\n`);
    const storms: Readonly<Record<string, () => Promise<Aftermath>>> = {
      kills: () =>
        raiseKills({
          seed,
          say,
          jobs: whole('--jobs', values.jobs, 1),
          workers: whole('--workers', values.workers, 1),
          patienceMinutes: whole('--minutes', values.minutes, 1),
          ...(values.deaths !== undefined && { mostDeaths: whole('--deaths', values.deaths, 0) }),
        }),
      crowd: () => raiseCrowd({ seed, say, members: whole('--members', values.members, 1), credits: whole('--credits', values.credits, 1) }),
      weather: () => raiseWeather({ seed, say, downSeconds: whole('--down', values.down, 1) }),
      slow: () => raiseSlow({ seed, say, times: whole('--times', values.times, 1), delayMs: whole('--delay', values.delay, 0) }),
    };
    const unknown = positionals.filter((topic) => !Object.hasOwn(storms, topic));
    if (unknown.length > 0) throw new Error(`there is no storm ${unknown.join(', ')}: choose from ${Object.keys(storms).join(', ')}`);
    console.log(`seed ${seed}`);
    let isBroken = false;
    for (const [topic, raise] of Object.entries(storms)) {
      if (positionals.length > 0 && !positionals.includes(topic)) continue;
      const aftermath = await raise();
      show(topic, aftermath);
      isBroken ||= aftermath.broken.length > 0;
    }
    return isBroken ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nSee npm run storms -- --help\n`);
    return 2;
  }
}

function show(topic: string, { figures, broken, table }: Aftermath): void {
  console.log(`\n${colors.bold(topic)}\n${formatTable(['what', 'figure'], figures)}`);
  const [head, ...rows] = table ?? [];
  if (head) console.log(`\n${formatTable(head, rows)}`);
  if (broken.length === 0) return console.log(`\n${colors.green('Every promise was kept.')}`);
  console.log(`\n${colors.red(`${broken.length} promises were broken:`)}\n${broken.slice(0, SHOWN).map((what) => `  ${what}`).join('\n')}`);
  if (broken.length > SHOWN) console.log(`  and ${broken.length - SHOWN} more`);
}

function print(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least) throw new Error(`${option} takes a whole number from ${least}, not "${text}"`);
  return number;
}
