/** RFC 4648, without padding; written here once more, so that names of parts are not judged by the code that gives them. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g)!.map((group) => parseInt(group.padEnd(5, "0"), 2));
  return groups.map((group) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[group]).join("");
}
