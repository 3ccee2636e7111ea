/** A TIFF: the strips and tiles of every page, and every entry that does not only describe. */
import type { ByteFile } from "./byte-file.ts";
import { NO_LAYOUT } from "./layout.ts";
import type { Layout, Piece } from "./layout.ts";
import { readDirectories } from "./tiff-directories.ts";
import type { Directory } from "./tiff-directories.ts";

/** Entries that say where bytes lie, with those that say how many. */
const PLACES: readonly (readonly [at: number, lengths: number])[] = [
  [273, 279], // strips
  [324, 325], // tiles
  [513, 514], // a small JPEG
];

/** Where things lie, and what kei or its tool may write: description, dates, rating, XMP, EXIF, GPS. */
const APART = new Set([
  273, 324, 513, 330, 270, 306, 700, 18246, 34665, 34853, 36867, 36868, 36880, 36881, 36882,
]);
const DNG_VERSION = 50706;

/** Throws DataError when a page points outside of the file. */
export function tiffLayout(file: ByteFile): Layout {
  const directories = readDirectories(file);
  return {
    ...NO_LAYOUT,
    pieces: directories.flatMap((directory, index) => picturePieces(directory, index, file)),
    facts: [
      file.read(0, 4).toString("hex"),
      ...directories.map((directory, index) => entryFacts(directory, index)),
    ],
  };
}

/** True when the file is a raw photo in the form of a TIFF. */
export function isDng(file: ByteFile): boolean {
  return readDirectories(file).some(({ entries }) =>
    entries.some(({ tag }) => tag === DNG_VERSION),
  );
}

function picturePieces(directory: Directory, index: number, file: ByteFile): Piece[] {
  return PLACES.flatMap(([places, lengths]) => {
    const at = directory.numbers(places);
    const bytes = directory.numbers(lengths);
    if (at.length !== bytes.length) throw file.broken("pieces of a picture without their sizes");
    if (at.length === 0) return [];
    const ranges = at.map((place, piece) => ({ at: place, lengthBytes: bytes[piece]! }));
    return [{ label: `page ${index} ${places}`, ranges }];
  });
}

function entryFacts({ entries }: Directory, index: number): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const { tag, type, count, bytes } of entries) {
    if (APART.has(tag)) continue;
    hash.update(`${tag},${type},${count},`).update(bytes as Uint8Array);
  }
  return `page ${index} ${hash.digest("hex")}`;
}
