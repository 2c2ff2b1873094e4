import { Unreachable } from '../../bot/rest/discord-errors.ts';
import type { Job } from '../../core/job.ts';
import type { Posted } from '../../core/ledger/row.ts';
import type { ChannelHistory } from './channel-history.ts';

/** The file name of a posted picture; it is how a later worker recognises the post. `extension` without a dot. */
export function pictureFilename(jobId: string, index: number, extension: string, { spoiler = false } = {}): string {
  return `${spoiler ? SPOILER : ''}${filenameStart(jobId)}${index + 1}.${extension}`;
}

/** Discord hides a file so named until somebody clicks on it. */
const SPOILER = 'SPOILER_';

function isPictureOf(filename: string, jobId: string): boolean {
  return filename.startsWith(filenameStart(jobId)) || filename.startsWith(`${SPOILER}${filenameStart(jobId)}`);
}

function filenameStart(jobId: string): string {
  return `refinery-${jobId}-`;
}

/** Clocks differ: messages are looked for from this long before the job was made. */
const SLACK_MS = 10_000;
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/**
 * Looks in the channel for this job's pictures, which a worker that died may have posted without recording it.
 * The original response stands right after the job was made; a post of its own stands near the end.
 * @returns `undefined` when there are none, or when the bot may not read there
 */
export async function findPosted(history: ChannelHistory, job: Pick<Job, 'id' | 'channelId' | 'createdAt'>): Promise<Posted | undefined> {
  const { id, channelId, createdAt } = job;
  try {
    const me = await history.me();
    // An `/imagine` job bears its interaction's id, which is a snowflake: the original response has the next one or so.
    const start = /^\d+$/.test(id) ? id : snowflakeAt(createdAt - SLACK_MS);
    for (const after of [start, undefined]) {
      const messages = await history.messages(channelId, after);
      const found = messages.find(
        ({ author, attachments }) => author.id === me && attachments.some(({ filename }) => isPictureOf(filename, id)),
      );
      if (found) return { channelId, messageIds: [found.id] };
    }
    return undefined;
  } catch (error) {
    // Without this look, a repeated edit and the nonce still keep nearly every post single.
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** The least message id of a moment: https://discord.com/developers/docs/reference#snowflakes */
function snowflakeAt(epochMs: number): string {
  return String(BigInt(Math.max(0, epochMs - DISCORD_EPOCH_MS)) << 22n);
}
