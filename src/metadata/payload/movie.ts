/**
 * QuickTime and MP4: the media data as it stands, everything a track says, and for every chunk of a track the place it
 * has within the media data. Where the media data lies in the file may change.
 */
import { boxOf, innerBoxes, topBoxes } from "./boxes.ts";
import type { Box } from "./boxes.ts";
import type { ByteFile } from "./byte-file.ts";
import { NO_LAYOUT } from "./layout.ts";
import type { Layout, Piece } from "./layout.ts";

/** What says something about the movie, and what only fills. */
const TOP_APART = new Set(["moov", "free", "skip", "wide"]);
const MOVIE_APART = new Set(["mvhd", "udta", "meta", "uuid", "free", "skip"]);
const PLACES = new Set(["stco", "co64"]);
const WITH_CHILDREN = new Set(["trak", "mdia", "minf", "stbl"]);
const XMP_UUID = "be7acfcb97a942e89c71999491e3afac";

/** Throws DataError when the chunks of its tracks cannot be found. */
export function movieLayout(file: ByteFile): Layout {
  const tops = topBoxes(file);
  const top = boxOf(tops, "moov");
  if (!top) throw file.broken("no tracks");
  const moov = file.read(top.at, top.lengthBytes);
  const boxes = innerBoxes(moov, top.from - top.at, moov.length, file);
  const fixed = boxes.filter(({ type }) => !MOVIE_APART.has(type));
  const data = tops.filter(({ type }) => type === "mdat");
  return {
    ...NO_LAYOUT,
    pieces: [
      ...tops.filter((box) => isFixed(file, box)).map(contentAt(0)),
      ...headPiece(boxes, top.at),
      ...fixed.flatMap((box) => fixedPieces(moov, box, top.at, file)),
    ],
    facts: fixed.flatMap((box) => chunkFacts(moov, box, data, file)),
    references: keysIn(moov, boxes),
  };
}

/** What kei itself says of a movie, and takes back. */
const OWN_KEYS = /^com\.apple\.quicktime\.(creationdate|location\.ISO6709|description|title)$/;

// The names of what is said of a movie, above all the one that ties it to its still.
function keysIn(moov: Buffer, boxes: readonly Box[]): string[] {
  const words = boxes.filter(({ type }) => type === "meta" || type === "udta");
  const text = words.map(({ from, end }) => moov.toString("latin1", from, end)).join("\n");
  const keys = text.match(/com\.[a-z]+\.[A-Za-z0-9.-]+/g) ?? [];
  return keys.filter((key) => !OWN_KEYS.test(key)).map((key) => `key ${key}`);
}

/** True for a box outside of the tracks that has to stay as it is. */
export function isFixed(file: ByteFile, { type, from, end }: Box): boolean {
  if (TOP_APART.has(type)) return false;
  return type !== "uuid" || end - from < 16 || file.read(from, 16).toString("hex") !== XMP_UUID;
}

function contentAt(base: number): (box: Box) => Piece {
  return ({ type, from, end }) => ({
    label: type,
    ranges: [{ at: base + from, lengthBytes: end - from }],
  });
}

// The head of the movie begins with its dates, which may change.
function headPiece(boxes: readonly Box[], base: number): Piece[] {
  const mvhd = boxOf(boxes, "mvhd");
  if (!mvhd) return [];
  const datesBytes = mvhd.end - mvhd.from > 108 ? 20 : 12;
  const from = Math.min(mvhd.from + datesBytes, mvhd.end);
  return [{ label: "mvhd", ranges: [{ at: base + from, lengthBytes: mvhd.end - from }] }];
}

function fixedPieces(moov: Buffer, box: Box, base: number, file: ByteFile): Piece[] {
  if (PLACES.has(box.type)) return [];
  if (!WITH_CHILDREN.has(box.type)) return [contentAt(base)(box)];
  return innerBoxes(moov, box.from, box.end, file).flatMap((child) =>
    fixedPieces(moov, child, base, file),
  );
}

/** The chunks of a track as places within the media data, in one short text. */
function chunkFacts(moov: Buffer, box: Box, data: readonly Box[], file: ByteFile): string[] {
  if (PLACES.has(box.type)) {
    const hash = new Bun.CryptoHasher("sha256");
    for (const at of readOffsets(moov.subarray(box.from, box.end), box.type, file)) {
      const index = data.findIndex(({ from, end }) => at >= from && at <= end);
      if (index < 0) throw file.broken("a chunk outside of the media data");
      hash.update(`${index}+${at - data[index]!.from},`);
    }
    return [`chunks ${hash.digest("hex")}`];
  }
  if (!WITH_CHILDREN.has(box.type)) return [];
  return innerBoxes(moov, box.from, box.end, file).flatMap((child) =>
    chunkFacts(moov, child, data, file),
  );
}

function readOffsets(table: Buffer, type: string, file: ByteFile): number[] {
  const count = table.length < 8 ? 0 : table.readUInt32BE(4);
  const widthBytes = type === "stco" ? 4 : 8;
  if (8 + count * widthBytes > table.length) throw file.broken("a table is cut");
  return Array.from({ length: count }, (_, index) =>
    type === "stco"
      ? table.readUInt32BE(8 + index * 4)
      : Number(table.readBigUInt64BE(8 + index * 8)),
  );
}
