/** A JPEG: every segment but EXIF and XMP, and all from the first scan to the end of the file. */
import type { ByteFile, Bytes } from "./byte-file.ts";
import { NO_LAYOUT, piece } from "./layout.ts";
import type { Layout, Piece } from "./layout.ts";

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const SEGMENTS_MAX = 20_000;
const METADATA = [
  "Exif\0\0",
  "http://ns.adobe.com/xap/1.0/\0",
  "http://ns.adobe.com/xmp/extension/\0",
];

/** Throws DataError when it is no JPEG up to its first scan. */
export function jpegLayout(file: ByteFile): Layout {
  const pieces: Piece[] = [];
  let end = 2;
  for (const { marker, at, lengthBytes } of segmentsOf(file)) {
    if (!isMetadata(file, marker, at, lengthBytes)) {
      pieces.push(piece(`segment ${marker.toString(16)}`, at, lengthBytes));
    }
    end = at + lengthBytes;
  }
  pieces.push(piece("scans", end, file.sizeBytes - end));
  return { ...NO_LAYOUT, pieces };
}

/** The EXIF of a JPEG; null when there is none. */
export function jpegExif(file: ByteFile): Bytes | null {
  for (const { marker, at, lengthBytes } of segmentsOf(file)) {
    if (marker !== APP1 || !startOf(file, at, lengthBytes).startsWith(METADATA[0]!)) continue;
    return file.slice(at + 10, lengthBytes - 10);
  }
  return null;
}

interface Segment {
  readonly marker: number;
  readonly at: number;
  readonly lengthBytes: number;
}

/** The segments before the first scan. */
function* segmentsOf(file: ByteFile): Generator<Segment> {
  let at = 2;
  for (let count = 0; count < SEGMENTS_MAX; count++) {
    const head = file.read(at, 4);
    if (head[0] !== 0xff) throw file.broken("no marker where one has to be");
    const marker = head[1]!;
    if (marker === 0xff) {
      at++; // a filler
      continue;
    }
    if (marker === START_OF_SCAN) return;
    if (marker === 0xd9) throw file.broken("it ends before its first scan");
    const lengthBytes = 2 + head.readUInt16BE(2);
    if (lengthBytes < 4) throw file.broken("a segment is shorter than its own length");
    file.check(at, lengthBytes);
    yield { marker, at, lengthBytes };
    at += lengthBytes;
  }
  throw file.broken("too many segments");
}

function isMetadata(file: ByteFile, marker: number, at: number, lengthBytes: number): boolean {
  if (marker !== APP1) return false;
  const text = startOf(file, at, lengthBytes);
  return METADATA.some((start) => text.startsWith(start));
}

function startOf(file: ByteFile, at: number, lengthBytes: number): string {
  return file.read(at + 4, Math.min(lengthBytes - 4, 40)).toString("latin1");
}
