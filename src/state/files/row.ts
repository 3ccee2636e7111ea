/**
 * One row per file that should be, or is, on disk, and what it says in one word.
 *
 * A row speaks of two things at most: what it holds (bytes that are under its name, by all we know) and what is staged
 * (bytes that are about to get the name). A row whose content changed at Apple is outdated from the same statement on,
 * so a `saved` row never speaks of other bytes than its own. Paths are unique after case and Unicode folding.
 */
import { invariant, unreachable } from "../../lib/errors.ts";
import type { Rendition } from "../../photos/asset.ts";
import { appleProof, readProof } from "../../photos/proof.ts";
import type { Proof } from "../../photos/proof.ts";

export const FILE_STATES = [
  "promised", // selected, and nothing of it is on disk that we know of
  "doubted", // nothing selects it any more, but it may be on disk since a crash
  "outdated", // selected, and what is on disk is older
  "staged", // its bytes are noted and about to be named
  "dropped", // staged, and nothing selects it any more
  "saved", // verified, synced and named
  "left-out", // saved, and nothing selects it any more: it stays on disk, and is not fetched again when it is lost
] as const;

export type FileState = (typeof FILE_STATES)[number];

/** Whose bytes, or whose link, stand under the name. Only what is `own` or a `link` may give way to newer bytes. */
export type Origin =
  | "own" // kei wrote them
  | "link" // a symbolic link that kei made
  | "adopted" // somebody else put them there; their content is proved
  | "unproven"; // the same, known by their size alone

/** What Apple's checksum said of the bytes that came. */
export type Verdict =
  | "agrees"
  | "opaque" // it is of a form that nobody can recompute
  | "disagrees"; // twice in the same way: kept, and said so

/** Something that was written into a file: the hash of what, by its facet. */
export interface Facet {
  readonly facet: string;
  readonly hash: string;
}

/** Bytes that are ready for their name, or that have it. */
export interface Final {
  /** Apple's checksum of the content they were made from, or what tells versions of derived content apart. */
  readonly content: string;
  /** What they are known by from now on. */
  readonly proof: Proof;
  readonly sizeBytes: number;
  /** Null for what kei made by itself. */
  readonly verdict: Verdict | null;
  readonly origin: Origin;
  /** What was written into them, besides what Apple sent. */
  readonly written: readonly Facet[];
}

/** What is under the name of a row. */
export interface Held extends Omit<Final, "sizeBytes" | "written"> {
  /** Null when an older kei did not note it. */
  readonly sizeBytes: number | null;
}

export interface FileRow {
  readonly id: number;
  readonly zone: number;
  readonly asset_id: number;
  readonly asset: string;
  readonly rendition: Rendition;
  readonly album: string;
  /** What kei makes of the photo, for instance its sidecar; empty for bytes that come from Apple. */
  readonly derived: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly checksum: string;
  readonly size_bytes: number;
  readonly created_ms: number;
  readonly state: FileState;
  /** Proof of what is held; `heldBy` reads it with the three that follow. */
  readonly held: string | null;
  readonly held_bytes: number | null;
  readonly held_content: string | null;
  readonly verdict: Verdict | null;
  /** Stays `link` when the link is lost, so that a dead one is known as ours. */
  readonly origin: Origin | null;
  /** What is about to be named, as JSON; `stagedBy` reads it. */
  readonly staged: string | null;
  readonly saved_at: number | null;
  readonly attempts: number;
  readonly error: string | null;
}

/** What a row says, with what belongs to it. */
export type RowState =
  | { readonly kind: "promised" | "doubted" }
  /** One of these is under the name, unless the person took it away. */
  | { readonly kind: "outdated"; readonly olders: readonly Held[] }
  | { readonly kind: "staged" | "dropped"; readonly final: Final; readonly older: Held | null }
  | { readonly kind: "saved" | "left-out"; readonly held: Held };

/** Reads a row. Pure. */
export function stateOf(row: FileRow): RowState {
  const [held, final] = [heldBy(row), stagedBy(row)];
  switch (row.state) {
    case "promised":
    case "doubted":
      return { kind: row.state };
    case "outdated":
      return { kind: row.state, olders: [held, final].filter((older) => older !== null) };
    case "staged":
    case "dropped":
      invariant(final, "what is staged is noted");
      return { kind: row.state, final, older: held };
    case "saved":
    case "left-out":
      invariant(held, "what is saved is noted");
      return { kind: row.state, held };
    default:
      return unreachable(row.state);
  }
}

/** True when nothing is to be done for a row: its bytes are under its name. */
export function isOnDisk({ state }: Pick<FileRow, "state">): boolean {
  return state === "saved" || state === "left-out";
}

/** True when nothing selects the file of a row any more. */
export function isUnselected({ state }: Pick<FileRow, "state">): boolean {
  return state === "left-out" || state === "doubted" || state === "dropped";
}

/** What a row holds; null when it holds nothing. */
export function heldBy(row: FileRow): Held | null {
  const { held, held_bytes, held_content, verdict, origin } = row;
  if (held === null) return null;
  const proof = readProof(held);
  const content = proof.kind === "apple" ? proof.checksum : (held_content ?? "");
  return { content, proof, sizeBytes: held_bytes, verdict, origin: origin ?? "adopted" };
}

/** What a row has staged; null for nothing. */
export function stagedBy({ staged }: FileRow): Final | null {
  if (staged === null) return null;
  const { proof, ...final } = JSON.parse(staged) as Omit<Final, "proof"> & { proof: string };
  return { ...final, proof: readProof(proof) };
}

/** The proof that bytes are the ones a row wants; null when only their size can tell, or kei makes them. */
export function wantedProof({ derived, checksum }: FileRow): Proof | null {
  return derived === "" ? appleProof(checksum) : null;
}

/** States of rows that are to be fetched, or made. */
export const DUE_STATES = FILE_STATES.filter((state) => !isOnDisk({ state }));
/** States of rows whose bytes are under their names. */
export const ON_DISK_STATES = FILE_STATES.filter((state) => isOnDisk({ state }));
