/** The tables of a HEIF file: which items there are, and where their bytes lie. */
import { boxOf, innerBoxes } from "./boxes.ts";
import type { Box } from "./boxes.ts";
import type { ByteFile } from "./byte-file.ts";
import type { Range } from "./layout.ts";

export interface Item {
  readonly id: number;
  readonly type: string;
  /** Of items of type `mime`; else empty. */
  readonly contentType: string;
}

export interface Location {
  readonly id: number;
  /** 0: places in the file, 1: in the `idat` box, 2: in other items. */
  readonly method: number;
  readonly extents: readonly Range[];
}

/** The items, in order. Throws DataError. */
export function readItems(meta: Buffer, boxes: readonly Box[], file: ByteFile): Item[] {
  const iinf = boxOf(boxes, "iinf");
  if (!iinf) throw file.broken("no list of items");
  const countBytes = meta[iinf.from] === 0 ? 2 : 4;
  return innerBoxes(meta, iinf.from + 4 + countBytes, iinf.end, file)
    .filter(({ type }) => type === "infe")
    .map(({ from, end }) => readItem(meta.subarray(from, end), file));
}

function readItem(entry: Buffer, file: ByteFile): Item {
  const cursor = new Cursor(entry, file);
  const version = cursor.take(1);
  cursor.skip(3);
  if (version < 2) throw file.broken(`items of version ${version}`);
  const id = cursor.take(version === 2 ? 2 : 4);
  cursor.skip(2);
  const type = cursor.text(4);
  cursor.line(); // its name
  return { id, type, contentType: type === "mime" ? cursor.line() : "" };
}

/** Where the items are, in order. Throws DataError. */
export function readLocations(meta: Buffer, boxes: readonly Box[], file: ByteFile): Location[] {
  const iloc = boxOf(boxes, "iloc");
  if (!iloc) throw file.broken("no places of items");
  const cursor = new Cursor(meta.subarray(iloc.from, iloc.end), file);
  const version = cursor.take(1);
  cursor.skip(3);
  const sizes = cursor.take(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const count = cursor.take(version < 2 ? 2 : 4);
  const locations: Location[] = [];
  for (let item = 0; item < count; item++) {
    const id = cursor.take(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.take(2) & 15;
    cursor.skip(2); // in which file: only this one is ever meant
    const base = cursor.take(baseBytes);
    const extents: Range[] = [];
    const extentCount = cursor.take(2);
    // Extents that take no room could be as many as they like.
    if (extentCount > 1 && lengthBytes === 0) throw file.broken("extents without length");
    for (let left = extentCount; left > 0; left--) {
      cursor.skip(indexBytes);
      extents.push({ at: base + cursor.take(offsetBytes), lengthBytes: cursor.take(lengthBytes) });
    }
    locations.push({ id, method, extents });
  }
  return locations;
}

/** Reads on and on, and never past the end. */
class Cursor {
  #at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly file: ByteFile,
  ) {}

  /** An unsigned number of 0, 1, 2, 4 or 8 bytes. */
  take(lengthBytes: number): number {
    const from = this.#at;
    this.skip(lengthBytes);
    if (lengthBytes === 0) return 0;
    if (lengthBytes === 8) return Number(this.bytes.readBigUInt64BE(from));
    if (lengthBytes > 4) throw this.file.broken("a number of odd width");
    return this.bytes.readUIntBE(from, lengthBytes);
  }

  skip(lengthBytes: number): void {
    this.#at += lengthBytes;
    if (this.#at > this.bytes.length) throw this.file.broken("a table is cut");
  }

  text(lengthBytes: number): string {
    const from = this.#at;
    this.skip(lengthBytes);
    return this.bytes.toString("latin1", from, this.#at);
  }

  /** A text up to a zero, or to the end. */
  line(): string {
    const zero = this.bytes.indexOf(0, this.#at);
    const end = zero < 0 ? this.bytes.length : zero;
    const text = this.bytes.toString("latin1", this.#at, end);
    this.#at = Math.min(end + 1, this.bytes.length);
    return text;
  }
}
