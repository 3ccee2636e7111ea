/**
 * Whether a file is still the one its row speaks of, so that it may be given another name.
 *
 * What kei wrote and has its size and the time that kei gave it is taken for it; all else is read. Sidecars are written
 * into by others too, and go where their photo goes.
 */
import type { Destination } from "../download/ports.ts";
import { proofOf } from "../download/prove.ts";
import { heldBy } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";

export async function isAsLeft(
  row: FileRow,
  destination: Pick<Destination, "look" | "digest">,
  signal: AbortSignal,
): Promise<boolean> {
  const [standing, held] = [await destination.look(row.path), heldBy(row)];
  if (!standing || !held) return false;
  if (row.derived !== "") return standing.isFile;
  if (row.origin === "link") return standing.isLink === true;
  if (!standing.isFile || (held.sizeBytes ?? standing.sizeBytes) !== standing.sizeBytes)
    return false;
  const isOfItsTime =
    standing.timeMs !== undefined && isSameSecond(standing.timeMs, row.created_ms);
  if (row.origin === "own" && isOfItsTime) return true;
  return (await proofOf(row.path, [held.proof], destination, signal)) !== null;
}

function isSameSecond(oneMs: number, otherMs: number): boolean {
  return Math.trunc(oneMs / 1000) === Math.trunc(otherMs / 1000);
}
