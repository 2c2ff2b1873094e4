import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

export const helpCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'help',
  description: 'How to ask for a picture, what it costs, and what the model cannot do',
  contexts: [0, 1],
  integration_types: [0],
};
