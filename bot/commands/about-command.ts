import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

export const aboutCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'about',
  description: 'The licence, what the model cannot do, and what is stored',
  contexts: [0, 1],
  integration_types: [0],
};
