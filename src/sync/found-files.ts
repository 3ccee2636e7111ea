/** Files that were found on disk, by what a photo can be known by: their size, or their name and date. */
import { posix } from "node:path";
import type { FileRow } from "../state/files/row.ts";

export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** The photo that is looked for. */
interface Sought {
  readonly sizeBytes: number;
  readonly path: string;
}

/** Apple's checksum of a file; null for one that cannot be read, or is no photo that is looked for. */
type Read = (path: string) => Promise<string | null>;

/** Files by their checksums. */
type Contents = ReadonlyMap<string, FoundFile[]>;

/** Metadata that was written into a picture changes its size by no more. */
const REWRITTEN_BYTES_MAX = 128 * 1024;
/** Some disks keep every other second. */
const SAME_TIME_MS = 2000;
/** Into which icloudpd writes. */
const REWRITABLE = /\.(jpe?g|heic|heif)$/i;

export class FoundFiles {
  readonly #bySize = new Map<number, FoundFile[]>();
  readonly #byName = new Map<string, FoundFile[]>();
  readonly #contents = new Map<number, Promise<Contents>>();
  readonly #paths: string[] = [];

  constructor(
    /** Files of other sizes can be no photo that is looked for. */
    private readonly sizes: ReadonlySet<number>,
    private readonly withNames: boolean,
  ) {}

  add(file: FoundFile): void {
    this.#paths.push(file.path);
    if (this.sizes.has(file.sizeBytes)) push(this.#bySize, file.sizeBytes, file);
    if (this.withNames && REWRITABLE.test(file.path)) push(this.#byName, nameOf(file.path), file);
  }

  /**
   * Files of exactly this size and content, those with the name of `path` first. All files of a size are read when the
   * first photo of it is looked for, and each only once: in some libraries thousands have one size.
   */
  async ofContent(checksum: string, { sizeBytes, path }: Sought, read: Read): Promise<FoundFile[]> {
    const known = this.#contents.get(sizeBytes) ?? this.#read(sizeBytes, read);
    this.#contents.set(sizeBytes, known);
    const files = (await known).get(checksum) ?? [];
    const strange = (file: FoundFile) => (nameOf(file.path) === nameOf(path) ? 0 : 1);
    return files.toSorted((one, other) => strange(one) - strange(other));
  }

  /** Files that have the name of a photo, and its folder or its time, and nearly its size. */
  alike(row: FileRow): FoundFile[] {
    const names = new Set([nameOf(row.path), nameOf(withoutSize(row))]);
    const files = [...names].flatMap((name) => this.#byName.get(name) ?? []);
    return files.filter((file) => isAlike(file, row));
  }

  countOthers(isOurs: (path: string) => boolean): number {
    return this.#paths.filter((path) => !isOurs(path)).length;
  }

  async #read(sizeBytes: number, read: Read): Promise<Contents> {
    const contents = new Map<string, FoundFile[]>();
    for (const file of this.#bySize.get(sizeBytes) ?? []) {
      const checksum = await read(file.path);
      if (checksum !== null) push(contents, checksum, file);
    }
    return contents;
  }
}

/** Name and date agree, and the size nearly does. Pure. */
function isAlike({ path, sizeBytes, mtimeMs }: FoundFile, row: FileRow): boolean {
  const isInPlace = posix.dirname(path) === posix.dirname(row.path);
  const isOfTime = Math.abs(mtimeMs - row.created_ms) <= SAME_TIME_MS;
  const isNearly = Math.abs(sizeBytes - row.size_bytes) <= REWRITTEN_BYTES_MAX;
  return (isInPlace || isOfTime) && isNearly;
}

/** The name before it was told apart from the stranger that has it. */
function withoutSize({ path, size_bytes }: FileRow): string {
  const { name, ext } = posix.parse(path);
  const ending = `-${size_bytes}`;
  return name.endsWith(ending) ? name.slice(0, -ending.length) + ext : name + ext;
}

function nameOf(path: string): string {
  return posix.basename(path).normalize("NFC").toLowerCase();
}

function push<Key>(map: Map<Key, FoundFile[]>, key: Key, file: FoundFile): void {
  const files = map.get(key);
  if (files) files.push(file);
  else map.set(key, [file]);
}
