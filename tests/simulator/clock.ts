/** The time of the simulated Apple: the real one, moved by whoever tests. */

import type { SimulatorClock } from "./types.ts";

export function createClock(): SimulatorClock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance(ms) {
      offsetMs += ms;
    },
  };
}
