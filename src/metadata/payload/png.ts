/** A PNG: every chunk but those of texts and EXIF, and whatever follows the last. */
import type { ByteFile, Bytes } from "./byte-file.ts";
import { NO_LAYOUT, piece } from "./layout.ts";
import type { Layout, Piece } from "./layout.ts";

const SIGNATURE_BYTES = 8;
const CHUNKS_MAX = 1_000_000;
const METADATA = new Set(["tEXt", "zTXt", "iTXt", "eXIf"]);

/** Throws DataError when the chunks do not lead to the last one. */
export function pngLayout(file: ByteFile): Layout {
  const pieces: Piece[] = [];
  let end = SIGNATURE_BYTES;
  for (const { type, at, lengthBytes } of chunksOf(file)) {
    if (!METADATA.has(type)) pieces.push(piece(type, at, lengthBytes));
    end = at + lengthBytes;
  }
  pieces.push(piece("trailer", end, file.sizeBytes - end));
  return { ...NO_LAYOUT, pieces };
}

/** The EXIF of a PNG; null when there is none. */
export function pngExif(file: ByteFile): Bytes | null {
  for (const { type, at, lengthBytes } of chunksOf(file)) {
    if (type === "eXIf") return file.slice(at + 8, lengthBytes - 12);
  }
  return null;
}

/** True when the picture moves. */
export function isAnimatedPng(file: ByteFile): boolean {
  for (const { type } of chunksOf(file)) {
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}

function* chunksOf(file: ByteFile): Generator<{ type: string; at: number; lengthBytes: number }> {
  let at = SIGNATURE_BYTES;
  for (let count = 0; count < CHUNKS_MAX; count++) {
    const head = file.read(at, 8);
    const type = head.toString("latin1", 4, 8);
    const lengthBytes = 12 + head.readUInt32BE(0);
    file.check(at, lengthBytes);
    yield { type, at, lengthBytes };
    if (type === "IEND") return;
    at += lengthBytes;
  }
  throw file.broken("too many chunks");
}
