/**
 * A folder in one piece of bytes, as it travels inside the executable: zstd over a list of files and their contents.
 * The same files always make the same bytes.
 */
import { DataError } from "../../lib/errors.ts";

export interface PackedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly bytes: Uint8Array;
}

type Index = [path: string, isExecutable: 0 | 1, sizeBytes: number][];

const COMPRESSION_LEVEL = 19;

export function writePack(files: readonly PackedFile[], level = COMPRESSION_LEVEL): Uint8Array {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const index: Index = sorted.map(({ path, isExecutable, bytes }) => [
    path,
    isExecutable ? 1 : 0,
    bytes.length,
  ]);
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const whole = Buffer.concat([length, head, ...sorted.map(({ bytes }) => bytes)]);
  return Bun.zstdCompressSync(whole as Uint8Array<ArrayBuffer>, { level });
}

/** Throws DataError when the bytes are no pack. */
export function readPack(pack: Uint8Array, name: string): PackedFile[] {
  try {
    const whole = Buffer.from(Bun.zstdDecompressSync(pack as Uint8Array<ArrayBuffer>));
    let at = 4 + whole.readUInt32BE(0);
    const index = JSON.parse(whole.toString("utf8", 4, at)) as Index;
    return index.map(([path, isExecutable, sizeBytes]) => {
      const bytes = whole.subarray(at, (at += sizeBytes));
      return { path, isExecutable: isExecutable === 1, bytes };
    });
  } catch (cause) {
    throw new DataError("A part of the program cannot be read", name, { cause });
  }
}

/** Names a pack by what is in it. */
export function packId(pack: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(pack).digest("hex").slice(0, 16);
}
