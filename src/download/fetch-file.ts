/**
 * One file from its row to verified bytes under its final name.
 *
 * Promises: a file that is already there with the right bytes is adopted, not fetched; a stranger's file is never
 * touched, ours takes another name; the bytes of an older version of ours give way only to verified new ones. After a
 * crash at any point the next call finishes what is missing and fetches at most the tail of one part again.
 */
import { LocalError } from "../lib/errors.ts";
import { isRecomputable } from "../photos/checksum.ts";
import type { Digests } from "../photos/checksum.ts";
import type { FileRow, FinalBytes } from "../state/files.ts";
import type { Installer } from "./installer.ts";
import { receive } from "./receive.ts";
import type { ReceiveDoor } from "./receive.ts";

export interface FetchDoor extends ReceiveDoor {
  readonly installer: Installer;
  /** Gives the row its next possible name; something else was found at the refuted ones. */
  readonly rename: (row: FileRow, refuted: ReadonlySet<string>) => FileRow;
  /** Forgets a row that nobody wants and that has no file. */
  readonly withdraw: (row: FileRow) => void;
  /** A saved file of the same photo with the same bytes, in another album. */
  readonly twin: (row: FileRow) => FileRow | null;
  readonly albumCopies: "copy" | "hardlink" | "symlink";
  /** Contents being worked on right now, by checksum. */
  readonly busy: Map<string, Promise<unknown>>;
}

/** What stands where the file should go. */
type Place =
  | { readonly kind: "free" }
  | { readonly kind: "ours"; readonly digests: Digests; readonly isVerified: boolean }
  /** Our own older version, unchanged since we saved it. */
  | { readonly kind: "older" }
  | { readonly kind: "stranger" };

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
  if (row.is_left_out && row.status === "wanted") return settleDoubt(row, door, signal);
  let current = row;
  const refuted = new Set<string>();
  for (let names = 0; names < NAMES_MAX; names++) {
    const standing = await placeOf(current, door, signal);
    if (standing.kind === "ours") {
      return adopt(current, standing.digests, standing.isVerified, door);
    }
    if (standing.kind !== "stranger") {
      if (await bring(current, standing.kind === "older", door, signal)) return;
      continue; // who took the name meanwhile may have brought the very same bytes
    }
    refuted.add(current.path);
    current = door.rename(current, refuted);
  }
  throw new LocalError("occupied", "No free name could be found", current.path);
}

// Nobody wants the file: it is kept in mind when it is there, and never fetched.
async function settleDoubt(row: FileRow, door: FetchDoor, signal: AbortSignal): Promise<void> {
  const standing = await placeOf(row, door, signal);
  if (standing.kind === "ours") return adopt(row, standing.digests, standing.isVerified, door);
  door.withdraw(row);
}

/** Whether the right bytes stand under a row's name, so that they would be adopted. */
export async function isThere(
  row: FileRow,
  door: Pick<FetchDoor, "destination">,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await placeOf(row, door, signal)).kind === "ours";
  } catch (error) {
    if (error instanceof LocalError) return false; // what cannot be read is told when it is fetched
    throw error;
  }
}

async function placeOf(
  row: FileRow,
  door: Pick<FetchDoor, "destination">,
  signal: AbortSignal,
): Promise<Place> {
  const standing = await door.destination.look(row.path);
  if (!standing) return { kind: "free" };
  // A copy of ours whose photo was removed: there are no bytes in it to be lost.
  if (standing.isDeadLink) return { kind: "older" };
  const sizes = [row.size_bytes, row.local_bytes];
  const isPlausible = sizes.includes(standing.sizeBytes) || row.older_sha256 !== null;
  if (!standing.isFile || !isPlausible) return { kind: "stranger" };
  const digests = await door.destination.digest(row.path, signal);
  return judge(row, digests);
}

