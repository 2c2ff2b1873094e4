/** Discord's ids: milliseconds since 2015 in the high 42 bits, a counter below. https://discord.com/developers/docs/reference#snowflakes */

export const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Ids that only ever grow, whatever the clock does. */
export class SnowflakeSource {
  #last = 0n;

  constructor(private readonly now: () => number) {}

  next(): string {
    const fromClock = BigInt(Math.trunc(this.now()) - DISCORD_EPOCH_MS) << 22n;
    this.#last = fromClock > this.#last ? fromClock : this.#last + 1n;
    return this.#last.toString();
  }

  /** Ids to come lie above this one: called for what was read from disk. */
  passed(id: string): void {
    const seen = BigInt(id);
    if (seen > this.#last) this.#last = seen;
  }
}

/** Epoch milliseconds at which an id was made. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;
}

/** Orders ids by age; as strings they would not sort. */
export function compareSnowflakes(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
