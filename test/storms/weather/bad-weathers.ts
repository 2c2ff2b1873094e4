import { setTimeout as sleep } from 'node:timers/promises';
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Fault } from '../../../infra/local/discord/rest/faults.ts';
import type { Sky } from './sky.ts';

/** One bad day of Discord's, and what must come of a job all the same. */
export interface BadWeather {
  readonly name: string;
  /** `picture`: once, and charged. `told`: once, and refunded. `untold`: refunded, as no way leads to the asker. `refused`: at once, nothing held. */
  readonly promise: 'picture' | 'told' | 'untold' | 'refused';
  readonly isPrivate?: boolean;
  /** Before the asker asks. */
  readonly before?: (sky: Sky) => void | Promise<unknown>;
  /** As soon as the job is in line. */
  readonly meanwhile?: (sky: Sky, messageId: string) => void | Promise<unknown>;
  /** Clears up what clearing the faults does not. */
  readonly after?: (sky: Sky) => void | Promise<unknown>;
  /** It ends by itself, with the last request that it befalls. */
  readonly passes?: boolean;
}

/** The edit or post with the picture itself. */
const PICTURE = /filename="refinery-\d+-1\./;
const WEBHOOK = /^(PATCH|POST) \/webhooks\//;
const CHANNEL_POST = /^POST \/channels\/\d+\/messages$/;

const UNKNOWN_WEBHOOK = { status: 404, body: { message: 'Unknown Webhook', code: 10015 } } as const;
const INVALID_TOKEN = { status: 401, body: { message: 'Invalid Webhook Token', code: 50027 } } as const;
const DEAD_TOKEN = { route: WEBHOOK, times: Infinity, ...INVALID_TOKEN } as const satisfies Fault;
const LOST_ANSWER = { times: 1, when: 'after', status: 502 } as const;

const befalls = (...faults: readonly Fault[]) => ({ world }: Sky) => faults.forEach((fault) => world.discord.faults.add(fault));
const botLoses = ({ world, channelId }: Sky, permissions: bigint) => world.admin.deny(channelId, world.state.application.botUserId, permissions);

/** https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit */
function rateLimit(scope: 'user' | 'shared' | 'global', retryAfter: number): Omit<Fault, 'route' | 'times'> {
  const isGlobal = scope === 'global';
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: retryAfter, global: isGlobal },
    headers: { 'retry-after': `${retryAfter}`, 'x-ratelimit-scope': scope, ...(isGlobal && { 'x-ratelimit-global': 'true' }), via: '1.1 google' },
  };
}

/** More than the token's fifteen minutes. */
const LATE_MS = 15.5 * 60_000;

export const BAD_WEATHERS: readonly BadWeather[] = [
  { name: 'token dies at once (404, 10015)', promise: 'picture', before: befalls({ route: WEBHOOK, times: Infinity, ...UNKNOWN_WEBHOOK }) },
  { name: 'token dies at once (401, 50027)', promise: 'picture', before: befalls(DEAD_TOKEN) },
  { name: 'token dies before the picture (404, 10015)', promise: 'picture', before: befalls({ route: WEBHOOK, saying: PICTURE, times: Infinity, ...UNKNOWN_WEBHOOK }) },
  { name: 'token dies before the picture (401, 50027)', promise: 'picture', before: befalls({ ...DEAD_TOKEN, saying: PICTURE }) },
  { name: 'card deleted', promise: 'picture', meanwhile: ({ world, channelId }, messageId) => world.admin.remove(channelId, messageId) },
  { name: 'channel deleted', promise: 'told', meanwhile: ({ world, channelId }) => world.admin.deleteChannel(channelId) },
  {
    name: 'channel deleted, DMs closed',
    promise: 'untold',
    meanwhile: async ({ world, channelId, asker }) => {
      await asker.setDmsClosed(true);
      await world.admin.deleteChannel(channelId);
    },
  },
  { name: 'no Attach Files', promise: 'refused', before: (sky) => botLoses(sky, P.AttachFiles) },
  { name: 'Attach Files taken away', promise: 'picture', meanwhile: (sky) => botLoses(sky, P.AttachFiles) },
  { name: 'Attach Files taken away, token dead', promise: 'told', before: befalls(DEAD_TOKEN), meanwhile: (sky) => botLoses(sky, P.AttachFiles) },
  { name: 'View Channel taken away, token dead', promise: 'told', before: befalls(DEAD_TOKEN), meanwhile: (sky) => botLoses(sky, P.ViewChannel) },
  { name: '429 of user scope, 3 × 2 s', promise: 'picture', passes: true, before: befalls({ route: WEBHOOK, saying: PICTURE, times: 3, ...rateLimit('user', 2) }) },
  { name: '429 of shared scope, 3 × 2 s', promise: 'picture', passes: true, before: befalls({ route: WEBHOOK, saying: PICTURE, times: 3, ...rateLimit('shared', 2) }) },
  { name: '429 of global scope, 3 × 2 s', promise: 'picture', passes: true, before: befalls({ route: WEBHOOK, saying: PICTURE, times: 3, ...rateLimit('global', 2) }) },
  { name: '429 in the channel, 3 × 2 s, token dead', promise: 'picture', passes: true, before: befalls(DEAD_TOKEN, { route: CHANNEL_POST, times: 3, ...rateLimit('shared', 2) }) },
  { name: 'answer to the edit lost (502)', promise: 'picture', passes: true, before: befalls({ route: WEBHOOK, saying: PICTURE, ...LOST_ANSWER }) },
  { name: 'answer to the post lost (502), token dead', promise: 'picture', before: befalls({ route: CHANNEL_POST, ...LOST_ANSWER }, DEAD_TOKEN) },
  { name: 'private, token dead', promise: 'picture', isPrivate: true, before: befalls(DEAD_TOKEN) },
  { name: 'private, token dead, DMs closed', promise: 'told', isPrivate: true, before: befalls(DEAD_TOKEN), meanwhile: ({ asker }) => asker.setDmsClosed(true) },
  {
    name: 'Discord down',
    promise: 'picture',
    meanwhile: async (sky) => {
      sky.world.discord.setDown(true);
      await sleep(sky.downMs);
      sky.world.discord.setDown(false);
      sky.ends();
    },
  },
  {
    name: 'fifteen minutes in line',
    promise: 'picture',
    // While no worker is there. When one comes, it is later than the token lives.
    before: ({ painter }) => painter.stop(),
    meanwhile: ({ painter, setAhead }) => {
      setAhead(LATE_MS);
      painter.start(LATE_MS);
    },
  },
];
