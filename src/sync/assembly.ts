/** Fits the two loops of a cycle to what they run on. */
import { CHANGES } from "../state/origin.ts";
import { deriveNothing } from "../download/bring.ts";
import { AS_RECEIVED } from "../download/finish.ts";
import { Installer } from "../download/installer.ts";
import type { ContentSource } from "../download/ports.ts";
import { letsIn } from "../plan/filters.ts";
import { namesAlbums } from "../plan/folders.ts";
import { Adoption } from "./adoption.ts";
import type { AdoptionCounts, Walk } from "./adoption.ts";
import type { CycleDoor } from "./cycle-door.ts";
import type { Observe } from "./events.ts";
import { FetchLoop } from "./fetch-loop.ts";
import type { MetadataWork } from "./metadata-work.ts";
import type { PlannedBy } from "./planned-by.ts";
import type { Planner } from "./planner.ts";
import { Refresh } from "./refresh.ts";
import type { Scope } from "./scope.ts";
import { stoppable } from "./stoppable.ts";
import { Urls } from "./urls.ts";

/** What belongs to one cycle alone. */
export interface Own {
  readonly planner: Planner;
  readonly settings: PlannedBy;
  readonly scope: Scope;
  readonly observe: Observe;
  /** Null when nothing is written into or beside files. */
  readonly metadata: MetadataWork | null;
}

/** The refresh loop, and the addresses that it and the fetch loop share. The signal ends asking and waiting. */
export function refreshOf(
  door: CycleDoor,
  own: Own,
  signal: AbortSignal,
  onDue: () => void,
): { refresh: Refresh; urls: Urls } {
  const { source, memory, clock, options, rules } = door;
  const { planner, observe, scope } = own;
  const urls: Urls = new Urls(
    source,
    memory,
    (id) => memory.zones.byId(id),
    (id, page) => refresh.zone(memory.zones.byId(id)).pages.commit(page, CHANGES, null),
    clock,
    (afterId, limit) => memory.files.due(afterId, scope.due(), limit),
  );
  const refresh: Refresh = new Refresh(
    {
      ...{
        source: stoppable(source, signal),
        memory,
        planner,
        urls,
        clock,
        signal,
        observe,
        onDue,
      },
      letsIn: letsIn(door.filterWords),
      unplanned: scope.unplanned,
    },
    {
      libraries: options.libraries,
      selection: options.selection,
      isPerAlbum: namesAlbums(rules.folderStructure),
      isFull: options.isFull,
      isReplanned: own.settings.isReplanned,
    },
  );
  return { refresh, urls };
}

/** The fetch loop. `urls` is asked for when the first file is. */
export function fetchLoopOf(door: CycleDoor, own: Own, urls: () => Urls): FetchLoop {
  const { memory, destination, clock } = door;
  const { planner, scope, observe } = own;
  const source: ContentSource = {
    address: (wanted, signal) => urls().address(wanted, signal),
    forget: (wanted) => urls().forget(wanted),
    expire: (wanted) => urls().expire(wanted),
    open: door.open,
  };
  return new FetchLoop({
    ...door,
    ...{ source, observe },
    finisher: door.finisher ?? own.metadata?.finisher ?? AS_RECEIVED,
    derive: own.metadata?.derive ?? deriveNothing,
    installer: new Installer(memory, destination, clock, scope.cycle),
    rename: (row, refuted) => planner.rename(row, memory.zones.byId(row.zone).name, refuted),
    twins: (row) => memory.files.twinsOf(row),
    writtenIn: (row) => memory.written.inFile(row.id),
    withdraw: (row) => memory.transaction(() => memory.haves.withdraw(row.id)),
    leavePart: (row) => memory.transaction(() => memory.litter.note(row.id)),
    albumCopies: door.options.albumCopies,
    busy: new Map(),
    misfits: new Map(),
    seen: planner.seen,
    scope: () => scope.due(),
  });
}

/** How files that others downloaded are looked for. */
export interface AdoptionSearch {
  readonly walk: Walk;
  readonly trustNames: boolean;
  /** Hears what became of all that is wanted. */
  readonly onEnd: (counts: AdoptionCounts) => void;
}

/** The search for files that others downloaded. In a trial they are noted in a memory that is thrown away. */
export function adoptionOf(
  door: CycleDoor,
  own: Own,
  { walk, trustNames }: AdoptionSearch,
  isTrial: boolean,
): Adoption {
  const { memory, destination, clock, signal } = door;
  const { planner, scope, observe } = own;
  const installer = new Installer(memory, destination, clock, scope.cycle);
  return new Adoption({
    ...{ memory, destination, walk, trustNames, observe, signal, seen: planner.seen },
    zones: new Set(scope.zones().map(({ id }) => id)),
    rename: (row, refuted) => planner.rename(row, memory.zones.byId(row.zone).name, refuted),
    adopt: async (row, final) => {
      if (!isTrial) return installer.adopt(row, final);
      const note = { id: row.id, final };
      memory.transaction(() => memory.haves.save([note], scope.cycle, clock.now()));
    },
  });
}
