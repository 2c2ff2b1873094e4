/** Lambda behind the dead-letter queue: refunds jobs that no worker could finish and tells their askers. */
import { connectStack } from '../bot/connect-stack.ts';
import { reportBatch } from '../bot/dead-letters/report-batch.ts';
import type { BatchAnswer } from '../bot/dead-letters/report-batch.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { createDiscord } from '../bot/rest/discord.ts';
import { deadLetterSettings } from '../bot/settings.ts';

const settings = deadLetterSettings(process.env);
const discord = createDiscord({ token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE });
const ports = { ...connectStack(settings), discord, now: Date.now, log: createLineLog() };

export function handler(event: unknown): Promise<BatchAnswer> {
  return reportBatch(event, ports);
}
