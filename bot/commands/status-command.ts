import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

export const statusCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'status',
  description: 'The line, who paints at the moment, and your own jobs',
  contexts: [0, 1],
  integration_types: [0],
};
