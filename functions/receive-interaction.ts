/** Lambda behind the interactions endpoint: checks Discord's signature and answers with the same handlers as the gateway. */
import { createBudgetGuard } from '../bot/budget/budget-guard.ts';
import { connectStack } from '../bot/connect-stack.ts';
import { customIdKeys } from '../bot/custom-id/custom-id-keys.ts';
import { createCustomIds } from '../bot/custom-id/custom-ids.ts';
import { createLineLog } from '../bot/http/line-log.ts';
import { createVerify } from '../bot/http/verify-signature.ts';
import { answerWebhook } from '../bot/http/webhook.ts';
import type { HttpAnswer } from '../bot/http/webhook.ts';
import { randomSeed } from '../bot/random-seed.ts';
import { openLazily } from '../bot/rest/open-lazily.ts';
import { webhookSettings } from '../bot/settings.ts';
import { openWake } from '../bot/waking/open-wake.ts';
import { openWithSecrets } from '../core/secrets.ts';

const open = openWithSecrets(
  (env) => {
    const settings = webhookSettings(env);
    const stack = connectStack(settings);
    const log = createLineLog();
    const ports = {
      ...stack,
      lateAnswers: stack.lateAnswers(settings.LATE_ANSWERS_QUEUE_URL).toDefer,
      model: settings.REFINERY_MODEL,
      termsAlways: settings.REFINERY_TERMS === 'always',
      customIds: createCustomIds(customIdKeys(settings)),
      discord: openLazily({ token: settings.DISCORD_TOKEN, api: settings.DISCORD_API_BASE }),
      now: Date.now,
      randomSeed,
      wake: openWake(settings, { ledger: stack.ledger, now: Date.now, log }),
      budget: createBudgetGuard(settings.MONTHLY_BUDGET_USD, { ledger: stack.ledger, now: Date.now, log }),
      log,
    };
    return { verify: createVerify(settings.DISCORD_PUBLIC_KEY, Date.now), ports };
  },
  { env: process.env },
);
// A wrong setting is told when the function starts, not by the first person who needs it.
await open();

export async function handler(event: unknown): Promise<HttpAnswer> {
  const { verify, ports } = await open();
  return answerWebhook(event, verify, ports);
}
