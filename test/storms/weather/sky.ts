/** Where one bad weather is borne: a channel and a member of its own. */
import type { LocalUser } from '../../../infra/local/local-user.ts';
import type { StormWorld } from '../storm-world.ts';
import type { Painter } from './painter.ts';

export interface Sky {
  readonly world: StormWorld;
  readonly painter: Painter;
  readonly asker: LocalUser;
  readonly channelId: string;
  /** How long an outage lasts, by this storm's options. */
  readonly downMs: number;
  /** So long a job is watched before it is taken for lost. */
  readonly patienceMs: number;
  /** `/imagine` by the asker; asked again while the bot is too slow to take it. */
  ask(isPrivate: boolean): Promise<{ readonly jobId: string; readonly messageId: string; readonly isRefused: boolean }>;
  /** Sets Discord's clock ahead of ours. */
  setAhead(ms: number): void;
  /** Notes that the weather is over. */
  ends(): void;
  endedAt(): number | undefined;
}

export interface SkyOptions {
  readonly index: number;
  readonly painter: Painter;
  readonly downMs: number;
  readonly setAhead: (ms: number) => void;
}

/** Long enough for something to happen meanwhile, even on a fast machine. */
const STEPS = 8;
const TRIES = 60;
/** Titles of what it says then (refusal-card.ts, failure-card.ts). */
const TOO_SLOW: ReadonlySet<string> = new Set(['That took too long', 'This one did not work out']);
const PATIENCE_MS = 180_000;

export async function openSky(world: StormWorld, { index, painter, downMs, setAhead }: SkyOptions): Promise<Sky> {
  const asker = memberAt(world, index);
  const { id: channelId } = await world.admin.createChannel(`weather-${index + 1}`);
  const commandId = world.state.commands.find(({ name }) => name === 'imagine')?.id ?? '';
  let endedAt: number | undefined;

  async function ask(isPrivate: boolean): ReturnType<Sky['ask']> {
    for (let tries = 1; ; tries += 1) {
      const options = [
        { name: 'prompt', value: 'a red house' },
        { name: 'steps', value: STEPS },
        ...(isPrivate ? [{ name: 'private', value: true }] : []),
      ];
      const outcome = await asker.interact({ kind: 'command', channelId, commandId, options });
      const { interactionId: jobId } = outcome;
      const messageId = outcome.outcome === 'answered' ? (outcome.messageId ?? '') : '';
      const said = (await asker.messages(channelId)).find(({ id }) => id === messageId)?.embeds[0]?.title ?? 'no answer';
      const isTaken = (await world.ledger.find(jobId)) !== undefined;
      // On a loaded machine the bot may be too slow, and says so.
      if (outcome.outcome === 'answered' && !TOO_SLOW.has(said)) return { jobId, messageId, isRefused: !isTaken };
      if (tries === TRIES) throw new Error(`the bot took no job in ${tries} tries: ${said}`);
    }
  }

  return { world, painter, asker, channelId, downMs, patienceMs: PATIENCE_MS + downMs, ask, setAhead, ends: () => (endedAt = Date.now()), endedAt: () => endedAt };
}

function memberAt({ members }: StormWorld, index: number): LocalUser {
  const member = members[index];
  if (!member) throw new Error(`there is no member ${index}`);
  return member;
}
