/** Lambda behind the queue of late answers: works out what takes longer than Discord waits, and puts it in the place of "is thinking…". */
import { createBudgetGuard } from '../bot/budget/budget-guard.ts';
import { connectStack } from '../bot/connect-stack.ts';
import { customIdKeys } from '../bot/custom-id/custom-id-keys.ts';
import { createCustomIds } from '../bot/custom-id/custom-ids.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { finishBatch } from '../bot/late-answers/finish-batch.ts';
import { openPictures } from '../bot/open-pictures.ts';
import { randomSeed } from '../bot/random-seed.ts';
import { openLazily } from '../bot/rest/open-lazily.ts';
import { lateAnswerSettings } from '../bot/settings.ts';
import { examineWithoutPixels } from '../bot/verify/examine-without-pixels.ts';
import { openWake } from '../bot/waking/open-wake.ts';
import { openWithSecrets } from '../core/secrets.ts';

const open = openWithSecrets(
  (env) => {
    const settings = lateAnswerSettings(env);
    const stack = connectStack(settings);
    const log = createLineLog();
    return {
      ...stack,
      model: settings.REFINERY_MODEL,
      termsAlways: settings.REFINERY_TERMS === 'always',
      customIds: createCustomIds(customIdKeys(settings)),
      discord: openLazily({ token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE }),
      pictures: openPictures(settings.PICTURES_BUCKET),
      examinePicture: examineWithoutPixels,
      now: Date.now,
      randomSeed,
      wake: openWake(settings, { ledger: stack.ledger, now: Date.now, log }),
      budget: createBudgetGuard(settings.MONTHLY_BUDGET_USD, { ledger: stack.ledger, now: Date.now, log }),
      log,
    };
  },
  { env: process.env },
);
await open();

export async function handler(event: unknown): ReturnType<typeof finishBatch> {
  return finishBatch(event, await open());
}
