/** Apple's content checksums: base64 of one byte 1 and a SHA-1. */

/** The fixed text Apple hashes before the content. */
const salt = "com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0";

/** A hash that has already taken the salt; feed it the content, then call `finishChecksum`. */
export function startChecksum(): Bun.CryptoHasher {
  return new Bun.CryptoHasher("sha1").update(salt);
}

/** 21 bytes, 28 base64 characters. */
export function finishChecksum(hasher: Bun.CryptoHasher): string {
  return versioned(hasher.digest());
}

/** referenceChecksum is the plain SHA-1 of the wrapping key. */
export function referenceChecksum(wrappingKey: Buffer): string {
  return versioned(new Bun.CryptoHasher("sha1").update(wrappingKey).digest());
}

function versioned(digest: Buffer): string {
  const bytes = Buffer.allocUnsafe(21);
  bytes[0] = 1;
  digest.copy(bytes, 1);
  return bytes.toString("base64");
}
