/** A folder that is a map: for tests of the Destination's promises, and for those that need no disk. */
import type { Destination, Part } from "../../../src/download/ports.ts";
import { LocalError } from "../../../src/lib/errors.ts";
import type { DigestKind, Digests } from "../../../src/photos/checksum.ts";
import type { Draft, Installation, Standing } from "../../../src/photos/landing.ts";
import { appleChecksum, sha256 } from "./content.ts";

export class MemoryDestination implements Destination {
  readonly files = new Map<string, Buffer>();
  readonly #parts = new Map<string, Buffer>();
  readonly #drafts = new Map<string, Buffer>();

  async look(path: string): Promise<Standing | null> {
    const bytes = this.files.get(path);
    return bytes ? { isFile: true, sizeBytes: bytes.length } : null;
  }

  async digest(path: string, kinds: readonly DigestKind[], signal: AbortSignal): Promise<Digests> {
    signal.throwIfAborted();
    const bytes = this.files.get(path) ?? this.#drafts.get(path);
    if (!bytes) throw new LocalError("missing", "No such file", path);
    return {
      apple: kinds.includes("apple") ? appleChecksum(bytes) : null,
      sha256: kinds.includes("sha256") ? sha256(bytes) : null,
      bytes: bytes.length,
    };
  }

  async openPart(path: string, checksum: string): Promise<Part> {
    const key = partKey(path, checksum);
    const parts = this.#parts;
    if (!parts.has(key)) parts.set(key, Buffer.alloc(0));
    return {
      get lengthBytes() {
        return parts.get(key)!.length;
      },
      read: async (each) => each(parts.get(key)!),
      append: (chunk) => void parts.set(key, Buffer.concat([parts.get(key)!, chunk])),
      clear: () => void parts.set(key, Buffer.alloc(0)),
      seal: async () => undefined,
      close: () => undefined,
    };
  }

  async removePart(path: string, checksum: string): Promise<void> {
    this.#parts.delete(partKey(path, checksum));
    this.#drafts.delete(partKey(path, checksum));
  }

  readonly drafts = {
    make: async (path: string, checksum: string, from: string | null): Promise<Draft> => {
      const key = partKey(path, checksum);
      const bytes = from === null ? this.#parts.get(key) : this.files.get(from);
      if (!bytes) throw new LocalError("missing", "No such file", from ?? path);
      this.#drafts.set(key, Buffer.from(bytes));
      return { path: key, absolutePath: key };
    },
    source: (path: string, checksum: string) => partKey(path, checksum),
    drop: (path: string, checksum: string) => void this.#drafts.delete(partKey(path, checksum)),
    seal: async () => undefined,
    beginsLike: async () => false,
  };

  async copyToPart(from: string, path: string, checksum: string): Promise<void> {
    const bytes = this.files.get(from);
    if (!bytes) throw new LocalError("missing", "No such file", from);
    this.#parts.set(partKey(path, checksum), bytes);
  }

  async link(from: string, { path, replaces }: Installation): Promise<boolean> {
    const bytes = this.files.get(from);
    if (!bytes) throw new LocalError("missing", "No such file", from);
    if (this.files.has(path) && !replaces) throw new LocalError("occupied", "Taken", path);
    this.files.set(path, bytes);
    return true;
  }

  async keep(paths: readonly string[]): Promise<(Error | null)[]> {
    return paths.map(() => null);
  }

  async install(installations: readonly Installation[]): Promise<(Error | null)[]> {
    return installations.map((installation) => this.#name(installation));
  }

  #name({ path, checksum, replaces, isDraft }: Installation): Error | null {
    const part = (isDraft ? this.#drafts : this.#parts).get(partKey(path, checksum));
    if (!part) return new LocalError("missing", "No such part", path);
    if (this.files.has(path) && !replaces) return new LocalError("occupied", "Taken", path);
    this.files.set(path, part);
    this.#parts.delete(partKey(path, checksum));
    this.#drafts.delete(partKey(path, checksum));
    return null;
  }
}

function partKey(path: string, checksum: string): string {
  return `${path.slice(0, Math.max(0, path.lastIndexOf("/")))}|${checksum}`;
}
