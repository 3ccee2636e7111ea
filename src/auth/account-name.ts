/** How an Apple ID becomes a file name: letters, digits and underscores of any script, and never too long. */

const stemBytesMax = 64;
const keptBytes = 47;

/** The form Apple made its verifier from; a capital letter would look like a wrong password. */
export function normalizeUsername(username: string): string {
  return username.trim().toLowerCase();
}

/** The name before the dot of everything kept for one account: `me@x.com` gives `mexcom`. */
export function accountFileStem(username: string): string {
  const name = username.replace(/[^\p{L}\p{N}_]/gu, "");
  const bytes = Buffer.from(name, "utf8");
  if (bytes.length <= stemBytesMax) return name;
  const hash = fnv1a64(bytes).toString(16).padStart(16, "0");
  return `${cutAtCharacter(bytes, keptBytes)}_${hash}`;
}

/** At most so many bytes, and no half character at the end. */
function cutAtCharacter(bytes: Uint8Array, bytesMax: number): string {
  let end = bytesMax;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
