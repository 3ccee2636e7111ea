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

/** Hexadecimal digits, 8 for each step of the number. */
export function hex(digits: number, seed: number, number: number): string {
  let text = "";
  for (let step = 0; text.length < digits; step += 1) {
    text += mix(seed + step * 0x1000193, number)
      .toString(16)
      .padStart(8, "0");
  }
  return text.slice(0, digits);
}

/** An upper-case UUID as Apple names assets and albums. */
export function uuid(seed: number, number: number): string {
  const digits = hex(32, seed, number).toUpperCase();
  const variant = "89AB"[mix(seed, number) & 3] ?? "8";
  const third = `4${digits.slice(13, 16)}`;
  const fourth = `${variant}${digits.slice(17, 20)}`;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${third}-${fourth}-${digits.slice(20)}`;
}
