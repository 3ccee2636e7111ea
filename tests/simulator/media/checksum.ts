/** Apple's content checksums: base64 of one byte 1 and a SHA-1. */

/** The fixed text Apple hashes before the content. */
export const checksumSalt = Buffer.from("com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0");

/** A hash that has already taken the salt; feed it the content, then call `finishChecksum`. */
export function startChecksum(): Bun.CryptoHasher {
  return new Bun.CryptoHasher("sha1").update(checksumSalt);
}

/** 21 bytes, 28 base64 characters. */
export function finishChecksum(hasher: Bun.CryptoHasher): string {
  hasher.digest().copy(digest);
  return versioned();
}

/** The same in one go, for salt and content in one buffer. */
export function checksumOfSalted(bytes: Buffer): string {
  Bun.SHA1.hash(bytes, digest);
  return versioned();
}

/** referenceChecksum is the plain SHA-1 of the wrapping key. */
export function referenceChecksum(wrappingKey: Buffer): string {
  Bun.SHA1.hash(wrappingKey, digest);
  return versioned();
}

/** One byte 1 and the digest; used for one checksum after the other. */
const scratch = Buffer.alloc(21, 1);
const digest = scratch.subarray(1);

function versioned(): string {
  return scratch.toString("base64");
}
