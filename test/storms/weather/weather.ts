/** Discord's bad days, one after another, each with a job of its own: what comes of it, what it costs, how soon after the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countsByJob, readJournal } from '../journal.ts';
import { type Aftermath, type StormOptions, startComplaints } from '../storm.ts';
import { startStormWorld } from '../storm-world.ts';
import { BAD_WEATHERS, type BadWeather } from './bad-weathers.ts';
import { type Sky, openSky } from './sky.ts';
import { type Seen, watchJob } from './watch-job.ts';
import { startPainter } from './painter.ts';

export interface WeatherOptions extends StormOptions {
  /** How long an outage lasts. */
  readonly downSeconds: number;
}

/** Late doubles show within this, and are looked for again when all is over. */
const SETTLE_MS = 2000;

export async function raiseWeather({ say, downSeconds }: WeatherOptions): Promise<Aftermath> {
  const startedAt = Date.now();
  let ahead = 0;
  const world = await startStormWorld({ members: BAD_WEATHERS.length, now: () => Date.now() + ahead });
  const painter = startPainter(world);
  const { broken, expect } = startComplaints();
  const rows: (readonly string[])[] = [['weather', 'what came', 'where', 'credits', 's in all', 's after it']];
  const skies: (readonly [Sky, BadWeather, Seen])[] = [];
  try {
    for (const [index, weather] of BAD_WEATHERS.entries()) {
      const sky = await openSky(world, { index, painter, downMs: downSeconds * 1000, setAhead: (ms) => (ahead = ms) });
      const seen = await bear(sky, weather);
      skies.push([sky, weather, seen]);
      rows.push(rowOf(weather, seen, await credits(seen.jobId)));
      say(rows.at(-1)?.join(' · ') ?? '');
    }
    await sleep(SETTLE_MS);
    for (const [sky, weather, seen] of skies) {
      // Once more: nothing came after it, either.
      const { pictures, failures } = await watchJob(sky, seen.jobId, 0);
      const moved = await credits(seen.jobId);
      const due = DUE[weather.promise];
      const isKept = pictures === due.pictures && failures === due.failures && moved === due.moved && seen.isRefused === (weather.promise === 'refused');
      expect(isKept, `${weather.name}: ${pictures} pictures, ${failures} failures told, ${moved}${seen.isRefused ? ', refused at once' : ''}; it should have ended as “${due.words}”`);
    }
    expect(world.discord.bodies.wrong.length === 0, `Discord would have refused: ${world.discord.bodies.wrong.slice(0, 3).join('; ')}`);
    return {
      broken,
      table: rows,
      figures: [
        ['weathers', String(BAD_WEATHERS.length)],
        ['seconds that Discord was down', String(downSeconds)],
        ['bodies held against Discord’s schemas', String(world.discord.bodies.checked)],
        ['minutes', ((Date.now() - startedAt) / 60_000).toFixed(1)],
      ],
    };
  } finally {
    await painter.stop();
    await world.close();
  }

  async function credits(jobId: string): Promise<string> {
    const { reserve = 0, settle = 0, refund = 0 } = countsByJob(await readJournal(world.stack, world.state.guild.id, startedAt)).get(jobId) ?? {};
    if (reserve === 0 && settle === 0 && refund === 0) return 'never held';
    if (reserve === 1 && settle === 1 && refund === 0) return 'charged';
    return reserve === 1 && settle === 0 && refund === 1 ? 'given back' : `held ${reserve} ×, charged ${settle} ×, given back ${refund} ×`;
  }
}

const DUE = {
  picture: { pictures: 1, failures: 0, moved: 'charged', words: 'the picture' },
  told: { pictures: 0, failures: 1, moved: 'given back', words: 'told why not' },
  untold: { pictures: 0, failures: 0, moved: 'given back', words: 'nobody to tell' },
  refused: { pictures: 0, failures: 0, moved: 'never held', words: 'refused at once' },
} as const;

async function bear(sky: Sky, weather: BadWeather): Promise<Seen> {
  const { faults } = sky.world.discord;
  try {
    await weather.before?.(sky);
    const { jobId, messageId, isRefused } = await sky.ask(weather.isPrivate ?? false);
    const askedAt = Date.now();
    if (!isRefused) await weather.meanwhile?.(sky, messageId);
    const seen = await watchJob(sky, jobId, isRefused ? 0 : sky.patienceMs);
    const endedAt = sky.endedAt() ?? (weather.passes ? faults.lastAt : undefined);
    return { ...seen, isRefused, waitedMs: seen.at - askedAt, ...(endedAt !== undefined && { afterMs: seen.at - endedAt }) };
  } finally {
    faults.clear();
    await weather.after?.(sky);
  }
}

function rowOf({ name }: BadWeather, { pictures, failures, where, waitedMs, afterMs, isRefused }: Seen, moved: string): readonly string[] {
  if (isRefused) return [name, DUE.refused.words, '–', moved, '–', '–'];
  const came = [...(pictures > 0 ? [`${pictures} × picture`] : []), ...(failures > 0 ? [`${failures} × told`] : [])];
  return [name, came.join(', ') || DUE.untold.words, where.join(', ') || '–', moved, seconds(waitedMs), afterMs === undefined ? '–' : seconds(afterMs)];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
