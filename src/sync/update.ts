/** Asks Apple and moves saved files, in the order that lets them keep together. */
import type { ZoneRow, Zones } from "../state/zones.ts";
import type { Observe } from "./events.ts";
import type { SyncOptions } from "./options.ts";
import type { PlannedBy } from "./planned-by.ts";
import { NOT_MOVED } from "./relayout.ts";
import type { Relayout } from "./relayout.ts";
import type { Scope } from "./scope.ts";

/** What is needed of the refresh loop. */
interface Refreshing {
  readonly counts: { readonly listingFaults: number };
  readonly hasNews: boolean;
  readonly renamedFiles: number;
  run(): Promise<void>;
  zone(zone: ZoneRow): { replan(isAnew: boolean): void };
}

export interface UpdateDoor {
  readonly memory: { readonly zones: Pick<Zones, "all"> };
  readonly options: Pick<SyncOptions, "relayout" | "retryFailed" | "isRepair">;
  readonly settings: Pick<PlannedBy, "isReplanned" | "isRearranged" | "note">;
  readonly scope: Pick<Scope, "zones">;
  readonly refresh: Refreshing;
  readonly relayout: Pick<Relayout, "all" | "count">;
  readonly observe: Observe;
}

export class Update {
  constructor(private readonly door: UpdateDoor) {}

  /** Throws what the refresh throws. Afterwards everything known is planned by today's settings, if that was possible. */
  async run(): Promise<void> {
    const { options, refresh, relayout, settings } = this.door;
    if (options.relayout) return this.#withMoves();
    await this.#bringUpToDate();
    if (refresh.counts.listingFaults > 0) return;
    if (settings.isReplanned) {
      const moves = relayout.count(this.#placed());
      this.#warnOfPlaces(moves, "that today's settings would name otherwise");
    }
    this.#warnOfPlaces(refresh.renamedFiles, "of renamed albums");
  }

  async #withMoves(): Promise<void> {
    const { options, refresh, settings, scope } = this.door;
    // What belongs into which album is known only when they are listed; new halves join those that have moved already.
    let { moved, left } = settings.isRearranged ? NOT_MOVED : await this.#move();
    if (settings.isReplanned && !options.retryFailed) moved = 0; // the refresh plans all
    await this.#bringUpToDate();
    if (refresh.counts.listingFaults > 0) return;
    if (settings.isRearranged || refresh.hasNews) {
      const later = await this.#move();
      moved += later.moved;
      left = later.left;
    }
    // What is not fetched yet joins what has moved.
    if (moved > 0) for (const zone of scope.zones()) refresh.zone(zone).replan(true);
    if (left === 0) return;
    const message = `Saved files that could not be moved, left where they are: ${left}`;
    this.door.observe({ kind: "warning", message, hint: "their new names are taken" });
  }

  #move() {
    return this.door.relayout.all(this.#placed());
  }

  // Asks Apple, unless only what is known is to be fetched.
  async #bringUpToDate(): Promise<void> {
    const { options, refresh, settings } = this.door;
    if (options.retryFailed || options.isRepair) return;
    await refresh.run();
    // A zone that could not be refreshed was not planned by the new settings: they stay new for the next cycle.
    if (refresh.counts.listingFaults === 0) settings.note();
  }

  #warnOfPlaces(files: number, which: string): void {
    if (files === 0) return;
    const message = `Saved files ${which}, left where they are: ${files}`;
    this.door.observe({ kind: "warning", message, hint: "--relayout moves them" });
  }

  // All zones, whose selections are known before their assets are planned.
  #placed(): ZoneRow[] {
    const { memory, refresh } = this.door;
    const zones = memory.zones.all();
    for (const row of zones) refresh.zone(row);
    return zones;
  }
}
