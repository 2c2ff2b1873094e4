import type { APIApplicationCommandBasicOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';

/** Manage Messages (https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags). */
const MANAGE_MESSAGES = 1n << 13n;

const user = (description: string): APIApplicationCommandBasicOption => ({ type: 6, name: 'user', description, required: true });

/** `/moderation`, for those who moderate the server. */
export const moderationCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'moderation',
  description: 'Reports, the log channel, and who is kept from asking',
  default_member_permissions: String(MANAGE_MESSAGES),
  contexts: [0],
  integration_types: [0],
  options: [
    { type: 1, name: 'show', description: 'The log channel, who is blocked, and who changed what last' },
    {
      type: 1,
      name: 'log',
      description: 'Where reports and refused prompts go (Manage Server)',
      options: [{ type: 7, name: 'channel', description: 'A channel that moderators see; none takes it back', channel_types: [0, 5] }],
    },
    { type: 1, name: 'block', description: 'Keep somebody from asking for pictures here', options: [user('Whom')] },
    { type: 1, name: 'unblock', description: 'Let them ask again', options: [user('Whom')] },
  ],
};
