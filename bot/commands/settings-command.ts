import type { APIApplicationCommandBasicOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { ASPECTS } from '../../core/aspect.ts';
import { EDGE, STEPS } from '../../core/limits.ts';
import { METADATA, PERCENT } from '../../core/screening.ts';
import { MANAGE_GUILD } from './quota-command.ts';

const CHANNEL: APIApplicationCommandBasicOption = { type: 7, name: 'channel', description: 'For this channel and its threads alone, instead of the whole server', channel_types: [0, 2, 5, 13, 15] };

/** What each setting is, in the order that they are shown; the names are those of the options. */
export const settingsCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'settings',
  description: 'What pictures are painted with here, and who may ask for them',
  default_member_permissions: String(MANAGE_GUILD),
  contexts: [0],
  integration_types: [0],
  options: [
    { type: 1, name: 'show', description: 'What holds here', options: [CHANNEL] },
    {
      type: 1,
      name: 'set',
      description: 'Change one or several; the others stay',
      options: [
        CHANNEL,
        { type: 3, name: 'model', description: 'What paints when nobody says', autocomplete: true },
        { type: 4, name: 'steps', description: 'Steps when nobody says', min_value: STEPS.min, max_value: STEPS.max },
        { type: 3, name: 'style', description: 'The style when nobody says', autocomplete: true },
        { type: 3, name: 'aspect', description: 'The shape when nobody says', choices: Object.entries(ASPECTS).map(([value, { label }]) => ({ name: label, value })) },
        { type: 3, name: 'models', description: 'The only models that may be asked for: their ids with commas between', max_length: 300, autocomplete: true },
        { type: 4, name: 'largest', description: 'The longest side of a picture as it is painted, in pixels', min_value: EDGE.min, max_value: EDGE.max },
        { type: 8, name: 'role', description: 'Only members with this role may ask for pictures' },
        { type: 8, name: 'role2', description: 'Or this one' },
        { type: 8, name: 'role3', description: 'Or this one' },
        { type: 4, name: 'screening', description: 'Pictures the screen calls explicit with this many percent are not posted (90); 100: all are', min_value: PERCENT.min, max_value: PERCENT.max },
        { type: 4, name: 'screening-adult', description: 'The same in age-restricted channels (as elsewhere)', min_value: PERCENT.min, max_value: PERCENT.max },
        { type: 4, name: 'spoiler', description: 'From how many percent of explicit or suggestive on behind a spoiler (70); 100: never', min_value: PERCENT.min, max_value: PERCENT.max },
        { type: 3, name: 'metadata', description: 'What files tell of how they were made; private pictures only their origin', choices: METADATA.map((name) => ({ name, value: name })) },
      ],
    },
    {
      type: 1,
      name: 'clear',
      description: 'Take settings back',
      options: [
        CHANNEL,
        {
          type: 3,
          name: 'what',
          description: 'One of them; all when you leave it out',
          choices: ['model', 'steps', 'style', 'aspect', 'models', 'largest', 'roles', 'screening', 'screening-adult', 'spoiler', 'metadata'].map((name) => ({ name, value: name })),
        },
      ],
    },
  ],
};
