/**
 * Apple's fileChecksum, recomputed from the bytes.
 *
 * For the 21-byte form it is base64(0x01 || SHA1(salt || content)) with a salt of two zero-terminated words. It was
 * verified on real downloads of originals; other kinds of resources are believed to use the same rule, so a complete
 * body that disagrees twice with the same bytes is kept but not called verified.
 */
const SALT = "com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0";
const PREFIX = new Uint8Array([1]);

export type DigestKind = "apple" | "sha256";

/** What was computed from a stream of bytes; null for what nobody asked for. */
export interface Digests {
  /** In Apple's form, comparable with `Resource.checksum`. */
  readonly apple: string | null;
  /** Hexadecimal. */
  readonly sha256: string | null;
  readonly bytes: number;
}

/** Takes a stream of bytes and computes their digests, perhaps elsewhere. */
export interface StreamDigester {
  /** Takes the chunk over: nobody else uses it from here on. Waits while too much is left to do. */
  update(chunk: Uint8Array): void | Promise<void>;
  finish(): Digests | Promise<Digests>;
  /** Lets go of it, finished or not. */
  close(): void;
}

/** Computes what is asked for as the bytes pass. */
export class Digester implements StreamDigester {
  readonly #sha1: Bun.CryptoHasher | null;
  readonly #sha256: Bun.CryptoHasher | null;
  #bytes = 0;

  constructor(kinds: readonly DigestKind[]) {
    this.#sha1 = kinds.includes("apple") ? new Bun.CryptoHasher("sha1").update(SALT) : null;
    this.#sha256 = kinds.includes("sha256") ? new Bun.CryptoHasher("sha256") : null;
  }

  update(chunk: Uint8Array): void {
    this.#sha1?.update(chunk);
    this.#sha256?.update(chunk);
    this.#bytes += chunk.length;
  }

  finish(): Digests {
    const sha1 = this.#sha1?.digest();
    return {
      apple: sha1 ? Buffer.concat([PREFIX, sha1]).toString("base64") : null,
      sha256: this.#sha256?.digest("hex") ?? null,
      bytes: this.#bytes,
    };
  }

  close(): void {}
}

/** Apple's checksum of nothing. */
export const EMPTY_CHECKSUM = "AW2cWT2PxzWixMKuuNMTHJ8CJ3sH";

/** True when a checksum is of the form that can be recomputed: 21 bytes, the first of them 1. */
export function isRecomputable(checksum: string): boolean {
  const bytes = Buffer.from(checksum, "base64");
  return bytes.length === 21 && bytes[0] === 1;
}
