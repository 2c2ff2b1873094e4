import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

export const verifyCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'verify',
  description: 'What a picture says of where it comes from: signature, watermark, metadata',
  contexts: [0, 1],
  integration_types: [0],
  options: [{ type: 11, name: 'picture', description: 'Any picture, from here or elsewhere', required: true }],
};
