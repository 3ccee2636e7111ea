/**
 * Moves saved files to the names they would get by today's settings: renamed on disk, never fetched again, never over
 * a stranger's file.
 *
 * One file at a time: intention noted, new name, old name gone, then the folders this empties, row. A crash in between
 * leaves at most one file with two names, or with its new one only; the next run recognises it by its bytes and finishes.
 */
import { foldPath } from "../plan/fold.ts";
import type { Clock } from "../lib/clock.ts";
import { LocalError } from "../lib/errors.ts";
import { folderOf } from "../download/installer.ts";
import type { Destination } from "../download/ports.ts";
import type { FileRow } from "../state/files.ts";
import type { ZoneRow } from "../state/library.ts";
import type { Memory } from "../state/memory.ts";
import type { Planner } from "./planner.ts";

/** What moving needs of the place where files are. */
export interface Mover {
  /**
   * Gives a file another name without replacing anything; durable when it returns. A symbolic link is removed instead.
   * Throws LocalError.
   */
  move(from: string, path: string): Promise<"moved" | "removed">;
  /** Removes a name when it is a second name of the file at `path`. */
  dropSecondName(from: string, path: string): Promise<void>;
  /** Removes a folder in which nothing is left, and those above it that this empties, below the root. */
  removeEmptied(folder: string): Promise<void>;
}

export interface Move {
  readonly row: FileRow;
  readonly from: string;
  readonly to: string;
}

export interface RelayoutDoor {
  readonly memory: Memory;
  readonly planner: Planner;
  readonly destination: Destination & Mover;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

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
    const standing = row ? await destination.look(to) : null;
    // A photo that is there twice may have its other file under that name.
    const owner = memory.files.atKey(foldPath(to));
    const isMoved =
      row !== null &&
      (owner === null || owner.id === id) &&
      standing?.isFile === true &&
      (await destination.digest(to, signal)).sha256 === row.sha256;
    if (!isMoved) return memory.setSetting(PENDING_KEY, "");
    await destination.dropSecondName(row.path, to);
    await destination.removeEmptied(folderOf(row.path));
    this.#note(row, to);
  }

  /** What would be moved in a zone, one after the other; each must be carried out or left before the next. */
  *moves(zone: ZoneRow): Generator<Move> {
    const { memory, planner, signal } = this.door;
    // Photos that are gone from iCloud have files here like all others.
    for (const names of memory.library.assetNames(zone.id, { includesGone: true })) {
      for (const name of names) {
        signal.throwIfAborted();
        for (const { row, path } of planner.moves(zone, name))
          yield { row, from: row.path, to: path };
      }
    }
  }

  /** Moves one file. False when its new name was taken in the meantime, or it is not there: it stays as it is. */
  async carryOut({ row, from, to }: Move, isTrial: boolean): Promise<boolean> {
    const { memory, destination } = this.door;
    let isRemoved = false;
    if (!isTrial) {
      memory.setSetting(PENDING_KEY, JSON.stringify({ id: row.id, to }));
      try {
        isRemoved = (await destination.move(from, to)) === "removed";
      } catch (error) {
        memory.setSetting(PENDING_KEY, "");
        const isLeft = error instanceof LocalError && ["occupied", "missing"].includes(error.fault);
        if (!isLeft) throw error;
        return false;
      }
      await destination.removeEmptied(folderOf(from));
    }
    this.#note(row, to);
    // Its file is made again at the new name, as a link to where the photo is now.
    if (isRemoved) memory.transaction(() => memory.files.wantLost([row.id]));
    return true;
  }

  #note(row: FileRow, to: string): void {
    const { memory } = this.door;
    memory.transaction(() => {
      memory.files.rename(row, to, foldPath(to));
      memory.folders.touch(folderOf(row.path));
      memory.folders.touch(folderOf(to));
      memory.setSetting(PENDING_KEY, "");
    });
  }
}
