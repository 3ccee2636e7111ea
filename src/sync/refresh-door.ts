/** What the refresh loop runs on, and what it counts. */
import type { Clock } from "../lib/clock.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import type { Planner } from "./planner.ts";
import type { Source } from "./ports.ts";
import type { Urls } from "./urls.ts";

export interface RefreshDoor {
  readonly source: Source;
  readonly memory: Memory;
  readonly planner: Planner;
  readonly urls: Urls;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  /** Assets that the filters leave out today come into the range with time. */
  readonly letsIn: boolean;
  /** Takes the numbers of zones that failed before they could be planned by new settings. */
  readonly unplanned: Set<number>;
  /** Told after every commit that made files due. */
  readonly onDue: () => void;
}

/** What is counted while refreshing: faults that did not stop it, and losses. */
export interface RefreshCounts {
  recordsUnreadable: number;
  listingFaults: number;
  assetsGone: number;
}
