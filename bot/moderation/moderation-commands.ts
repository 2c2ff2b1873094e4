/** The handlers of `/moderation`. Answers are for the asker alone. */
import { type ModerationAnswer, SHOWN_BLOCKS, logBeginsCard, moderationAnswerCard, moderationCard } from '../cards/moderation-cards.ts';
import { ephemerally } from '../interactions/answers.ts';
import type { Answer, CommandHandler } from '../interactions/handler.ts';
import type { CommandInteraction } from '../interactions/interaction.ts';
import { mayModerate } from '../interactions/permissions.ts';
import type { Ports } from '../ports.ts';
import { mayManage } from '../quota/options.ts';
import { tellModerators } from './tell-moderators.ts';

const SHOWN_CHANGES = 6;

export const showModeration = moderatorsHandler(async (guildId, _, { ledger: { moderation } }) => {
  const [{ logChannelId }, trouble, blocks, changes] = await Promise.all([
    moderation.guild(guildId),
    moderation.trouble(guildId),
    moderation.blocks(guildId, SHOWN_BLOCKS),
    moderation.changes(guildId, SHOWN_CHANGES),
  ]);
  return ephemerally(moderationCard({ logChannelId, trouble, blocks, changes }));
});

/** Sets the log channel, once a first post has arrived there; without one, takes it back. */
export const setLogChannel = moderatorsHandler(async (guildId, interaction, ports) => {
  if (!mayManage(interaction)) return answered('not-an-admin');
  const channel = interaction.options.get('channel');
  const channelId = channel === undefined ? undefined : String(channel);
  return {
    later: async () => {
      if (channelId !== undefined && (await tellModerators({ guildId, channelId }, logBeginsCard(interaction.userId), ports)) === undefined) {
        return moderationAnswerCard('log-unreachable');
      }
      const isChanged = await ports.ledger.moderation.change(moderatorOf(guildId, interaction), { kind: 'log', channelId: channelId ?? null }, ({ logChannelId, ...lists }) =>
        logChannelId === channelId ? undefined : { ...lists, ...(channelId !== undefined && { logChannelId: channelId }) },
      );
      if (isChanged) ports.log.info({ event: 'moderation:log:set', guild: guildId, by: interaction.userId }, 'an admin set the log channel');
      return moderationAnswerCard(channelId !== undefined ? 'log-set' : isChanged ? 'log-off' : 'unchanged');
    },
  };
});

export const blockMember = moderatorsHandler((guildId, interaction, ports) => setBlocked(guildId, interaction, ports, true));
export const unblockMember = moderatorsHandler((guildId, interaction, ports) => setBlocked(guildId, interaction, ports, false));

async function setBlocked(guildId: string, interaction: CommandInteraction, { ledger, log }: Ports, isBlocked: boolean): Promise<Answer> {
  const user = interaction.options.get('user');
  if (typeof user !== 'string' || !/^\d{1,20}$/.test(user)) return answered('unfit');
  const isChanged = await ledger.moderation.setBlocked(moderatorOf(guildId, interaction), user, isBlocked);
  if (isChanged) log.info({ event: `moderation:${isBlocked ? 'block' : 'unblock'}:done`, guild: guildId, by: interaction.userId }, 'a moderator changed who may ask');
  return isChanged ? ephemerally(moderationAnswerCard(isBlocked ? 'blocked' : 'unblocked', user)) : answered('unchanged');
}

function moderatorOf(guildId: string, { userId, id }: CommandInteraction) {
  return { guildId, by: userId, interactionId: id };
}

function answered(answer: ModerationAnswer): Answer {
  return ephemerally(moderationAnswerCard(answer));
}

/** Discord's own gate is not relied on: a server can open a command to all. */
function moderatorsHandler(act: (guildId: string, interaction: CommandInteraction, ports: Ports) => Promise<Answer>): CommandHandler {
  return async (interaction, ports) => {
    const { guildId, memberPermissions = 0n } = interaction;
    if (guildId === null) return answered('guild-only');
    if (!mayModerate(memberPermissions) && !mayManage(interaction)) return answered('not-a-moderator');
    return act(guildId, interaction, ports);
  };
}
