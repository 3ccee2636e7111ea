/** The boxes of HEIF, QuickTime and MP4 files: type, size, content; one inside the other. */
import type { ByteFile } from "./byte-file.ts";

export interface Box {
  readonly type: string;
  /** Of the whole box. */
  readonly at: number;
  readonly lengthBytes: number;
  /** Of its content. */
  readonly from: number;
  readonly end: number;
}

const BOXES_MAX = 100_000;

/** The boxes at the top of a file. Throws DataError when they do not add up to it. */
export function topBoxes(file: ByteFile): Box[] {
  const read = (at: number, lengthBytes: number) => file.read(at, lengthBytes);
  return walk(0, file.sizeBytes, read, (what) => file.broken(what));
}

/** The boxes in a part of a buffer; offsets are those of the buffer. Throws like `topBoxes`. */
export function innerBoxes(bytes: Buffer, from: number, end: number, file: ByteFile): Box[] {
  const read = (at: number, lengthBytes: number) => {
    if (at + lengthBytes > end) throw file.broken("a box is cut");
    return bytes.subarray(at, at + lengthBytes);
  };
  return walk(from, end, read, (what) => file.broken(what));
}

function walk(
  start: number,
  end: number,
  read: (at: number, lengthBytes: number) => Buffer,
  broken: (what: string) => Error,
): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at < end;) {
    if (boxes.length >= BOXES_MAX) throw broken("too many boxes");
    // QuickTime ends lists of user data with four zeros.
    if (end - at < 8) {
      if (end - at === 4 && read(at, 4).readUInt32BE(0) === 0) break;
      throw broken("a box is cut");
    }
    const head = read(at, 8);
    const short = head.readUInt32BE(0);
    const isLong = short === 1;
    const lengthBytes =
      short === 0 ? end - at : isLong ? Number(read(at + 8, 8).readBigUInt64BE(0)) : short;
    const headBytes = isLong ? 16 : 8;
    const isPossible = lengthBytes >= headBytes && at + lengthBytes <= end;
    if (!isPossible) throw broken("a box does not fit");
    const type = head.toString("latin1", 4, 8);
    boxes.push({ type, at, lengthBytes, from: at + headBytes, end: at + lengthBytes });
    at += lengthBytes;
  }
  return boxes;
}

/** The first box of a type. */
export function boxOf(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}
