/**
 * Moves saved files to the names they would get by today's settings: renamed on disk, never fetched again, never over
 * a stranger's file.
 *
 * One file at a time: intention noted, new name, old name gone, then the folders this empties, row. A crash in between
 * leaves at most one file with two names, or with its new one only; the next run recognises it by its bytes and finishes.
 */
import type { ZoneRow } from "../state/zones.ts";
import { foldPath } from "../plan/fold.ts";
import { LocalError } from "../lib/errors.ts";
import type { LocalFault } from "../lib/errors.ts";
import { folderOf } from "../lib/paths.ts";
import type { Destination } from "../download/ports.ts";
import type { Proof } from "../photos/proof.ts";
import { heldBy } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import { isAsLeft } from "./as-left.ts";
import type { Planner } from "./planner.ts";

/** What moving needs of the place where files are. */
export interface Mover {
  /** Gives a file or link another name without replacing anything; durable when it returns. Throws LocalError. */
  move(from: string, path: string, signal?: AbortSignal): Promise<void>;
  /** Finishes a move that was cut off; false when the file of this proof did not have its new name yet. */
  finishMove(
    from: string,
    path: string,
    proof: Proof | null,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Lets a symbolic link that leads to `from` lead to `to` instead; whatever else stands at `path` is left alone. */
  relink(path: string, from: string, to: string): Promise<void>;
  /** Removes a folder in which nothing is left, and those above it that this empties, below the root. */
  removeEmptied(folder: string): Promise<void>;
}

interface Move {
  readonly row: FileRow;
  readonly from: string;
  readonly to: string;
}

export interface RelayoutDoor {
  readonly memory: Memory;
  readonly planner: Planner;
  readonly destination: Destination & Mover;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  /** Nothing is moved, only said and noted in a memory that is thrown away. */
  readonly isTrial: boolean;
}

/** Files that have their new names, and those that could not get them. */
export interface Moved {
  readonly moved: number;
  readonly left: number;
}

export const NOT_MOVED: Moved = { moved: 0, left: 0 };

/** How often files are moved on within one cycle. */
const PASSES_MAX = 5;

/** The move that is being carried out, as JSON of row, old and new path. */
const PENDING_KEY = "relayout";

export class Relayout {
  constructor(private readonly door: RelayoutDoor) {}

  /** Finishes a move that a crash interrupted. */
  async resume(): Promise<void> {
    const { memory, destination, signal } = this.door;
    const pending = memory.setting(PENDING_KEY);
    if (pending === null || pending === "") return;
    const { id, to } = JSON.parse(pending) as { id: number; to: string };
    const row = memory.files.byId(id);
    // A photo that is there twice may have its other file under that name.
    const owner = memory.files.atKey(foldPath(to));
    const isOurs = row !== null && (owner === null || owner.id === id);
    const proof = row && (heldBy(row)?.proof ?? null);
    try {
      if (!isOurs || !(await destination.finishMove(row.path, to, proof, signal)))
        return memory.setSetting(PENDING_KEY, "");
    } catch (error) {
      if (!concernsAPlace(error)) throw error;
      return; // a later cycle may be let in
    }
    await this.#tidyUp(row, to);
    this.#note(row, to);
  }

  /** How many saved files would get another name. */
  count(zones: readonly ZoneRow[]): number {
    let moves = 0;
    for (const _ of this.#moves(zones, false)) moves += 1;
    return moves;
  }

  /** Moves all saved files until they have the names they would get: the one that a file leaves may be that of another. */
  async all(zones: readonly ZoneRow[]): Promise<Moved> {
    let moved = 0;
    for (let pass = 1; ; pass += 1) {
      const result = await this.#once(zones);
      moved += result.moved;
      if (result.moved === 0 || pass === PASSES_MAX) return { moved, left: result.left };
    }
  }

  async #once(zones: readonly ZoneRow[]): Promise<Moved> {
    const { isTrial, observe } = this.door;
    const counts = { moved: 0, left: 0 };
    for (const move of this.#moves(zones, true)) {
      const isMoved = await this.#carryOut(move);
      counts[isMoved ? "moved" : "left"] += 1;
      if (isMoved) observe({ kind: "file-moved", from: move.from, path: move.to, isTrial });
    }
    return counts;
  }

  // One after the other; each must be carried out or left before the next.
  *#moves(zones: readonly ZoneRow[], isMeant: boolean): Generator<Move> {
    const { memory, planner, signal } = this.door;
    for (const zone of zones) {
      // Photos that are gone from iCloud have files here like all others.
      for (const names of memory.library.assetNames(zone.id, { includesGone: true })) {
        for (const name of names) {
          signal.throwIfAborted();
          for (const { row, path } of planner.moves(zone, name, isMeant))
            yield { row, from: row.path, to: path };
        }
      }
    }
  }

  // False when its new name was taken in the meantime, or it is not there: it stays as it is.
  async #carryOut({ row, from, to }: Move): Promise<boolean> {
    const { memory, destination, signal, isTrial } = this.door;
    // A file that a person put in its place is not ours to move.
    if (!(await this.#isAsLeft(row))) return false;
    if (!isTrial) {
      memory.setSetting(PENDING_KEY, JSON.stringify({ id: row.id, to }));
      try {
        await destination.move(from, to, signal);
      } catch (error) {
        // What may have been begun stays noted, for the next run to finish.
        if (!concernsAPlace(error)) throw error;
        memory.setSetting(PENDING_KEY, "");
        return false;
      }
      await this.#tidyUp(row, to);
    }
    this.#note(row, to);
    return true;
  }

  async #isAsLeft(row: FileRow): Promise<boolean> {
    const { destination, signal } = this.door;
    try {
      return await isAsLeft(row, destination, signal);
    } catch (error) {
      if (!concernsAPlace(error)) throw error;
      return false;
    }
  }

  // Copies in other albums may be symbolic links to the file, and its folder may be empty now.
  async #tidyUp(row: FileRow, to: string): Promise<void> {
    const { memory, destination } = this.door;
    for (const { id, path } of memory.files.ofAsset(row.asset_id)) {
      if (id !== row.id) await this.#relink(path, row.path, to);
    }
    await destination.removeEmptied(folderOf(row.path));
  }

  // A link that cannot be turned leads nowhere from now on, and is made anew when it is found like that.
  async #relink(path: string, from: string, to: string): Promise<void> {
    try {
      await this.door.destination.relink(path, from, to);
    } catch (error) {
      if (!concernsAPlace(error)) throw error;
    }
  }

  #note(row: FileRow, to: string): void {
    const { memory } = this.door;
    memory.transaction(() => {
      memory.places.moved(row, to, foldPath(to));
      memory.folders.touch(folderOf(row.path));
      memory.folders.touch(folderOf(to));
      memory.setSetting(PENDING_KEY, "");
    });
  }
}

/** True when one file cannot have its place, and others may have theirs. Pure. */
function concernsAPlace(error: unknown): boolean {
  const faults: readonly LocalFault[] = [
    "occupied",
    "missing",
    "denied",
    "too-long",
    "no-room",
    "too-large",
  ];
  return error instanceof LocalError && faults.includes(error.fault);
}
