/** The directories of a TIFF: pages, and what hangs under them. EXIF is one, too. */
import type { Bytes } from "./byte-file.ts";

export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Its bytes as they stand in the file. */
  readonly bytes: Buffer;
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

/** Reads directories one by one, and no more of them than the file can hold. Throws DataError. */
export class TiffReader {
  readonly #isBigEndian: boolean;
  #entriesLeft = ENTRIES_MAX;
  #bytesLeft: number;

  constructor(private readonly bytes: Bytes) {
    this.#isBigEndian = bytes.read(0, 2).toString("latin1") === "MM";
    this.#bytesLeft = bytes.sizeBytes;
  }

  /** Where the first directory is. */
  first(): number {
    return this.u32(this.bytes.read(4, 4), 0);
  }

  directory(at: number): Directory {
    const count = this.#u16(this.bytes.read(at, 2), 0);
    this.#entriesLeft -= count + 1;
    if (this.#entriesLeft < 0) throw this.bytes.broken("too many entries");
    const table = this.bytes.read(at + 2, count * 12 + 4);
    const entries = Array.from({ length: count }, (_, index) => this.#entry(table, index * 12));
    return new Directory(this, entries, this.u32(table, count * 12));
  }

  #entry(table: Buffer, at: number): Entry {
    const [tag, type] = [this.#u16(table, at), this.#u16(table, at + 2)];
    const count = this.u32(table, at + 4);
    const lengthBytes = (TYPE_BYTES[type] ?? 0) * count;
    this.#bytesLeft -= lengthBytes;
    if (this.#bytesLeft < 0) throw this.bytes.broken("its entries are larger than itself");
    const bytes =
      lengthBytes <= 4
        ? table.subarray(at + 8, at + 8 + lengthBytes)
        : this.bytes.read(this.u32(table, at + 8), lengthBytes);
    return { tag, type, count, bytes };
  }

  /** The whole numbers of an entry; none when it is absent or holds something else. */
  numbersOf(entry: Entry | undefined): number[] {
    const width = WIDTHS.get(entry?.type ?? 0);
    if (!entry || !width) return [];
    return Array.from({ length: entry.count }, (_, index) => {
      if (width === 4) return this.u32(entry.bytes, index * 4);
      return width === 2 ? this.#u16(entry.bytes, index * 2) : entry.bytes[index]!;
    });
  }

  u32(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  }
}

export class Directory {
  constructor(
    private readonly reader: TiffReader,
    readonly entries: readonly Entry[],
    /** Where the next page is; 0 after the last. */
    readonly next: number,
  ) {}

  entry(tag: number): Entry | undefined {
    return this.entries.find((entry) => entry.tag === tag);
  }

  numbers(tag: number): number[] {
    return this.reader.numbersOf(this.entry(tag));
  }
}

/** All directories, pages as they follow each other, each before those under it. Throws DataError. */
export function readDirectories(bytes: Bytes): Directory[] {
  const reader = new TiffReader(bytes);
  const seen = new Set<number>();
  const found: Directory[] = [];
  const chain = (first: number): void => {
    for (let at = first; at !== 0;) {
      if (seen.has(at)) throw bytes.broken("directories in a circle");
      seen.add(at);
      const directory = reader.directory(at);
      found.push(directory);
      for (const below of directory.numbers(SUB_DIRECTORIES)) chain(below);
      at = directory.next;
    }
  };
  chain(reader.first());
  return found;
}
