/**
 * What is tidied up when a cycle is over: parts that nobody will finish, and the times of folders.
 *
 * Nothing of it is worth a failure: what the disk refuses is left for the next cycle, and said in one warning.
 */
import type { Destination } from "../download/ports.ts";
import { LocalError } from "../lib/errors.ts";
import { folderOf } from "../lib/paths.ts";
import { foldPath } from "../plan/fold.ts";
import { isOnDisk } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import { noteFolders } from "./missing.ts";
import type { FolderLook } from "./missing.ts";
import { concernsTheRun } from "./reach.ts";

export interface TidyingDoor {
  readonly memory: Memory;
  readonly destination: Pick<Destination, "removePart"> & {
    removeEmptied(folder: string): Promise<void>;
  };
  readonly disk: FolderLook;
  readonly observe: Observe;
}

/** Tidies up. Throws what the database says, never what the folder says. */
export async function tidyUp(door: TidyingDoor, nowMs: number): Promise<void> {
  const refusals: LocalError[] = [];
  await sweep(door, refusals);
  try {
    noteFolders(door.memory, door.disk, nowMs);
  } catch (error) {
    refusals.push(refusalOf(error));
  }
  const [first] = refusals;
  if (!first) return;
  const message = `Not everything could be tidied up: ${first.message}: ${first.path}`;
  door.observe({ kind: "warning", message, hint: "the next sync tries again" });
}

async function sweep({ memory, destination }: TidyingDoor, refusals: LocalError[]): Promise<void> {
  const litter = memory.litter.all();
  for (const { path, checksum } of litter) {
    const row = memory.files.atKey(foldPath(path));
    const isPromisedAgain = row?.checksum === checksum && !isOnDisk(row);
    if (isPromisedAgain) continue;
    try {
      await destination.removePart(path, checksum);
      await destination.removeEmptied(folderOf(path));
    } catch (error) {
      refusals.push(refusalOf(error));
    }
  }
  if (litter.length > 0 && refusals.length === 0) memory.transaction(() => memory.litter.clear());
}

function refusalOf(error: unknown): LocalError {
  if (error instanceof LocalError && !concernsTheRun(error)) return error;
  throw error;
}
