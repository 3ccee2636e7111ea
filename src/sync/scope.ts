/** Which zones are selected, and which of their files may be fetched. */
import type { ZoneRow } from "../state/zones.ts";
import type { DueScope } from "../state/files/files.ts";
import type { Memory } from "../state/memory.ts";
import { isZoneSelected } from "./options.ts";
import type { SyncOptions } from "./options.ts";

export class Scope {
  /** Numbers of zones that failed before they could be planned by new settings. */
  readonly unplanned = new Set<number>();

  constructor(
    private readonly memory: Memory,
    private readonly options: SyncOptions,
    readonly cycle: number,
  ) {}

  zones(): ZoneRow[] {
    return this.memory.zones.all().filter((zone) => isZoneSelected(zone, this.options));
  }

  /** Failed runs after which a file is left alone. */
  get attemptsMax(): number {
    return Math.min(this.options.attemptsMax, Number.MAX_SAFE_INTEGER);
  }

  /** The rows that may be fetched; more of them while new zones are found. */
  due(): DueScope {
    const zones = this.zones().filter(({ id }) => !this.unplanned.has(id));
    return {
      zones: zones.map(({ id }) => id),
      cycle: this.cycle,
      attemptsMax: this.attemptsMax,
    };
  }
}
