/** How a folder grows while a program writes into it: the rate of a download by what has arrived on disk. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./disk.ts";

/** A moment at which more was there than a moment before. */
export interface Growth {
  readonly atMs: number;
  readonly bytes: number;
}

const LOOK_EVERY_MS = 5;
/** Of what appeared during a longer look or pause nobody knows when it did. */
const UNCERTAIN_MS = 40;

/** Looks until the program has ended. */
export async function watchGrowth(folder: string, ended: Promise<unknown>): Promise<Growth[]> {
  const seen: Growth[] = [];
  let hasEnded = false;
  void ended.finally(() => (hasEnded = true));
  let most = 0;
  let beforeMs = performance.now();
  while (!hasEnded) {
    const bytes = bytesBelow(folder);
    const atMs = performance.now();
    if (bytes > most && atMs - beforeMs < UNCERTAIN_MS) seen.push({ atMs, bytes });
    most = Math.max(most, bytes);
    beforeMs = atMs;
    await Bun.sleep(LOOK_EVERY_MS);
  }
  return seen;
}

/** Bytes per second from the first growth to the last; what a program does before and after does not count. */
export function rateOf(growths: readonly Growth[]): number {
  const [first, last] = [growths[0]!, growths.at(-1)!];
  return (last.bytes - first.bytes) / ((last.atMs - first.atMs) / 1000);
}

/** The rate of the best stretch that is at least so long: the one in which the machine was least in the way. */
export function bestRateOf(growths: readonly Growth[], seconds: number): number {
  let best = 0;
  let end = 0;
  for (let start = 0; start < growths.length; start++) {
    while (end < growths.length && growths[end]!.atMs - growths[start]!.atMs < seconds * 1000)
      end += 1;
    if (end === growths.length) break;
    best = Math.max(best, rateOf(growths.slice(start, end + 1)));
  }
  return best;
}

function bytesBelow(folder: string): number {
  // A part that gets its name has two for a moment.
  const sizes = new Map<number, number>();
  for (const { path } of filesBelow(folder)) {
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    if (stat) sizes.set(stat.ino, stat.size);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
