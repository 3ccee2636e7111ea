/**
 * How a file is known again by its bytes: one proof per file.
 *
 * Bytes that are exactly Apple's are proved by Apple's checksum, which is recomputed anyway as they come. All others
 * (with something written into them, made by kei, or of a checksum that nobody can recompute) by their SHA-256.
 */
import { isRecomputable } from "./checksum.ts";
import type { DigestKind, Digests } from "./checksum.ts";

export type Proof =
  | { readonly kind: "apple"; readonly checksum: string }
  /** `hash` is hexadecimal. */
  | { readonly kind: "sha256"; readonly hash: string };

/** The first of the proofs that the digests of a file fulfil; null when it is something else. Pure. */
export function provedBy(digests: Digests, proofs: readonly Proof[]): Proof | null {
  return proofs.find((proof) => digests[proof.kind] === valueOf(proof)) ?? null;
}

/** What has to be computed from the bytes for these proofs. */
export function kindsOf(proofs: readonly Proof[]): DigestKind[] {
  return [...new Set(proofs.map(({ kind }) => kind))];
}

/** The proof by one of Apple's checksums; null for one that cannot be recomputed. */
export function appleProof(checksum: string): Proof | null {
  return isRecomputable(checksum) ? { kind: "apple", checksum } : null;
}

/** The proof by the SHA-256 that was computed. */
export function sha256Proof({ sha256 }: Digests): Extract<Proof, { kind: "sha256" }> {
  return { kind: "sha256", hash: sha256! };
}

/** A proof in one word, as it is kept in the database: `apple:…` or `sha256:…`. */
export function proofWord(proof: Proof): string {
  return `${proof.kind}:${valueOf(proof)}`;
}

export function readProof(word: string): Proof {
  const value = word.slice(word.indexOf(":") + 1);
  return word.startsWith("apple:")
    ? { kind: "apple", checksum: value }
    : { kind: "sha256", hash: value };
}

function valueOf(proof: Proof): string {
  return proof.kind === "apple" ? proof.checksum : proof.hash;
}
