import { type Arrival, picturesOf } from './arrival.ts';
import type { SeededRandom } from './seeded-random.ts';

export const DAY_SECONDS = 24 * 3600;
const HOUR = 3600;

/** What a pattern makes: a day with about so many pictures. */
type Pattern = (pictures: number, random: SeededRandom) => readonly Arrival[];

export const PATTERNS: Readonly<Record<'poisson' | 'bursty' | 'launch-day', Pattern>> = {
  /** People who know nothing of each other, more of them in the evening. */
  poisson: (pictures, random) => toOrder(upTo(pictures, () => one(timeOfDay(random), someone(pictures, random), random))),

  /** Few people at a time who paint one after the other: eight on average, 45 s apart. */
  bursty: (pictures, random) => {
    let session = { at: 0, user: '', left: 0 };
    return toOrder(
      upTo(pictures, () => {
        if (session.left <= 0) session = { at: timeOfDay(random), user: someone(pictures, random), left: Math.ceil(random.exponential(8)) };
        session = { ...session, at: session.at + random.exponential(45), left: session.left - 1 };
        return one(Math.min(DAY_SECONDS, session.at), session.user, random);
      }),
    );
  },

  /** A post about the bot at noon: four of five pictures come after it, most of them within three hours. */
  'launch-day': (pictures, random) =>
    toOrder(
      upTo(pictures, () => {
        const spike = 12 * HOUR + random.exponential(2 * HOUR);
        const at = random.uniform() < 0.8 && spike < DAY_SECONDS ? spike : timeOfDay(random);
        return one(at, someone(pictures, random), random);
      }),
    ),
};

/** What people ask for: mostly a picture, sometimes four, and every seventh time one is refined. */
function one(at: number, user: string, random: SeededRandom): Arrival {
  const dice = random.uniform();
  return { at, user, credits: dice < 0.8 ? 1 : dice < 0.85 ? 4 : 0.68 };
}

/** The square of a uniform number: a few paint much, most paint little. */
function someone(pictures: number, random: SeededRandom): string {
  return `user-${Math.floor(Math.max(3, pictures / 6) * random.uniform() ** 2)}`;
}

/** By rejection: least at 8, most at 20 o'clock, four times as many. */
function timeOfDay(random: SeededRandom): number {
  for (;;) {
    const at = random.uniform() * DAY_SECONDS;
    const share = 0.625 + 0.375 * Math.cos((2 * Math.PI * (at - 20 * HOUR)) / DAY_SECONDS);
    if (random.uniform() < share) return at;
  }
}

function upTo(pictures: number, next: () => Arrival): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let made = 0; made < pictures; ) {
    const arrival = next();
    arrivals.push(arrival);
    made += picturesOf(arrival);
  }
  return arrivals;
}

function toOrder(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.toSorted((a, b) => a.at - b.at);
}
