/** Whether something may be said (again) under a key; it may not for a while after it was. */
export type Debounce = (key: string, now: number) => boolean;

/** Older keys are forgotten: then something is said once too often, which is better than a process that grows. */
const MOST_KEYS = 2000;

export function createDebounce(quietMs: number): Debounce {
  const saidAt = new Map<string, number>();
  return (key, now) => {
    const before = saidAt.get(key);
    if (before !== undefined && now - before < quietMs) return false;
    saidAt.delete(key);
    saidAt.set(key, now);
    const [oldest] = saidAt.keys();
    if (saidAt.size > MOST_KEYS && oldest !== undefined) saidAt.delete(oldest);
    return true;
  };
}
