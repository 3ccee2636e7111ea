/** Proves that two files hold the same picture or movie, by reading both; what only describes it may differ. */
import { DataError, unreachable } from "../../lib/errors.ts";
import { nextTurn } from "../../lib/turn.ts";
import { ByteFile } from "./byte-file.ts";
import type { Format } from "./format.ts";
import { heifLayout } from "./heif.ts";
import { jpegLayout } from "./jpeg.ts";
import type { Layout, Piece, Range } from "./layout.ts";
import { movieLayout } from "./movie.ts";
import { pngLayout } from "./png.ts";
import { tiffLayout } from "./tiff.ts";

const CHUNK_BYTES = 1 << 20;
/** Parts may share bytes, but a file that names all of itself again and again only costs time. */
const OVERLAP_MAX = 8;

/**
 * What differs between an original and its copy, in words; null when the picture is the same. A copy that cannot be
 * read is different.
 */
export async function payloadDifference(
  originalPath: string,
  copyPath: string,
  format: Format,
  signal: AbortSignal,
): Promise<string | null> {
  using original = ByteFile.open(originalPath);
  using copy = ByteFile.open(copyPath);
  try {
    const [before, after] = [layoutOf(original, format), layoutOf(copy, format)];
    return (
      structureDifference(before, after) ??
      (await bytesDifference(original, copy, before, after, signal))
    );
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

function layoutOf(file: ByteFile, format: Format): Layout {
  const layout = readLayout(file, format);
  const bytes = layout.pieces.reduce((sum, { ranges }) => sum + lengthOf(ranges), 0);
  if (bytes > file.sizeBytes * OVERLAP_MAX) throw file.broken("its parts are larger than itself");
  return layout;
}

function readLayout(file: ByteFile, format: Format): Layout {
  switch (format) {
    case "jpeg":
      return jpegLayout(file);
    case "heif":
      return heifLayout(file);
    case "png":
      return pngLayout(file);
    case "tiff":
      return tiffLayout(file);
    case "movie":
      return movieLayout(file);
    default:
      return unreachable(format);
  }
}

function structureDifference(before: Layout, after: Layout): string | null {
  if (before.facts.join("\n") !== after.facts.join("\n")) return "its structure changed";
  const [known, found] = [new Set(before.references), new Set(after.references)];
  const lost = before.references.find((reference) => !found.has(reference));
  if (lost !== undefined) return `lost the reference "${lost}"`;
  const odd = after.references.find((one) => !known.has(one) && !/^(cdsc|key) /.test(one));
  if (odd !== undefined) return `got the reference "${odd}"`;
  const shape = ({ pieces }: Layout) =>
    pieces.map(({ label, ranges }) => `${label} ${lengthOf(ranges)}`);
  const [wanted, got] = [shape(before), shape(after)];
  const at = wanted.findIndex((text, index) => text !== got[index]);
  if (at >= 0) return `"${before.pieces[at]!.label}" changed its place or size`;
  return got.length > wanted.length ? `got "${after.pieces[wanted.length]!.label}"` : null;
}

function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
}

async function bytesDifference(
  original: ByteFile,
  copy: ByteFile,
  before: Layout,
  after: Layout,
  signal: AbortSignal,
): Promise<string | null> {
  for (const [index, piece] of before.pieces.entries()) {
    for (const [one, other] of pairs(original, copy, piece, after.pieces[index]!)) {
      if (!one.equals(other)) return `"${piece.label}" has other bytes`;
      signal.throwIfAborted();
      if (one.length === CHUNK_BYTES) await nextTurn();
    }
  }
  return null;
}

// Items may be cut differently, so they are compared as streams of the same chunks.
function* pairs(
  original: ByteFile,
  copy: ByteFile,
  one: Piece,
  other: Piece,
): Generator<[Buffer, Buffer]> {
  const [left, right] = [new Stream(original, one), new Stream(copy, other)];
  for (;;) {
    const chunk = left.next();
    if (chunk.length === 0) return;
    yield [chunk, right.next()];
  }
}

/** The bytes of a piece, chunk by chunk; the chunks of two pieces of one size have the same sizes. */
class Stream {
  #range = 0;
  #offset = 0;

  constructor(
    private readonly file: ByteFile,
    private readonly piece: Piece,
  ) {}

  next(): Buffer {
    const parts: Buffer[] = [];
    let room = CHUNK_BYTES;
    while (room > 0 && this.#range < this.piece.ranges.length) {
      const { at, lengthBytes } = this.piece.ranges[this.#range]!;
      const count = Math.min(room, lengthBytes - this.#offset);
      parts.push(this.file.read(at + this.#offset, count));
      room -= count;
      this.#offset += count;
      if (this.#offset < lengthBytes) continue;
      this.#range++;
      this.#offset = 0;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }
}
