/** Lambda behind the dead-letter queue: refunds jobs that no worker could finish and tells their askers. */
import { connectStack } from '../bot/connect-stack.ts';
import { reportBatch } from '../bot/dead-letters/report-batch.ts';
import type { BatchAnswer } from '../bot/dead-letters/report-batch.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { openLazily } from '../bot/rest/open-lazily.ts';
import { deadLetterSettings } from '../bot/settings.ts';
import { openWithSecrets } from '../core/secrets.ts';

const open = openWithSecrets(
  (env) => {
    const settings = deadLetterSettings(env);
    const discord = openLazily({ token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE });
    return { ...connectStack(settings), discord, now: Date.now, log: createLineLog() };
  },
  { env: process.env },
);
await open();

export async function handler(event: unknown): Promise<BatchAnswer> {
  return reportBatch(event, await open());
}
