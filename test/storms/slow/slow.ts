/**
 * Every handler over both transports, while each call to AWS takes 400 ms: it must answer within Discord's three seconds all the
 * same, and what would come too late must say so to the asker alone and charge nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalUser } from '../../../infra/local/local-user.ts';
import { freePort, setInteractionsEndpoint } from '../../../infra/local/interactions-endpoint.ts';
import { startProcess } from '../processes.ts';
import { type Aftermath, type StormOptions, startComplaints } from '../storm.ts';
import { type StormWorld, startStormWorld } from '../storm-world.ts';
import { startPainter } from '../weather/painter.ts';
import { ACTS, type ActKind, unreached } from './acts.ts';
import { type SlowAws, startSlowAws } from './slow-aws.ts';
import { type Pictured, type Stage, setStage } from './stage.ts';

export interface SlowOptions extends StormOptions {
  /** How often each handler is tried over each transport. */
  readonly times: number;
  /** What a call to AWS takes. */
  readonly delayMs: number;
}

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback */
const DISCORD_WAITS_MS = 3000;
/** The gateway's own chores come every few seconds; what comes of a reaction is looked for this often. */
const LOOK_EVERY_MS = 25;
const PAINTED_WITHIN_MS = 10 * 60_000;
const TRANSPORTS = ['gateway', 'http'] as const;
type Transport = (typeof TRANSPORTS)[number];

interface Sample {
  readonly transport: Transport;
  readonly kind: ActKind | 'reaction';
  readonly name: string;
  readonly ms: number;
  readonly inARow: number;
  readonly isTooSlow: boolean;
  readonly isUnanswered: boolean;
  readonly interactionId: string;
}

export async function raiseSlow({ say, times, delayMs }: SlowOptions): Promise<Aftermath> {
  const startedAt = Date.now();
  const ways = new Map<Transport, SlowAws>();
  const world = await startStormWorld({ members: 2 * TRANSPORTS.length * times, rateLimits: false, answerWithinMs: DISCORD_WAITS_MS, prepare: openWays, botEnv: (env) => ({ ...way('gateway').lead(env), REFINERY_TERMS: 'always' }) });
  const port = await freePort();
  const functions = startProcess(world.built, 'infra/local/function-url.ts', { ...way('http').lead(world.env), REFINERY_TERMS: 'always', PORT: String(port) }, () => undefined);
  const application = { apiBase: world.discord.apiBase, token: world.discord.token };
  const samples: Sample[] = [];
  try {
    const stages = await setStages();
    say(`${stages.length * 2} pictures painted`);
    for (const transport of TRANSPORTS) {
      await setInteractionsEndpoint(application, transport === 'http' ? `http://127.0.0.1:${port}/` : null);
      for (const stage of stages.splice(0, times)) {
        // First: later acts delete the picture.
        if (transport === 'gateway') await react(stage);
        for (const act of ACTS) await tryOnce(transport, stage, act);
        say(`${transport}: each of ${ACTS.length} handlers tried, ${samples.filter(({ isTooSlow }) => isTooSlow).length} answers were “too slow” so far`);
      }
    }
    return await judge();
  } finally {
    functions.kill('SIGTERM');
    await functions.exited;
    await world.close();
    await Promise.all([...ways.values()].map((slow) => slow.close()));
  }

  async function openWays(env: Readonly<Record<string, string>>): Promise<void> {
    for (const transport of TRANSPORTS) ways.set(transport, await startSlowAws(env));
  }

  function way(transport: Transport): SlowAws {
    const slow = ways.get(transport);
    if (!slow) throw new Error(`no way to AWS for ${transport}`);
    return slow;
  }

  function setDelay(ms: number): void {
    for (const slow of ways.values()) slow.delayMs = ms;
  }

  async function tryOnce(transport: Transport, stage: Stage, { kind, name, prepare }: (typeof ACTS)[number]): Promise<void> {
    setDelay(0);
    const { user, act } = await prepare(stage);
    setDelay(delayMs);
    const from = Date.now();
    const outcome = await act();
    const to = Date.now();
    setDelay(0);
    const isTooSlow = await stage.isTooSlow(user, outcome);
    const { inARow } = way(transport).between(from, to);
    samples.push({ transport, kind, name, ms: to - from, inARow, isTooSlow, isUnanswered: outcome.outcome === 'failed', interactionId: outcome.interactionId });
  }

  /** Nobody waits for an answer to a reaction; its job must be in line all the same. */
  async function react({ admin, channelId, pictures: [, { messageId }] }: Stage): Promise<void> {
    const before = new Set(await world.ledger.line(1000));
    setDelay(delayMs);
    const from = Date.now();
    await admin.react(channelId, messageId, '✨');
    let jobId: string | undefined;
    while (jobId === undefined && Date.now() - from < PAINTED_WITHIN_MS / 10) {
      await sleep(LOOK_EVERY_MS);
      jobId = (await world.ledger.line(1000)).find((id) => !before.has(id));
    }
    const to = Date.now();
    setDelay(0);
    samples.push({ transport: 'gateway', kind: 'reaction', name: '✨', ms: to - from, inARow: way('gateway').between(from, to).inARow, isTooSlow: false, isUnanswered: jobId === undefined, interactionId: jobId ?? '' });
  }

  /** Paints two pictures for each stage; then no worker is there any more. */
  async function setStages(): Promise<Stage[]> {
    const painter = startPainter(world);
    const { id: logChannelId } = await world.admin.createChannel('slow-log');
    const guildId = world.state.guild.id;
    await world.ledger.changeRule({ guildId, by: world.admin.id, interactionId: '1' }, { kind: 'everyone' }, { credits: 1_000_000, per: 'month' });
    const nothing: Pictured = { jobId: '', messageId: '' };
    const stages: Stage[] = [];
    for (const [index, member] of world.members.entries()) {
      const newcomer = world.members[index + 1];
      if (index % 2 === 1 || !newcomer) continue;
      // A channel each: people see the newest messages only.
      const { id: channelId } = await world.admin.createChannel(`slow-${stages.length + 1}`);
      const cast = { member, newcomer, channelId, logChannelId };
      const empty = setStage(world, { ...cast, pictures: [nothing, nothing] });
      stages.push(setStage(world, { ...cast, pictures: [await acceptAndAsk(empty), await ask(empty, member)] }));
    }
    const [first] = stages;
    if (first) {
      await acceptAndAsk({ ...first, member: first.admin });
      await first.surely(first.admin, () => first.command(first.admin, 'moderation log', { channel: logChannelId }));
    }
    for (const { pictures } of stages) for (const { jobId } of pictures) await untilPosted(jobId);
    await painter.stop();
    return stages;
  }

  /** The first time, the terms come first. Their acceptance asks for what waited; should that be too slow, they are accepted all the same. */
  async function acceptAndAsk(stage: Stage): Promise<Pictured> {
    const { member } = stage;
    const { messageId } = await stage.surely(member, () => stage.command(member, 'imagine', { prompt: 'a red house', steps: 1 }));
    await stage.press(member, messageId, 'accept-terms');
    return ask(stage, member);
  }

  async function ask(stage: Stage, user: LocalUser): Promise<Pictured> {
    const { outcome, messageId } = await stage.surely(user, () => stage.command(user, 'imagine', { prompt: 'a red house', steps: 1 }));
    return { jobId: outcome.interactionId, messageId };
  }

  async function untilPosted(jobId: string): Promise<void> {
    for (const until = Date.now() + PAINTED_WITHIN_MS; Date.now() < until; await sleep(250)) if ((await world.ledger.find(jobId))?.state === 'posted') return;
    throw new Error(`job ${jobId} was not painted`);
  }

  async function judge(): Promise<Aftermath> {
    const { broken, expect } = startComplaints();
    for (const what of unreached()) expect(false, `${what} was not tried`);
    for (const { transport, kind, name, ms, isUnanswered } of samples) {
      expect(!isUnanswered && (kind === 'reaction' || ms < DISCORD_WAITS_MS), `${kind} ${name} over ${transport} was not answered in time (${ms} ms)`);
    }
    const tooSlow = samples.filter(({ isTooSlow }) => isTooSlow);
    await sleep(DISCORD_WAITS_MS);
    for (const { kind, name, transport, interactionId } of tooSlow) {
      const row = await world.ledger.find(interactionId);
      expect(row === undefined || row.state === 'cancelled', `${kind} ${name} over ${transport} said it was too slow, yet its job is ${row?.state}`);
    }
    expect(world.discord.bodies.wrong.length === 0, `Discord would have refused: ${world.discord.bodies.wrong.slice(0, 3).join('; ')}`);
    return { broken, table: tableOf(samples), figures: figuresOf(world, samples, delayMs, startedAt) };
  }
}

