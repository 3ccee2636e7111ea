/**
 * Apple's fileChecksum, recomputed from the bytes.
 *
 * For the 21-byte form it is base64(0x01 || SHA1(salt || content)) with a salt of two zero-terminated words. It was
 * verified on real downloads of originals; other kinds of resources are believed to use the same rule, so a complete
 * body that disagrees twice with the same bytes is kept but not called verified.
 */
const SALT = "com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0";
const PREFIX = new Uint8Array([1]);

/** What was computed from a stream of bytes. */
export interface Digests {
  /** In Apple's form, comparable with `Resource.checksum`. */
  readonly apple: string;
  /** Hexadecimal. */
  readonly sha256: string;
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

/** Computes both digests as the bytes pass. */
export class Digester implements StreamDigester {
  readonly #sha1 = new Bun.CryptoHasher("sha1").update(SALT);
  readonly #sha256 = new Bun.CryptoHasher("sha256");
  #bytes = 0;

  update(chunk: Uint8Array): void {
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
    this.#bytes += chunk.length;
  }

  finish(): Digests {
    return {
      apple: Buffer.concat([PREFIX, this.#sha1.digest()]).toString("base64"),
      sha256: this.#sha256.digest("hex"),
      bytes: this.#bytes,
    };
  }

  close(): void {}
}

/** True when a checksum is of the form that can be recomputed: 21 bytes, the first of them 1. */
export function isRecomputable(checksum: string): boolean {
  const bytes = Buffer.from(checksum, "base64");
  return bytes.length === 21 && bytes[0] === 1;
}
