import * as v from 'valibot';

const usd = (purpose: string) =>
  v.pipe(v.optional(v.pipe(v.string(), v.regex(/^\d{1,7}(\.\d{1,4})?$/), v.transform(Number), v.minValue(0.0001))), v.description(`${purpose}, in USD, more than 0`));

/** Without a budget nothing is ever stopped; without a price nothing is counted by this process. */
export const BUDGET_SETTINGS = {
  MONTHLY_BUDGET_USD: usd('what a month may cost'),
  GPU_USD_PER_HOUR: usd('what a machine with a worker costs an hour'),
};
