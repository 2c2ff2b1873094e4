/** What a quota rule or a grant may say, in whole credits. */
export const RULE_CREDITS = { min: 0, max: 100_000 } as const;
export const GRANT_CREDITS = { min: 0.01, max: 100_000 } as const;
export const MAX_REASON_LENGTH = 200;

/** How far back a simulation looks. */
export const SIMULATED_DAYS = 30;
