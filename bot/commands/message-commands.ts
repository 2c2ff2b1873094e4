import type { RESTPostAPIContextMenuApplicationCommandsJSONBody } from 'discord-api-types/v10';

const onMessage = (name: string, contexts: readonly (0 | 1)[] = [0, 1]): RESTPostAPIContextMenuApplicationCommandsJSONBody => ({ type: 3, name, contexts: [...contexts], integration_types: [0] });

/** Commands of a message's menu (Apps → …), as people see them: https://discord.com/developers/docs/interactions/application-commands#message-commands */
export const MESSAGE_COMMAND_DEFINITIONS: readonly RESTPostAPIContextMenuApplicationCommandsJSONBody[] = [
  ...['Refine', 'Remix', 'Describe settings', 'Verify picture'].map((name) => onMessage(name)),
  // In direct messages there are no moderators.
  onMessage('Report to moderators', [0]),
];
