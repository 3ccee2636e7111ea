/** Copies of parts and of files, beside the parts, that may be changed before they get their names. */
import { join, posix } from "node:path";
import { diskError } from "../lib/errno.ts";
import { nextTurn } from "../lib/turn.ts";
import type { Draft } from "../photos/landing.ts";
import { folderAbove } from "./inside.ts";
import type { PartCopies } from "./part-copies.ts";
import type { PartKey, Parts } from "./parts.ts";

export class Drafts {
  constructor(
    private readonly root: string,
    private readonly parts: Parts,
    private readonly copies: PartCopies,
  ) {}

  /** A copy of the part of a file, or of the file at `from`. Throws LocalError. */
  async make(
    path: string,
    checksum: string,
    from: string | null,
    signal?: AbortSignal,
  ): Promise<Draft> {
    const key = { path, checksum };
    await this.copies.make(draftKey(key), from ?? this.#pathOf(key), signal);
    const draft = this.#pathOf(draftKey(key));
    return { path: draft, absolutePath: join(this.root, draft) };
  }

  /** Absolute path of the part of a file, for programs that read it. */
  source(path: string, checksum: string): string {
    return join(this.root, this.#pathOf({ path, checksum }));
  }

  /** Removes a draft, if there is one. */
  drop(path: string, checksum: string): void {
    this.parts.remove(draftKey({ path, checksum }));
  }

  /** Whether the file at `path` is empty or a beginning of its own part or draft. Throws LocalError. */
  async beginsLike(
    path: string,
    checksum: string,
    isDraft: boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    const part = { path, checksum };
    const whole = join(this.root, this.#pathOf(isDraft ? draftKey(part) : part));
    const file = Bun.file(join(this.root, path));
    const beginning = Bun.file(whole).slice(0, file.size);
    try {
      return (await hashOf(file.stream(), signal)) === (await hashOf(beginning.stream(), signal));
    } catch (error) {
      throw diskError(error, join(this.root, path));
    }
  }

  /** Sets the time of a draft, and makes it durable. Throws LocalError. */
  async seal(path: string, checksum: string, createdMs: number): Promise<void> {
    const part = await this.parts.open(draftKey({ path, checksum }), 0);
    await part.seal(createdMs);
  }

  #pathOf(key: PartKey): string {
    return posix.join(folderAbove(key.path), this.parts.nameOf(key));
  }
}

async function hashOf(bytes: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    hasher.update(chunk);
    await nextTurn();
  }
  return hasher.digest("hex");
}

/** Under which a draft is kept among the parts. */
export function draftKey({ path, checksum }: PartKey): PartKey {
  const hash = new Bun.CryptoHasher("sha1").update(`draft of ${checksum}`).digest("base64");
  return { path, checksum: hash };
}
