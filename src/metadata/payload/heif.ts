/** HEIC, HEIF and AVIF: the bytes of every item but EXIF and XMP, their properties, groups and references. */
import { boxOf, innerBoxes, topBoxes } from "./boxes.ts";
import type { Box } from "./boxes.ts";
import type { ByteFile, Bytes } from "./byte-file.ts";
import { readItems, readLocations } from "./heif-items.ts";
import type { Item, Location } from "./heif-items.ts";
import type { Layout, Piece, Range } from "./layout.ts";
import { isFixed } from "./movie.ts";

/** What is compared item by item, or may come and go. */
const READ_APART = new Set(["iloc", "iinf", "iref", "free", "skip"]);
const TOP_APART = new Set(["meta", "mdat"]);

/** Throws DataError when the items cannot be found. */
export function heifLayout(file: ByteFile): Layout {
  const { tops, top, meta, boxes } = tablesOf(file);
  return {
    pieces: [
      ...tops.filter((box) => !TOP_APART.has(box.type) && isFixed(file, box)).map(wholeBox(0)),
      ...boxes.filter(({ type }) => !READ_APART.has(type)).map(wholeBox(top.at)),
      ...itemPieces(file, meta, boxes, top.at),
    ],
    facts: [...readItems(meta, boxes, file).filter(isPicture).map(itemFact)],
    references: referencesIn(meta, boxes, file),
  };
}

/** The EXIF of a picture; null when there is none, or when it is in pieces. */
export function heifExif(file: ByteFile): Bytes | null {
  const { top, meta, boxes } = tablesOf(file);
  const item = readItems(meta, boxes, file).find(({ type }) => type === "Exif");
  const location = readLocations(meta, boxes, file).find(({ id }) => id === item?.id);
  if (!location) return null;
  const [range, ...more] = rangesOf(location, idatPlace(boxes, top.at), file);
  if (!range || more.length > 0) return null;
  // It begins with how far away it really begins.
  const skipBytes = 4 + file.read(range.at, 4).readUInt32BE(0);
  return file.slice(range.at + skipBytes, range.lengthBytes - skipBytes);
}

function tablesOf(file: ByteFile) {
  const tops = topBoxes(file);
  const top = boxOf(tops, "meta");
  if (!top) throw file.broken("no items");
  const meta = file.read(top.at, top.lengthBytes);
  return { tops, top, meta, boxes: innerBoxes(meta, top.from - top.at + 4, meta.length, file) };
}

function idatPlace(boxes: readonly Box[], base: number): number | null {
  const idat = boxOf(boxes, "idat");
  return idat ? base + idat.from : null;
}

function wholeBox(base: number): (box: Box) => Piece {
  return ({ type, at, lengthBytes }) => ({
    label: type,
    ranges: [{ at: base + at, lengthBytes }],
  });
}

function isPicture({ type, contentType }: Item): boolean {
  return type !== "Exif" && !(type === "mime" && contentType === "application/rdf+xml");
}

function itemFact({ id, type, contentType }: Item): string {
  return `item ${id} ${type} ${contentType}`;
}

function itemPieces(file: ByteFile, meta: Buffer, boxes: readonly Box[], base: number): Piece[] {
  const items = new Map(readItems(meta, boxes, file).map((item) => [item.id, item]));
  return readLocations(meta, boxes, file)
    .filter(({ id }) => items.has(id) && isPicture(items.get(id)!))
    .map((location) => ({
      label: `item ${location.id}`,
      ranges: rangesOf(location, idatPlace(boxes, base), file),
    }));
}

function rangesOf(location: Location, idatAt: number | null, file: ByteFile): Range[] {
  // Items made of other items hold no bytes of their own; what they are made of is compared.
  if (location.method === 2) return [];
  const base = location.method === 1 ? idatAt : 0;
  if (base === null) throw file.broken("an item points to data that is not there");
  return location.extents.map(({ at, lengthBytes }) => {
    // A length of zero means the whole file; nobody writes that for real.
    if (lengthBytes === 0) throw file.broken("an item without length");
    return { at: base + at, lengthBytes };
  });
}

function referencesIn(meta: Buffer, boxes: readonly Box[], file: ByteFile): string[] {
  const iref = boxOf(boxes, "iref");
  if (!iref) return [];
  const isWide = meta[iref.from] !== 0;
  return innerBoxes(meta, iref.from + 4, iref.end, file).flatMap(({ type, from, end }) => {
    const content = meta.subarray(from, end);
    const idBytes = isWide ? 4 : 2;
    if (content.length < idBytes + 2) throw file.broken("a reference is cut");
    const source = content.readUIntBE(0, idBytes);
    const count = content.readUInt16BE(idBytes);
    if (content.length < idBytes + 2 + count * idBytes) throw file.broken("a reference is cut");
    return Array.from({ length: count }, (_, index) => {
      const target = content.readUIntBE(idBytes + 2 + index * idBytes, idBytes);
      return `${type} ${source} ${target}`;
    });
  });
}
