// A clock that stands still until a test moves it.
import type { Clock } from '../../service/clock.ts';

export interface FrozenClock {
  /** What the parts under test are given; milliseconds since the epoch. */
  readonly now: Clock;
  advance(ms: number): void;
  /** Where the clock stands, in whole seconds: a JWT's NumericDate. */
  seconds(): number;
}

/** Noon of a day in spring: a whole second, so that NumericDates are exact. */
const START = Date.UTC(2030, 3, 1, 12);

export function frozenClock(): FrozenClock {
  let time = START;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    seconds: () => time / 1000,
  };
}
