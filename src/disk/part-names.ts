/** What unfinished files are called, so that each is found again by the bytes it is for. */
import { BESIDE_DRAFT } from "../photos/landing.ts";
import { encodeBase32 } from "../lib/base32.ts";

/** File name of the part for a checksum: base32 of its bytes, then the suffix. */
export function partName(checksum: string, suffix: string): string {
  return `${contentName(checksum)}${suffix}`;
}

/** How icloudpd ends the names of its parts. */
export const FOREIGN_ENDING = ".part";

/** Names under which icloudpd keeps what it has of the same bytes. */
export function foreignPartNames(checksum: string): string[] {
  const name = contentName(checksum);
  const padded = name.padEnd(Math.ceil(name.length / 8) * 8, "=");
  return [padded, name].map((stem) => stem + FOREIGN_ENDING);
}

/** The word in a part's name that says for which bytes it is. */
export function contentName(checksum: string): string {
  const bytes = Buffer.from(checksum, "base64");
  // A checksum that is no base64 still needs a name of its own.
  return encodeBase32((bytes.length > 0 ? bytes : Bun.SHA1.hash(checksum)) as Uint8Array);
}

/** A name that nobody can know beforehand, for what exists only while something is moved or linked. */
export function passingName(suffix: string): string {
  return `.kei-${randomWord()}${suffix}`;
}

/** Another name for a part whose own is taken by something that is not ours. */
export function otherPartName(checksum: string, suffix: string): string {
  return partName(checksum, `-${randomWord()}${suffix}`);
}

export type Leftover =
  { readonly kind: "part"; readonly content: string } | { readonly kind: "passing" };

/** What a name says of a file that some run of kei has made and perhaps left behind; null for all other names. */
export function leftoverOf(name: string, suffix: string): Leftover | null {
  // Only our own: somebody else may be writing into theirs.
  if (name.endsWith(suffix + BESIDE_DRAFT)) return { kind: "passing" };
  const ending = suffix.slice(suffix.indexOf("."));
  if (!name.endsWith(ending)) return null;
  const stem = name.slice(0, name.length - ending.length);
  if (/^\.kei-[0-9a-f]{16}(-[0-9a-z]{1,12})?$/.test(stem)) return { kind: "passing" };
  // Checksums have 20 bytes at least; what is shorter may be a word of somebody's.
  const content = /^([A-Z2-7]{32,})(-[0-9a-f]{16})?(-[0-9a-z]{1,12})?$/.exec(stem)?.[1];
  return content === undefined ? null : { kind: "part", content };
}

function randomWord(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