function figuresOf(world: StormWorld, samples: readonly Sample[], delayMs: number, startedAt: number): Aftermath['figures'] {
  const all = (transport: Transport) => samples.filter((sample) => sample.transport === transport && sample.kind !== 'reaction').map(({ ms }) => ms);
  return [
    ['milliseconds that a call to AWS takes', String(delayMs)],
    ['handlers', String(ACTS.length + 1)],
    ['answers over the gateway: p50 / p95 / max, ms', percentiles(all('gateway'))],
    ['answers over HTTP: p50 / p95 / max, ms', percentiles(all('http'))],
    ['answered “too slow, try again”, charged nothing', String(samples.filter(({ isTooSlow }) => isTooSlow).length)],
    ['bodies held against Discord’s schemas', String(world.discord.bodies.checked)],
    ['minutes', ((Date.now() - startedAt) / 60_000).toFixed(1)],
  ];
}

/** The slowest first. */
function tableOf(samples: readonly Sample[]): readonly (readonly string[])[] {
  const names = [...new Set(samples.map(({ kind, name }) => `${kind} ${name}`))];
  const rows = names.map((what) => {
    const own = samples.filter(({ kind, name }) => `${kind} ${name}` === what);
    const over = (transport: Transport) => own.filter((sample) => sample.transport === transport);
    const cells = TRANSPORTS.flatMap((transport) => {
      const here = over(transport);
      return here.length === 0 ? ['–', '–'] : [percentiles(here.map(({ ms }) => ms)), String(Math.min(...here.map(({ inARow }) => inARow)))];
    });
    return { worst: Math.max(...own.map(({ ms }) => ms)), row: [what, ...cells, String(own.filter(({ isTooSlow }) => isTooSlow).length)] };
  });
  const head = ['handler', 'gateway: p50 / p95 / max, ms', 'calls in a row', 'HTTP: p50 / p95 / max, ms', 'calls in a row', 'too slow'];
  return [head, ...rows.toSorted((a, b) => b.worst - a.worst).map(({ row }) => row)];
}

function percentiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`;
}
