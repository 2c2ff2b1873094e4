/** A local user presses a button or picks from a menu. */
import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { InteractionDesk, Outcome } from '../interactions/desk.ts';
import type { LocalInteraction } from '../page-protocol.ts';
import type { ChannelRecord, MessageRecord } from '../store/records.ts';
import type { World } from '../world.ts';
import { LocalRefusal } from './local-refusal.ts';
import { resolveUser } from './resolve.ts';

type Press = Extract<LocalInteraction, { kind: 'component' }>;

interface Pressable {
  readonly type: ComponentType;
  readonly custom_id: string;
  readonly disabled?: boolean;
  readonly min_values?: number;
  readonly max_values?: number;
  readonly options?: readonly { readonly value: string }[];
}

/** @throws {LocalRefusal} */
export async function pressComponent(world: World, desk: InteractionDesk, userId: string, channel: ChannelRecord, press: Press): Promise<Outcome> {
  const message = world.store.messages.get(channel.id, press.messageId);
  if (message === undefined || (message.visibleTo !== null && message.visibleTo !== userId)) throw new LocalRefusal('unknown-message', 'That message is gone.');
  const component = pressables(message.components).find(({ custom_id: id }) => id === press.customId);
  if (component === undefined) throw new LocalRefusal('unknown-component', 'The message has no such button any more.');
  if (component.disabled === true) throw new LocalRefusal('not-allowed', 'This button cannot be pressed now.');
  return desk.open({
    type: InteractionType.MessageComponent,
    userId,
    channelId: channel.id,
    commandName: null,
    sourceMessageId: message.id,
    triggerId: null,
    targetId: null,
    data: { custom_id: component.custom_id, component_type: component.type, ...picked(world, component, press.values) },
  });
}

function picked(world: World, component: Pressable, values: readonly string[] | undefined): Readonly<Record<string, unknown>> {
  if (component.type === ComponentType.Button) return {};
  const chosen = values ?? [];
  const { min_values: least = 1, max_values: most = 1 } = component;
  if (chosen.length < least || chosen.length > most) throw new LocalRefusal('invalid-option', `Pick between ${least} and ${most}.`, 'values');
  if (component.type === ComponentType.StringSelect) {
    const known = new Set(component.options?.map(({ value }) => value));
    if (chosen.some((value) => !known.has(value))) throw new LocalRefusal('invalid-option', 'Pick from the list.', 'values');
    return { values: chosen };
  }
  const resolved = { users: {}, members: {} };
  for (const id of chosen) resolveUser(world, resolved, id);
  return { values: chosen, resolved };
}

/** Everything with a custom id, wherever it sits. */
function pressables(components: MessageRecord['components']): readonly Pressable[] {
  return components.flatMap((component): readonly Pressable[] => {
    if (component.type === ComponentType.ActionRow) return withCustomId(component.components);
    if (component.type === ComponentType.Section) return withCustomId([component.accessory]);
    if (component.type === ComponentType.Container) return pressables(component.components);
    return [];
  });
}

function withCustomId(components: readonly { readonly type: ComponentType }[]): readonly Pressable[] {
  return components.filter((component): component is Pressable => 'custom_id' in component && typeof component.custom_id === 'string');
}
