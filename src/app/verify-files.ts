/** Looks at one saved file: is it there, is it what was saved, and what can be said of how it is known? */
import { join } from "node:path";
import type { LibraryFolder } from "../disk/folder.ts";
import { KeiError } from "../lib/errors.ts";
import type { DigestKind, Digests } from "../photos/checksum.ts";
import type { Standing } from "../photos/landing.ts";
import { kindsOf, provedBy } from "../photos/proof.ts";
import { heldBy, isUnselected } from "../state/files/row.ts";
import type { FileRow, Held } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import { sidecarFault } from "./verify-sidecar.ts";

/** How much is looked at: the size, all bytes, or all bytes with their SHA-256. */
export type Depth = "size" | "proof" | "sha256";

export interface Finding {
  /** `changed`: another program wrote into it, and was welcome to. */
  readonly kind: "verified" | "changed" | "missing" | "damaged" | "unreadable";
  /** What is to be told of it, after its path. */
  readonly detail: string;
  /** Of the bytes that are there, when it was asked for. */
  readonly sha256: string | null;
}

export interface Library {
  readonly memory: Memory;
  readonly folder: LibraryFolder;
  readonly signal: AbortSignal;
}

/** Examines the file of a row that says it is on disk. Throws what is not about the file. */
export async function examine(row: FileRow, library: Library, depth: Depth): Promise<Finding> {
  try {
    return await look(row, library, depth);
  } catch (error) {
    // One that cannot be seen or read says nothing about the others.
    if (!(error instanceof KeiError)) throw error;
    return found("unreadable", error.message);
  }
}

async function look(row: FileRow, library: Library, depth: Depth): Promise<Finding> {
  const { memory, folder, signal } = library;
  const standing = await folder.look(row.path);
  if (!standing?.isFile) {
    const saved = row.saved_at === null ? "unknown" : new Date(row.saved_at).toISOString();
    return found("missing", `downloaded ${saved}`);
  }
  if (row.derived !== "") return lookAtSidecar(row, heldBy(row)!, library);
  const known = [heldBy(row)!, ...photoOf(row, standing, memory)];
  if (!known.some((held) => hasSize(held, standing.sizeBytes))) {
    return found("damaged", `${standing.sizeBytes} bytes instead of ${known[0]!.sizeBytes}`);
  }
  if (depth === "size") return found("verified", "");
  const proofs = known.map(({ proof }) => proof);
  const kinds: DigestKind[] = [
    ...kindsOf(proofs),
    ...(depth === "sha256" ? ["sha256" as const] : []),
  ];
  const digests: Digests = await folder.digest(row.path, [...new Set(kinds)], signal);
  if (!provedBy(digests, proofs)) return found("damaged", "its bytes are others than were saved");
  return { ...found("verified", ""), sha256: digests.sha256 };
}

// Other programs write into sidecars; what nobody can read is no sidecar.
async function lookAtSidecar(row: FileRow, held: Held, library: Library): Promise<Finding> {
  const { folder, signal } = library;
  const digests = await folder.digest(row.path, ["sha256"], signal);
  const { sha256 } = digests;
  if (provedBy(digests, [held.proof])) return { ...found("verified", ""), sha256 };
  const fault = sidecarFault(folder.small.read(row.path), row.path);
  if (fault !== null) return found("damaged", fault);
  return { ...found("changed", "another program wrote into it"), sha256 };
}

function found(kind: Finding["kind"], detail: string): Finding {
  return { kind, detail, sha256: null };
}

function hasSize(held: Held, sizeBytes: number): boolean {
  return held.sizeBytes === null || held.sizeBytes === sizeBytes;
}

// A symbolic link that nothing selects any more shows the bytes its photo got since.
function photoOf(row: FileRow, { isLink }: Standing, { files }: Memory): Held[] {
  if (!isUnselected(row) || !isLink) return [];
  const siblings = files.ofAsset(row.asset_id).map(heldBy);
  return siblings.filter((held) => held !== null);
}

/** What is to be known of a file although it is as it was saved; null for nothing. */
export function remarkOn({ verdict, origin }: FileRow): "UNVERIFIED" | "UNPROVEN" | null {
  if (verdict === "disagrees") return "UNVERIFIED";
  return origin === "unproven" ? "UNPROVEN" : null;
}

/** The line that tells a person about a file. */
export function lineOf(word: string, row: FileRow, root: string, detail: string): string {
  const path = join(root, row.path);
  return `${word}: ${path} (${row.asset})${detail === "" ? "" : ` - ${detail}`}`;
}
