import * as v from 'valibot';

export const MAX_TERM_LENGTH = 60;
export const MOST_TERMS = 200;

const term = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TERM_LENGTH));
const terms = v.optional(v.pipe(v.array(term), v.maxLength(MOST_TERMS)), []);

/** What a server's admins chose about what may be painted there. */
export const guildModerationSchema = v.object({
  deny: terms,
  /** Words and phrases in which a denied word is no reason to refuse. */
  allow: terms,
  /** Where moderators are told of reports and refused prompts. */
  logChannelId: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/))),
});
export type GuildModeration = Readonly<v.InferOutput<typeof guildModerationSchema>>;

export const NO_GUILD_MODERATION: GuildModeration = { deny: [], allow: [] };
