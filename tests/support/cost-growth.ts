/** How the cost of some work grows with the size of what it works on, told by ratios and not by the speed of a machine. */

const [SMALL, FACTOR] = [1500, 16];
/** What needs that long for small sizes is hopeless for a large one. */
const HOPELESS_MS = 1000;
/** Shorter times say more of the clock than of the work. */
const COUNTS_MS = 1;
const ROUNDS = 4;
/** Of one large piece and as many small ones: equal when each part is looked at once, 16 when by the square. */
const RATIO_MAX = 6;
/** A machine that is busy with something else is no fault of the work. */
const TRIALS = 4;

/** True when the cost grows faster than the size, by a power and not by chance. */
export function isSteep(work: (size: number) => void): boolean {
  for (let trial = 0; trial < TRIALS; trial += 1) if (!looksSteep(work)) return false;
  return true;
}

function looksSteep(work: (size: number) => void): boolean {
  const small = leastMs(() => {
    for (let time = 0; time < FACTOR; time += 1) work(SMALL);
  });
  if (small > HOPELESS_MS) return true;
  return leastMs(() => work(SMALL * FACTOR)) > RATIO_MAX * Math.max(small, COUNTS_MS);
}

/** The least disturbed of some rounds; hopeless work is not repeated. */
function leastMs(work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS && !(least > HOPELESS_MS && round > 0); round += 1) {
    const fromMs = performance.now();
    work();
    least = Math.min(least, performance.now() - fromMs);
  }
  return least;
}
