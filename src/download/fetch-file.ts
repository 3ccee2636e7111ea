/**
 * One file from its row to verified bytes under its final name.
 *
 * Promises: a file that is already there with the right bytes is adopted, not fetched; a stranger's file is never
 * touched, ours takes another name, also when the stranger's was adopted before and its photo changed since; the bytes
 * of an older version of ours give way only to verified new ones. After a crash at any point the next call finishes
 * what is missing and fetches at most the tail of one part again.
 */
import { LocalError } from "../lib/errors.ts";
import type { FileRow, Final } from "../state/files/row.ts";
import { bring } from "./bring.ts";
import type { BringDoor } from "./bring.ts";
import { placeOf } from "./place.ts";

export interface FetchDoor extends BringDoor {
  /** Gives the row its next possible name; something else was found at the refuted ones. */
  readonly rename: (row: FileRow, refuted: ReadonlySet<string>) => FileRow;
  /** Forgets a row that nobody wants and that has no file. */
  readonly withdraw: (row: FileRow) => void;
  /** Keeps in mind that the part of a row is left over and could not be removed. */
  readonly leavePart: (row: FileRow) => void;
  /** Contents being worked on right now, by checksum. */
  readonly busy: Map<string, Promise<unknown>>;
}

const NAMES_MAX = 50;

/** Brings one file to disk. Throws RemoteError, LocalError or the abort reason; the row is then still due. */
export async function fetchFile(row: FileRow, door: FetchDoor, signal: AbortSignal): Promise<void> {
  // One content at a time: its part has one writer, and a second file of it is made from the first.
  while (door.busy.has(row.checksum)) await door.busy.get(row.checksum);
  const work = place(row, door, signal);
  door.busy.set(
    row.checksum,
    work.catch(() => undefined),
  );
  try {
    await work;
  } finally {
    door.busy.delete(row.checksum);
  }
}

async function place(row: FileRow, door: FetchDoor, signal: AbortSignal): Promise<void> {
  if (row.state === "doubted") return settleDoubt(row, door, signal);
  let current = row;
  const refuted = new Set<string>();
  for (let names = 0; names < NAMES_MAX; names++) {
    const standing = await placeOf(current, door, signal);
    if (standing.kind === "ours") return adopt(current, standing.final, door);
    if (standing.kind !== "stranger") {
      if (await bring(current, standing, door, signal)) return;
      // Who took the name meanwhile may have brought the very same bytes.
      if (standing.kind !== "remnant") continue;
    }
    refuted.add(current.path);
    const left = current.path;
    current = door.rename(current, refuted);
    if (standing.kind === "stranger" && standing.isOlder)
      door.observe({ kind: "file-left", path: left, newPath: current.path });
  }
  throw new LocalError("occupied", "No free name could be found", current.path);
}

// Nobody wants the file: it is kept in mind when it is there, and never fetched.
async function settleDoubt(row: FileRow, door: FetchDoor, signal: AbortSignal): Promise<void> {
  const standing = await placeOf(row, door, signal);
  if (standing.kind === "ours") return adopt(row, standing.final, door);
  door.withdraw(row);
}

async function adopt(row: FileRow, final: Final, door: FetchDoor): Promise<void> {
  await removePart(row, door);
  // What was written into our own file before a crash is not known from its bytes.
  const written = final.written.length > 0 ? final.written : door.writtenIn(row);
  await door.installer.adopt(row, { ...final, written });
  door.observe({ kind: "file-saved", path: row.path, sizeBytes: row.size_bytes, how: "adopted" });
}

// The file is here: that the disk keeps a second name of it is no reason to fail.
async function removePart(row: FileRow, door: FetchDoor): Promise<void> {
  try {
    await door.destination.removePart(row.path, row.checksum);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    door.leavePart(row);
  }
}
