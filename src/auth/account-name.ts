/** How an Apple ID becomes a file name: letters, digits and underscores of any script, and never too long. */

const stemBytesMax = 64;
const keptBytes = 47;

/** The form Apple made its verifier from; a capital letter would look like a wrong password. */
export function normalizeUsername(username: string): string {
  return username.trim().toLowerCase();
}

/** The name before the dot of everything kept for one account: `me@x.com` gives `mexcom`, as may `m.e@x.com`. */
export function accountFileStem(username: string): string {
  const name = plainName(username);
  const bytes = Buffer.from(name, "utf8");
  if (bytes.length <= stemBytesMax) return name;
  return `${cutAtCharacter(bytes, keptBytes)}_${hashOf(name)}`;
}

/** A stem that no other account name gives. */
export function distinctFileStem(username: string): string {
  return `${cutAtCharacter(Buffer.from(plainName(username), "utf8"), keptBytes)}_${hashOf(username)}`;
}

function plainName(username: string): string {
  return username.replace(/[^\p{L}\p{N}_]/gu, "");
}

function hashOf(text: string): string {
  return fnv1a64(Buffer.from(text, "utf8")).toString(16).padStart(16, "0");
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
