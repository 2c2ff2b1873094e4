import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

export const mydataCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'mydata',
  description: 'What is stored about you',
  contexts: [0, 1],
  integration_types: [0],
  options: [
    { type: 1, name: 'export', description: 'A file with everything stored about you' },
    { type: 1, name: 'delete', description: 'Delete everything stored about you; asks once more first' },
  ],
};
