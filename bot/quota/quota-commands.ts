/** The handlers of `/credits` and of the subcommands of `/quota`. All answers are for the asker alone. */
import { DEFAULT_DAILY_CENTICREDITS } from '../../core/limits.ts';
import { adjustedCard, ruleChangeCard } from '../cards/quota-change-cards.ts';
import { changesCard, rulesCard } from '../cards/quota-list-cards.ts';
import { quotaRefusalCard } from '../cards/quota-refusal-card.ts';
import { standingCard } from '../cards/standing-card.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { CommandHandler } from '../interactions/handler.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import type { Ports } from '../ports.ts';
import { Unfit, managedGuild, mayManage, readAllowance, readGranted, readReason, readTarget, readWho } from './options.ts';

/** Turns what is unfit about a command into its answer. */
export function quotaCommandHandler(run: CommandHandler): CommandHandler {
  return async (interaction, ports) => {
    try {
      return await run(interaction, ports);
    } catch (error) {
      if (error instanceof Unfit) return ephemerally(quotaRefusalCard(error.refusal));
      throw error;
    }
  };
}

/** One's own credits; those of others, for who manages the server. */
export const showQuota = quotaCommandHandler(async (interaction, { ledger }) => {
  const { userId, guildId, memberRoleIds } = interaction;
  const who = readWho(interaction);
  const others = who !== undefined && who.userId !== userId;
  if (others && guildId === null) throw new Unfit('guild-only');
  if (others && !mayManage(interaction)) throw new Unfit('not-allowed');
  const member = others ? who : { userId, roleIds: memberRoleIds };
  return ephemerally(standingCard(await ledger.standing({ ...member, guildId }, channelsOf(interaction)), others ? who.userId : undefined));
});

export const setQuota = quotaCommandHandler(async (interaction, ports) => changeRule(interaction, ports, readAllowance));

export const removeQuota = quotaCommandHandler(async (interaction, ports) => changeRule(interaction, ports, () => null));

async function changeRule(interaction: CommandInteraction, { ledger, log }: Ports, read: (interaction: CommandInteraction) => Parameters<Ports['ledger']['changeRule']>[2]) {
  const changer = changerOf(interaction);
  const [target, allowance] = [readTarget(interaction), read(interaction)];
  const change = await ledger.changeRule(changer, target, allowance);
  if (change.kind === 'too-many-rules') throw new Unfit('too-many-rules');
  log.info({ event: `quota:rule:${change.kind}`, guild: changer.guildId, by: changer.by, target, allowance }, 'a quota rule');
  return ephemerally(ruleChangeCard(target, change));
}

export const grantCredits = quotaCommandHandler(async (interaction, ports) => {
  const [amount, reason] = [readGranted(interaction), readReason(interaction)];
  return adjust(interaction, ports, { kind: 'grant', amount, reason });
});

export const resetCredits = quotaCommandHandler(async (interaction, ports) => adjust(interaction, ports, { kind: 'reset', reason: readReason(interaction) }));

async function adjust(interaction: CommandInteraction, { ledger, log }: Ports, adjustment: Parameters<Ports['ledger']['adjust']>[2]) {
  const changer = changerOf(interaction);
  const who = readWho(interaction);
  if (!who) throw new Unfit('bad-option');
  const adjusted = await ledger.adjust(changer, who, adjustment);
  log.info({ event: `quota:${adjustment.kind}:${adjusted.kind}`, guild: changer.guildId, by: changer.by, user: who.userId }, 'an account was adjusted');
  return ephemerally(adjustedCard(who.userId, adjustment.kind, adjusted));
}

export const listQuotas = quotaCommandHandler(async (interaction, { ledger }) =>
  ephemerally(rulesCard(await ledger.rules(managedGuild(interaction)), { credits: DEFAULT_DAILY_CENTICREDITS, per: 'day' })),
);

const SHOWN_CHANGES = 15;

export const logQuotas = quotaCommandHandler(async (interaction, { ledger }) => ephemerally(changesCard(await ledger.changes(managedGuild(interaction), SHOWN_CHANGES))));

function changerOf(interaction: CommandInteraction) {
  return { guildId: managedGuild(interaction), by: interaction.userId, interactionId: interaction.id };
}

function channelsOf({ channelId, parentChannelId }: CommandInteraction): readonly string[] {
  return parentChannelId === undefined ? [channelId] : [channelId, parentChannelId];
}
