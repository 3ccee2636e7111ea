/** The directories of a TIFF: pages, and what hangs under them. */
import type { ByteFile } from "./byte-file.ts";

export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Its bytes as they stand in the file. */
  readonly bytes: Buffer;
}

export interface Directory {
  readonly entries: readonly Entry[];
  /** The whole numbers of an entry; none when it is absent or holds something else. */
  readonly numbers: (tag: number) => number[];
}

const SUB_DIRECTORIES = 330;
const ENTRIES_MAX = 50_000;
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const WIDTHS = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
]);

/** All directories, pages first as they follow each other, each with those under it. Throws DataError. */
export function readDirectories(file: ByteFile): Directory[] {
  const isBig = file.read(0, 2).toString("latin1") === "MM";
  const u16 = (bytes: Buffer, at: number) =>
    isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  const u32 = (bytes: Buffer, at: number) =>
    isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  const seen = new Set<number>();
  const found: Directory[] = [];
  let left = ENTRIES_MAX;
  let bytesLeft = file.sizeBytes;
  const chain = (first: number): void => {
    for (let at = first; at !== 0;) {
      if (seen.has(at)) throw file.broken("directories in a circle");
      seen.add(at);
      const count = u16(file.read(at, 2), 0);
      left -= count + 1;
      if (left < 0) throw file.broken("too many entries");
      const table = file.read(at + 2, count * 12 + 4);
      const entries = Array.from({ length: count }, (_, index) => readEntry(table, index * 12));
      const numbers = (tag: number) => numbersIn(entries.find((entry) => entry.tag === tag));
      found.push({ entries, numbers });
      for (const below of numbers(SUB_DIRECTORIES)) chain(below);
      at = u32(table, count * 12);
    }
  };
  const readEntry = (table: Buffer, at: number): Entry => {
    const [tag, type, count] = [u16(table, at), u16(table, at + 2), u32(table, at + 4)];
    const lengthBytes = (TYPE_BYTES[type] ?? 0) * count;
    bytesLeft -= lengthBytes;
    if (bytesLeft < 0) throw file.broken("its entries are larger than itself");
    const bytes =
      lengthBytes <= 4
        ? table.subarray(at + 8, at + 8 + lengthBytes)
        : file.read(u32(table, at + 8), lengthBytes);
    return { tag, type, count, bytes };
  };
  const numbersIn = (entry: Entry | undefined): number[] => {
    const width = WIDTHS.get(entry?.type ?? 0);
    if (!entry || !width) return [];
    return Array.from({ length: entry.count }, (_, index) =>
      width === 4
        ? u32(entry.bytes, index * 4)
        : width === 2
          ? u16(entry.bytes, index * 2)
          : entry.bytes[index]!,
    );
  };
  chain(u32(file.read(4, 4), 0));
  return found;
}
