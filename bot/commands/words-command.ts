import type { APIApplicationCommandBasicOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { MAX_PROMPT_LENGTH } from '../../core/limits.ts';
import { MAX_TERM_LENGTH } from '../../core/moderation/word-lists.ts';
import { MANAGE_GUILD } from './quota-command.ts';

const TERM: APIApplicationCommandBasicOption = { type: 3, name: 'term', description: 'A word or a phrase', required: true, min_length: 1, max_length: MAX_TERM_LENGTH };
const LIST: APIApplicationCommandBasicOption = {
  type: 3,
  name: 'list',
  description: 'Denied if you leave it out',
  choices: [
    { name: 'Denied: prompts with it are refused', value: 'deny' },
    { name: 'Allowed: a phrase in which a denied word is fine', value: 'allow' },
  ],
};

/** `/words`, for those who manage the server. */
export const wordsCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'words',
  description: 'What may not be asked for here',
  default_member_permissions: String(MANAGE_GUILD),
  contexts: [0],
  integration_types: [0],
  options: [
    { type: 1, name: 'add', description: 'Put a word on a list', options: [TERM, LIST] },
    { type: 1, name: 'remove', description: 'Take a word off a list', options: [TERM, LIST] },
    { type: 1, name: 'list', description: 'The lists, and who changed them last' },
    { type: 1, name: 'test', description: 'Whether a prompt would be refused, and by which rule', options: [{ type: 3, name: 'prompt', description: 'The prompt', required: true, max_length: MAX_PROMPT_LENGTH }] },
  ],
};