/** Decides what a file of a plausible size is. Pure. */
export function judge(row: FileRow, digests: Digests): Place {
  if (digests.apple === row.checksum) return { kind: "ours", digests, isVerified: true };
  if (row.sha256 !== null && digests.sha256 === row.sha256) {
    return row.status === "staged"
      ? { kind: "ours", digests, isVerified: row.is_verified === 1 }
      : { kind: "older" };
  }
  if (row.older_sha256 !== null && digests.sha256 === row.older_sha256) return { kind: "older" };
  if (!isRecomputable(row.checksum) && digests.bytes === row.size_bytes) {
    return { kind: "ours", digests, isVerified: false };
  }
  return { kind: "stranger" };
}

async function adopt(
  row: FileRow,
  digests: Digests,
  isVerified: boolean,
  door: FetchDoor,
): Promise<void> {
  await door.destination.removePart(row.path, row.checksum);
  await door.installer.adopt(finalBytes(row, digests, isVerified), row.path);
  door.observe({ kind: "file-saved", path: row.path, sizeBytes: row.size_bytes, how: "adopted" });
}

// False when somebody else took the name in the meantime.
async function bring(
  row: FileRow,
  replaces: boolean,
  door: FetchDoor,
  signal: AbortSignal,
): Promise<boolean> {
  const twin = door.twin(row);
  if (twin && (await isIntact(twin, door, signal))) {
    if (replaces && !(await isStillOurs(row, door, signal))) return false;
    if (door.albumCopies !== "copy") {
      const isLinked = await linkTwin(twin, { row, replaces }, door.albumCopies, door);
      if (isLinked !== "unsupported") return isLinked;
    }
    await door.destination.copyToPart(twin.path, row.path, row.checksum, signal);
    return receiveAndInstall(row, replaces, "copied", door, signal);
  }
  return receiveAndInstall(row, replaces, "downloaded", door, signal);
}

/** What is to be replaced has to be ours at the last moment too. */
async function isStillOurs(row: FileRow, door: FetchDoor, signal: AbortSignal): Promise<boolean> {
  return (await placeOf(row, door, signal)).kind !== "stranger";
}

async function isIntact(twin: FileRow, door: FetchDoor, signal: AbortSignal): Promise<boolean> {
  const standing = await door.destination.look(twin.path);
  if (!standing?.isFile || standing.sizeBytes !== twin.local_bytes) return false;
  return (await door.destination.digest(twin.path, signal)).sha256 === twin.sha256;
}

// False when the name is taken.
async function linkTwin(
  twin: FileRow,
  { row, replaces }: { readonly row: FileRow; readonly replaces: boolean },
  how: "hardlink" | "symlink",
  door: FetchDoor,
): Promise<boolean | "unsupported"> {
  const { id, path, checksum } = row;
  try {
    if (!(await door.destination.link(twin.path, { path, checksum, replaces }, how))) {
      door.observe({ kind: "links-unsupported", how });
      return "unsupported";
    }
  } catch (error) {
    if (error instanceof LocalError && error.fault === "occupied") return false;
    throw error;
  }
  const isVerified = twin.is_verified === 1;
  const final = { id, checksum, sha256: twin.sha256!, bytes: twin.local_bytes!, isVerified };
  await door.installer.adopt(final, row.path);
  door.observe({ kind: "file-saved", path: row.path, sizeBytes: row.size_bytes, how: "linked" });
  return true;
}

async function receiveAndInstall(
  row: FileRow,
  replaces: boolean,
  how: "downloaded" | "copied",
  door: FetchDoor,
  signal: AbortSignal,
): Promise<boolean> {
  door.observe({ kind: "file-started", path: row.path, sizeBytes: row.size_bytes });
  const { digests, isVerified } = await receive(row, door, signal);
  // The transfer took its time.
  if (replaces && !(await isStillOurs(row, door, signal))) return false;
  try {
    await door.installer.install(finalBytes(row, digests, isVerified), {
      path: row.path,
      checksum: row.checksum,
      replaces,
    });
  } catch (error) {
    if (error instanceof LocalError && error.fault === "occupied") return false;
    throw error;
  }
  door.observe({
    kind: "file-saved",
    path: row.path,
    sizeBytes: row.size_bytes,
    how,
  });
  return true;
}

function finalBytes(row: FileRow, digests: Digests, isVerified: boolean): FinalBytes {
  const { id, checksum } = row;
  return { id, checksum, sha256: digests.sha256, bytes: digests.bytes, isVerified };
}
