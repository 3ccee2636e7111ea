/** The names a file may get, in the order they are tried. There is always a next one. */
import { cutBytes, replaceRefused } from "./clean.ts";
import { fileName, id7, type NameParts } from "./names.ts";

/** One series of names: the parts never change, the suffix against collisions does. */
export interface NameSeries {
  readonly parts: NameParts;
  /** The suffix of the nth attempt; the 0th is empty. */
  readonly suffixes: (attempt: number) => string;
}

// Apple's ids have 28 letters; a longer one must leave room for the name.
const ID_BYTES_MAX = 100;
// Enough for a photo duplicated a few dozen times; a longer series is not looked through.
const RECOGNISED_MAX = 64;

/** P, P-size, P-size_id7, P-size_id7-2 ... */
export function primarySeries(
  parts: NameParts,
  file: { readonly sizeBytes: number; readonly masterId: string },
): NameSeries {
  return {
    parts,
    suffixes(attempt) {
      if (attempt === 0) return "";
      const size = `-${file.sizeBytes}`;
      if (attempt === 1) return size;
      const shortId = `_${id7(file.masterId)}`;
      // A name that has the id already does not get it twice.
      if (parts.tail.startsWith(shortId)) return `${size}-${attempt}`;
      return numbered(size + shortId, attempt - 1);
    },
  };
}

/** M, M-id, M-size, M-id-2 ... */
export function companionSeries(
  parts: NameParts,
  file: { readonly sizeBytes: number; readonly masterId: string },
): NameSeries {
  return {
    parts,
    suffixes(attempt) {
      if (attempt === 0) return "";
      if (attempt === 2) return `-${file.sizeBytes}`;
      const id = `-${cutBytes(replaceRefused(file.masterId), ID_BYTES_MAX)}`;
      return numbered(id, attempt === 1 ? 1 : attempt - 1);
    },
  };
}

/** The suffix under which a name belongs to a series; empty when it is not of that series. */
export function suffixOf(names: NameSeries, name: string): string {
  for (let attempt = 0; attempt < RECOGNISED_MAX; attempt += 1) {
    const suffix = names.suffixes(attempt);
    if (fileName(names.parts, suffix) === name) return suffix;
  }
  return "";
}

function numbered(suffix: string, count: number): string {
  return count === 1 ? suffix : `${suffix}-${count}`;
}
