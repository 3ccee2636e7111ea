/** Chance without state: the same seed and number always give the same answer. */

/** A well mixed 32-bit number. */
export function mix(seed: number, number: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 0 up to, not including, `limit`. */
export function below(limit: number, seed: number, number: number): number {
  return Math.floor((mix(seed, number) / 2 ** 32) * limit);
}

const scratch = Buffer.alloc(16);

/** Sixteen bytes that the number alone decides. */
function scramble(seed: number, number: number): Buffer {
  for (let at = 0; at < 16; at += 4) scratch.writeUInt32BE(mix(seed + at * 0x1000193, number), at);
  return scratch;
}

/** 32 hexadecimal digits. */
export function hex(seed: number, number: number): string {
  return scramble(seed, number).toString("hex");
}

const uuidText = Buffer.alloc(36, "-");

/** An upper-case UUID as Apple names assets and albums. */
export function uuid(seed: number, number: number): string {
  const bytes = scramble(seed, number);
  bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  let at = 0;
  for (const [place, byte] of bytes.entries()) {
    if (place === 4 || place === 6 || place === 8 || place === 10) at += 1;
    uuidText[at] = digits.charCodeAt(byte >> 4);
    uuidText[at + 1] = digits.charCodeAt(byte & 15);
    at += 2;
  }
  return uuidText.toString("latin1");
}

const digits = "0123456789ABCDEF";
