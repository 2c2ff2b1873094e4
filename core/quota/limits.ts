/** What a quota rule or a grant may say, in whole credits. */
export const RULE_CREDITS = { min: 0, max: 100_000 } as const;
export const GRANT_CREDITS = { min: 0.01, max: 100_000 } as const;
export const MAX_REASON_LENGTH = 200;

/** How far back a simulation reads, and how much: a guild with more entries sees fewer days of them. */
export const SIMULATED_DAYS = 30;
export const MOST_SIMULATED_ENTRIES = 60_000;
