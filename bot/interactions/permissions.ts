/** What must be allowed in a channel (https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags). */
const ADMINISTRATOR = 1n << 3n;
const USE_COMMANDS = { bit: 1n << 31n, name: 'Use Application Commands' } as const;
const VIEW_CHANNEL = { bit: 1n << 10n, name: 'View Channel' } as const;
const SEND_MESSAGES = { bit: 1n << 11n, name: 'Send Messages' } as const;
const SEND_IN_THREADS = { bit: 1n << 38n, name: 'Send Messages in Threads' } as const;
const EMBED_LINKS = { bit: 1n << 14n, name: 'Embed Links' } as const;
const ATTACH_FILES = { bit: 1n << 15n, name: 'Attach Files' } as const;
const MANAGE_MESSAGES = 1n << 13n;
const READ_HISTORY = { bit: 1n << 16n, name: 'Read Message History' } as const;

interface Permission {
  readonly bit: bigint;
  readonly name: string;
}

export interface Place {
  readonly inThread: boolean;
}

/**
 * What the bot lacks for posting a picture, by the names that people see in Discord's settings.
 * The answer to an interaction would arrive without some of these; a picture that outlasts its token would not.
 */
export function missingForBot(permissions: bigint, { inThread }: Place): readonly string[] {
  return missing(permissions, [VIEW_CHANNEL, inThread ? SEND_IN_THREADS : SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES]);
}

/** What the bot lacks for answering under a message of its own. */
export function missingForReply(permissions: bigint, place: Place): readonly string[] {
  return [...missingForBot(permissions, place), ...missing(permissions, [READ_HISTORY])];
}

/** What a member lacks for having pictures posted here: the bot is no way around a channel that is closed to them. */
export function missingForMember(permissions: bigint, { inThread }: Place): readonly string[] {
  return missing(permissions, [USE_COMMANDS, inThread ? SEND_IN_THREADS : SEND_MESSAGES, ATTACH_FILES]);
}

/** Whether a member may take down what others posted. */
export function mayModerate(permissions: bigint): boolean {
  return (permissions & (MANAGE_MESSAGES | ADMINISTRATOR)) !== 0n;
}

function missing(permissions: bigint, wanted: readonly Permission[]): readonly string[] {
  if ((permissions & ADMINISTRATOR) !== 0n) return [];
  return wanted.filter(({ bit }) => (permissions & bit) === 0n).map(({ name }) => name);
}
