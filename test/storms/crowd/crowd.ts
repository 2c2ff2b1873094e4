/**
 * Members who all ask at once, from a pot of credits that the whole server shares. Exactly what it holds may be held for jobs and
 * charged, every refusal must say why, and the journal must sum up to the hundredth.
 */
import type { APIMessage } from 'discord-api-types/v10';
import { formatCredits } from '../../../core/credits.ts';
import type { LocalUser } from '../../../infra/local/local-user.ts';
import { readJournal } from '../journal.ts';
import { type Random, seededRandom } from '../random.ts';
import { type Aftermath, type StormOptions, startComplaints } from '../storm.ts';
import { type StormWorld, channelNamed, startStormWorld } from '../storm-world.ts';

export interface CrowdOptions extends StormOptions {
  readonly members: number;
  /** Whole credits in the server's pot. */
  readonly credits: number;
}

/** One member, one wish: at most this many steps, fewer after each refusal, and nothing more when one step is refused. */
const MOST_STEPS = 80;
/** As Discord's clients do when a command fails. */
const TRIES = 3;

interface Tally {
  accepted: number;
  readonly refusals: string[];
  unanswered: number;
}

export async function raiseCrowd({ seed, say, members, credits }: CrowdOptions): Promise<Aftermath> {
  const startedAt = Date.now();
  const world = await startStormWorld({ members, rateLimits: false });
  try {
    const guildId = world.state.guild.id;
    await world.ledger.changeRule({ guildId, by: world.admin.id, interactionId: '1' }, { kind: 'server' }, { credits: credits * 100, per: 'month' });
    // Each has more than the pot: it is the pot that stops them.
    await world.ledger.changeRule({ guildId, by: world.admin.id, interactionId: '2' }, { kind: 'everyone' }, { credits: credits * 200, per: 'month' });
    const tally: Tally = { accepted: 0, refusals: [], unanswered: 0 };
    await Promise.all(world.members.map((member, index) => hammer(world, member, seededRandom(seed + index), tally)));
    say(`${tally.accepted} jobs accepted, ${tally.refusals.length} refused`);
    return await judge(world, tally, credits * 100, startedAt);
  } finally {
    await world.close();
  }
}

async function hammer(world: StormWorld, member: LocalUser, random: Random, tally: Tally): Promise<void> {
  const channelId = channelNamed(world.state, 'imagine');
  const commandId = world.state.commands.find(({ name }) => name === 'imagine')?.id ?? '';
  let failures = 0;
  for (let most = MOST_STEPS; most >= 1 && failures < TRIES; ) {
    const steps = random.whole(1, most);
    const outcome = await member.interact({ kind: 'command', channelId, commandId, options: [{ name: 'prompt', value: 'a red house' }, { name: 'steps', value: steps }] });
    const messageId = outcome.outcome === 'answered' ? outcome.messageId : null;
    const row = await world.ledger.find(outcome.interactionId);
    if (row?.state === 'queued') {
      tally.accepted += 1;
      continue;
    }
    const words = messageId === null ? undefined : wordsOf((await member.messages(channelId)).find(({ id }) => id === messageId));
    if (words?.startsWith('Out of credits')) {
      tally.refusals.push(words);
      most = steps - 1;
    } else {
      // Too slow for an answer: nothing was held. It is asked again.
      tally.unanswered += 1;
      failures += 1;
    }
  }
}

function wordsOf(message: APIMessage | undefined): string | undefined {
  const embed = message?.embeds[0];
  return embed && `${embed.title ?? ''}: ${embed.description ?? ''}`;
}

/** What it costs, what is left of how much, when it comes back (or that it never will be enough), and by which rule. */
const EXPLAINED = /^Out of credits for now: This costs [\d.]+ credits?; this server has [\d.]+ of [\d.]+ credits? left\. (They come back <t:\d+:R>\.|That is more than the rule ever gives: .+)\n-# The rule: .+\.$/;
const ALL_HELD = /costs ([\d.]+) credits?; this server has ([\d.]+) of/;

async function judge({ ledger, stack, state, members, discord }: StormWorld, tally: Tally, limit: number, startedAt: number): Promise<Aftermath> {
  const { broken, expect } = startComplaints();
  const guildId = state.guild.id;
  const held = await Promise.all(members.map(({ id }) => ledger.balance(id, guildId)));
  const ofAll = held.reduce((sum, { spent, reserved }) => sum + spent + reserved, 0);
  const journal = await readJournal(stack, guildId, startedAt);
  const sum = (kind: string) => journal.filter((entry) => entry.kind === kind).reduce((total, { amount }) => total + amount, 0);
  const inJournal = sum('reserve') - sum('refund');
  const unexplained = tally.refusals.filter((words) => !EXPLAINED.test(words));
  const unjust = tally.refusals.filter((words) => {
    const [, cost, left] = ALL_HELD.exec(words) ?? [];
    return !(Number(cost) > Number(left));
  });
  expect(ofAll === limit, `${formatCredits(ofAll)} credits are held or spent, not ${formatCredits(limit)}`);
  expect(inJournal === limit, `the journal sums up to ${formatCredits(inJournal)} credits, not ${formatCredits(limit)}`);
  expect(unexplained.length === 0, `${unexplained.length} refusals do not say why, such as: ${unexplained[0]}`);
  expect(unjust.length === 0, `${unjust.length} refusals were unjust by their own words, such as: ${unjust[0]}`);
  expect(discord.bodies.wrong.length === 0, `Discord would have refused: ${discord.bodies.wrong.slice(0, 3).join('; ')}`);
  return {
    broken,
    figures: [
      ['members', String(members.length)],
      ['credits in the server’s pot', formatCredits(limit)],
      ['jobs accepted', String(tally.accepted)],
      ['refusals, each explained', String(tally.refusals.length)],
      ['asked again, as no answer came in time', String(tally.unanswered)],
      ['credits held for them', formatCredits(ofAll)],
      ['credits by the journal', formatCredits(inJournal)],
      ['movements in the journal', String(journal.length)],
      ['seconds', ((Date.now() - startedAt) / 1000).toFixed(0)],
    ],
  };
}
