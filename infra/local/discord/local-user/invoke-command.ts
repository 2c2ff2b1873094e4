/** A local user uses a command, or types one of its options. */
import { ApplicationCommandType, InteractionType } from 'discord-api-types/v10';
import type { APIApplicationCommand } from 'discord-api-types/v10';
import type { InteractionDesk, Outcome } from '../interactions/desk.ts';
import { viewMessage } from '../messages/message-view.ts';
import type { Upload } from '../messages/upload.ts';
import { channelPermissions } from '../permissions.ts';
import type { LocalInteraction } from '../page-protocol.ts';
import type { ChannelRecord } from '../store/records.ts';
import type { World } from '../world.ts';
import { LocalRefusal } from './local-refusal.ts';
import { checkValues, nested, optionsAt } from './option-values.ts';
import { resolveUser, resolveValues } from './resolve.ts';
import { mayUse, usableCommands, worksIn } from './state-view.ts';

type Invocation = Extract<LocalInteraction, { kind: 'command' | 'autocomplete' }>;

/** @throws {LocalRefusal} for what Discord's client would not let a person send. */
export async function invokeCommand(world: World, desk: InteractionDesk, userId: string, channel: ChannelRecord, invocation: Invocation, uploads: readonly Upload[]): Promise<Outcome> {
  const command = usableCommands(world, userId).find(({ id }) => id === invocation.commandId);
  if (command === undefined) throw new LocalRefusal('unknown-command', 'There is no such command, or you may not use it.');
  if (!worksIn(command, channel.kind)) throw new LocalRefusal('not-allowed', `/${command.name} does not work here.`);
  if (!mayUse(command, channelPermissions(world, userId, channel))) throw new LocalRefusal('not-allowed', `You may not use /${command.name} here.`);
  const path = invocation.subcommand ?? [];
  const focused = invocation.kind === 'autocomplete' ? invocation.focused : undefined;
  const checked = checkValues(optionsAt(command.options ?? [], path), invocation.options, focused);
  if (focused !== undefined && !checked.some((option) => option.focused === true)) throw new LocalRefusal('unknown-option', `This command has no option ${focused}.`, focused);
  const { values, resolved } = await resolveValues(world, { values: checked, uploads, userId, channelId: channel.id });
  const options = nested(path, values);
  const targetId = invocation.kind === 'command' ? (invocation.targetId ?? null) : null;
  const target = targetOf(world, command, channel, targetId);
  const everything = { ...resolved, ...target };
  return desk.open({
    type: invocation.kind === 'autocomplete' ? InteractionType.ApplicationCommandAutocomplete : InteractionType.ApplicationCommand,
    userId,
    channelId: channel.id,
    commandName: command.name,
    sourceMessageId: null,
    triggerId: null,
    targetId,
    data: {
      id: command.id,
      name: command.name,
      type: command.type,
      ...(command.guild_id !== undefined && { guild_id: command.guild_id }),
      ...(options.length > 0 && { options }),
      ...(Object.keys(everything).length > 0 && { resolved: everything }),
      ...(targetId !== null && { target_id: targetId }),
    },
  });
}

/** What a user or message command is used on. */
function targetOf(world: World, command: APIApplicationCommand, channel: ChannelRecord, targetId: string | null): Readonly<Record<string, unknown>> {
  if (command.type === ApplicationCommandType.ChatInput) return {};
  if (targetId === null) throw new LocalRefusal('malformed', `${command.name} is used on a message or a person: say which (targetId).`, 'targetId');
  if (command.type === ApplicationCommandType.User) {
    const resolved = { users: {}, members: {} };
    if (!resolveUser(world, resolved, targetId)) throw new LocalRefusal('unknown-user', 'There is no such person.', 'targetId');
    return resolved;
  }
  const message = world.store.messages.get(channel.id, targetId);
  if (message === undefined) throw new LocalRefusal('unknown-message', 'That message is gone.', 'targetId');
  return { messages: { [targetId]: viewMessage(world, message, command.application_id) } };
}
