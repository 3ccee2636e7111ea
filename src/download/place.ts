/** What stands where a file should go, and what may be done about it. */
import { LocalError } from "../lib/errors.ts";
import type { Digests } from "../photos/checksum.ts";
import type { Standing } from "../photos/landing.ts";
import { kindsOf, provedBy, sha256Proof } from "../photos/proof.ts";
import type { Proof } from "../photos/proof.ts";
import { heldBy, stateOf, wantedProof } from "../state/files/row.ts";
import type { FileRow, Final, Held, Origin } from "../state/files/row.ts";
import type { Destination } from "./ports.ts";

export type Place =
  | { readonly kind: "free" }
  /** What is wanted is there. */
  | { readonly kind: "ours"; readonly final: Final }
  /** Our own older version, unchanged since we saved it, or a dead link of ours: it may give way. */
  | { readonly kind: "older"; readonly held: Held | null }
  /** It may be what is left of our own file with the wanted bytes: shorter than that, and to be held against them. */
  | { readonly kind: "remnant" }
  /** Not ours to touch; `isOlder` when it is an older version that somebody else put there. */
  | { readonly kind: "stranger"; readonly isOlder: boolean };

/** Nothing that kei makes of a photo is larger. */
const DERIVED_BYTES_MAX = 16 << 20;

const STRANGER: Place = { kind: "stranger", isOlder: false };

/** What is needed to look at the place of a row. */
export interface PlaceDoor {
  readonly destination: Pick<Destination, "look" | "digest">;
  /** Files on disk with the bytes a row wants: of the same photo first. */
  readonly twins: (row: FileRow) => readonly FileRow[];
}

/** Whether the right bytes stand under a row's name, so that they would be adopted. */
export async function isThere(
  row: FileRow,
  door: PlaceDoor,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await placeOf(row, door, signal)).kind === "ours";
  } catch (error) {
    if (error instanceof LocalError) return false; // what cannot be read is told when it is fetched
    throw error;
  }
}

/** Looks at the place of a row; reads the file there only if it may be one of those we know. */
export async function placeOf(
  row: FileRow,
  { destination, twins }: PlaceDoor,
  signal: AbortSignal,
): Promise<Place> {
  const standing = await destination.look(row.path);
  if (!standing) return { kind: "free" };
  // A copy of ours whose photo was removed: there are no bytes in it to be lost.
  if (standing.isDeadLink && row.origin === "link") return { kind: "older", held: null };
  if (!standing.isFile) return STRANGER;
  if (row.derived !== "") return placeOfDerived(row, standing, destination, signal);
  const known = [...knownTo(row), ...shownBy(row, standing, twins)];
  const proofs = expectedProofs(row, known, standing.sizeBytes);
  if (proofs.length === 0 && !isKnownBySize(row, standing.sizeBytes)) {
    return isRemnant(row, standing) ? { kind: "remnant" } : STRANGER;
  }
  const kinds = isKnownBySize(row, standing.sizeBytes) ? (["sha256"] as const) : [];
  const digests = await destination.digest(
    row.path,
    [...new Set([...kindsOf(proofs), ...kinds])],
    signal,
  );
  return judge(row, known, standing, digests);
}

// What another program wrote where kei puts what it makes is neither foreign nor in the way: it is built upon.
async function placeOfDerived(
  row: FileRow,
  { isLink, sizeBytes }: Standing,
  destination: Pick<Destination, "digest">,
  signal: AbortSignal,
): Promise<Place> {
  if (isLink || sizeBytes > DERIVED_BYTES_MAX) return STRANGER;
  const digests = await destination.digest(row.path, ["sha256"], signal);
  const found = knownTo(row).find(({ proof }) => provedBy(digests, [proof]) !== null);
  if (found?.content === row.checksum) {
    return { kind: "ours", final: { written: [], ...found, sizeBytes } };
  }
  const proof = sha256Proof(digests);
  const held: Held = { content: "", proof, sizeBytes, verdict: null, origin: "own" };
  return { kind: "older", held: found ?? held };
}

/** Decides what a file is, from what was computed of it and what is known to may be there. Pure. */
export function judge(
  row: FileRow,
  known: readonly (Held | Final)[],
  standing: Standing,
  digests: Digests,
): Place {
  const found = known.find(({ proof }) => provedBy(digests, [proof]) !== null);
  const [content, sizeBytes] = [row.checksum, digests.bytes];
  const proof = wantedProof(row);
  if (proof && provedBy(digests, [proof])) {
    const origin = found?.origin ?? originOf(row, standing);
    const final = { content, proof, sizeBytes, verdict: "agrees", origin, written: [] } as const;
    return { kind: "ours", final };
  }
  if (found?.content === content) {
    return { kind: "ours", final: { written: [], ...found, sizeBytes } };
  }
  if (found) {
    // A link in the place of our file, or a file in that of our link, is a person's.
    const isOurs = found.origin === (standing.isLink === true ? "link" : "own");
    return isOurs ? { kind: "older", held: found } : { kind: "stranger", isOlder: true };
  }
  if (!isKnownBySize(row, sizeBytes)) return STRANGER;
  const unproven = { verdict: "opaque", origin: "unproven", written: [] } as const;
  return {
    kind: "ours",
    final: { content, proof: sha256Proof(digests), sizeBytes, ...unproven },
  };
}

// Nothing but its size can tell whether a file is what a checksum of an opaque form means.
function isKnownBySize(row: FileRow, sizeBytes: number): boolean {
  return row.derived === "" && wantedProof(row) === null && isSameSize(row, sizeBytes);
}

function isSameSize({ size_bytes }: FileRow, sizeBytes: number): boolean {
  return sizeBytes === size_bytes && sizeBytes > 0;
}

// A row whose file was found damaged holds what it wants.
function isRemnant(row: FileRow, { sizeBytes, isLink }: Standing): boolean {
  const held = row.state === "outdated" && row.derived === "" ? heldBy(row) : null;
  if (!held || isLink || held.origin !== "own" || held.content !== row.checksum) return false;
  return sizeBytes < (held.sizeBytes ?? 0);
}

function originOf({ origin }: FileRow, { isLink }: Standing): Origin {
  return isLink && origin === "link" ? "link" : "adopted";
}

// A symbolic link of ours shows the new bytes of its photo as soon as they are there.
function shownBy(row: FileRow, { isLink }: Standing, twins: PlaceDoor["twins"]): Held[] {
  if (row.origin !== "link" || !isLink) return [];
  const siblings = twins(row).filter(({ asset_id }) => asset_id === row.asset_id);
  const shown = siblings.map(heldBy).filter((held) => held !== null);
  return shown.map((held) => ({ ...held, origin: "link" }));
}

/** What may be under the name of a row by its own memory. */
export function knownTo(row: FileRow): (Held | Final)[] {
  const state = stateOf(row);
  switch (state.kind) {
    case "promised":
    case "doubted":
      return [];
    case "outdated":
      return [...state.olders];
    case "staged":
    case "dropped":
      return state.older ? [state.final, state.older] : [state.final];
    default:
      return [state.held];
  }
}

function expectedProofs(
  row: FileRow,
  known: readonly (Held | Final)[],
  sizeBytes: number,
): Proof[] {
  const likely = known.filter((one) => one.sizeBytes === null || one.sizeBytes === sizeBytes);
  const proofs = likely.map(({ proof }) => proof);
  // Apple says 0 of a size it does not know.
  const mayBe = sizeBytes === row.size_bytes || row.size_bytes === 0;
  const wanted = mayBe ? wantedProof(row) : null;
  return wanted ? [wanted, ...proofs] : proofs;
}
