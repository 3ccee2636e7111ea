/** How the cost of some work grows with the size of what it works on, told by ratios and not by the speed of a machine. */

const [SIZE_MIN, SIZE_MAX] = [250, 1 << 20];
/** Shorter times say more of the clock than of the work. */
const COUNTS_MS = 0.5;
const ENOUGH_MS = 15;
const ROUNDS = 3;

/** What twice the size costs: about 2 times as much when each part is looked at once, 4 when the cost is a square. */
export function costGrowth(work: (size: number) => void): number {
  const ratios: number[] = [];
  let before = 0;
  for (let size = SIZE_MIN; size <= SIZE_MAX && before < ENOUGH_MS; size *= 2) {
    const ms = leastMs(() => work(size));
    if (before >= COUNTS_MS) ratios.push(ms / before);
    before = ms;
  }
  // Work that never takes long at any size has no growth to speak of.
  return ratios.sort((one, other) => one - other)[ratios.length >> 1] ?? 1;
}

/** The least disturbed of some rounds. */
function leastMs(work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const fromMs = performance.now();
    work();
    least = Math.min(least, performance.now() - fromMs);
  }
  return least;
}
