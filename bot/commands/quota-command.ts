import type { APIApplicationCommandBasicOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { GRANT_CREDITS, MAX_REASON_LENGTH, RULE_CREDITS } from '../../core/quota/limits.ts';
import { PERIODS } from '../../core/quota/period.ts';

/** Manage Server (https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags). */
export const MANAGE_GUILD = 1n << 5n;

/** Text, voice, announcement, stage and forum channels; a rule for one of them holds in its threads. Discord's schema knows no more. */
const PAINTABLE_CHANNELS = [0, 2, 5, 13, 15];

const USER_OPTION = { type: 6, name: 'user', description: 'One person' } as const;

/** Whom a rule is for: one of these. */
const TARGET: APIApplicationCommandBasicOption[] = [
  USER_OPTION,
  { type: 8, name: 'role', description: 'Each member with this role; of several roles the most generous counts' },
  { type: 7, name: 'channel', description: 'All who paint in this channel and its threads, together', channel_types: PAINTABLE_CHANNELS },
  {
    type: 3,
    name: 'everyone',
    description: 'Everyone here',
    choices: [
      { name: 'Each person', value: 'each' },
      { name: 'All together, from one pot', value: 'together' },
    ],
  },
];

const ALLOWANCE: APIApplicationCommandBasicOption[] = [
  { type: 10, name: 'credits', description: 'How many; 0 for none at all', required: true, min_value: RULE_CREDITS.min, max_value: RULE_CREDITS.max },
  {
    type: 3,
    name: 'per',
    description: 'When they come back: at midnight, on Monday, on the first (UTC)',
    required: true,
    choices: PERIODS.map((per) => ({ name: `a ${per}`, value: per })),
  },
];

const WHO: APIApplicationCommandBasicOption = { type: 6, name: 'who', description: 'Whose', required: true };
const REASON: APIApplicationCommandBasicOption = { type: 3, name: 'reason', description: 'Kept in the log', max_length: MAX_REASON_LENGTH };

/**
 * `/quota`, for those who manage the server. Discord gives permissions to a command as a whole, never to one of its
 * subcommands; that is why members have `/credits` for what `/quota show` tells.
 */
export const quotaCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'quota',
  description: 'Who may spend how many credits here',
  default_member_permissions: String(MANAGE_GUILD),
  contexts: [0],
  integration_types: [0],
  options: [
    { type: 1, name: 'show', description: 'What somebody has left, and by which rule', options: [{ ...WHO, required: false }] },
    { type: 1, name: 'set', description: 'Make a rule, or change it', options: [...ALLOWANCE, ...TARGET] },
    { type: 1, name: 'remove', description: 'Drop a rule: the next one that fits holds instead', options: TARGET },
    { type: 1, name: 'list', description: 'All rules' },
    {
      type: 1,
      name: 'grant',
      description: 'Give somebody extra credits, until theirs come back anyway',
      options: [WHO, { type: 10, name: 'credits', description: 'How many', required: true, min_value: GRANT_CREDITS.min, max_value: GRANT_CREDITS.max }, REASON],
    },
    { type: 1, name: 'reset', description: 'Forgive what somebody has spent since their credits last came back', options: [WHO, REASON] },
    { type: 1, name: 'simulate', description: 'Who a rule would have stopped in the last 30 days; changes nothing', options: [...ALLOWANCE, ...TARGET] },
    { type: 1, name: 'log', description: 'Who changed what, and when' },
  ],
};

/** `/credits`, for everyone. */
export const creditsCommand: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  type: 1,
  name: 'credits',
  description: 'What you have left, and when it comes back',
  contexts: [0, 1],
  integration_types: [0],
};
