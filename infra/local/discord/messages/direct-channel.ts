/** Direct messages: one channel for each pair, made when first wanted. */
import type { DirectChannelRecord } from '../store/records.ts';
import type { World } from '../world.ts';

export function openDirectChannel(world: World, a: string, b: string): DirectChannelRecord {
  for (const channel of world.store.channels.values()) {
    if (channel.kind === 'dm' && channel.userIds.includes(a) && channel.userIds.includes(b)) return channel;
  }
  const channel: DirectChannelRecord = { kind: 'dm', id: world.ids.next(), userIds: [a, b] };
  world.store.channels.put(channel.id, channel);
  world.events.emit({ type: 'channel:created', channelId: channel.id });
  return channel;
}
