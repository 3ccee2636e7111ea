/** Bytes to sync, and their digests by another road than the product's. */
import { createHash } from "node:crypto";

/** The same bytes for the same words, other bytes for other words. */
export function bytesOf(words: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0, block = 0; at < size; block++) {
    const piece = createHash("sha512")
      .update(`${words}/${block}`)
      .digest()
      .subarray(0, size - at);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

const SALT = Buffer.from("com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0", "latin1");

/** Apple's fileChecksum of some bytes. */
export function appleChecksum(bytes: Uint8Array): string {
  const hash = createHash("sha1").update(SALT).update(bytes).digest();
  return Buffer.concat([Buffer.of(1), hash]).toString("base64");
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The bytes in pieces, as a connection brings them. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Whether a proof, or the word of one, speaks of these bytes; nothing of the product's is used. */
export function isProofOf(
  proof: { kind: "apple"; checksum: string } | { kind: "sha256"; hash: string } | string | null,
  bytes: Uint8Array,
): boolean {
  const words = [`apple:${appleChecksum(bytes)}`, `sha256:${sha256(bytes)}`];
  if (proof === null || typeof proof === "string") return words.includes(proof ?? "");
  return words.includes(`${proof.kind}:${proof.kind === "apple" ? proof.checksum : proof.hash}`);
}
