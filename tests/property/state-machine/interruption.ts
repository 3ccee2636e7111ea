/**
 * The end that comes in the middle of a cycle: every deed on network, disk and database counts, and at a chosen one the
 * person stops kei, or the power goes. Once it is gone, every further deed fails.
 */
import type { Database } from "bun:sqlite";
import type { ContentStream, Part } from "../../../src/download/ports.ts";
import { Memory } from "../../../src/state/memory.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import type { Source } from "../../../src/sync/ports.ts";

export class PowerCut extends Error {}

export class Interruption {
  readonly #abort = new AbortController();
  readonly reason = new Error("stopped by the person");
  deeds = 0;
  isCut = false;

  /** `meanwhile` is what somebody else does at that moment. */
  constructor(
    private readonly kind: "none" | "abort" | "power-cut",
    private readonly at: number,
    private meanwhile: (() => Promise<void>) | null = null,
  ) {}

  /** Nobody stops kei, and the power stays. */
  get isCalm(): boolean {
    return this.kind === "none";
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  deed = (): void => {
    this.deeds += 1;
    if (this.kind === "abort" && this.deeds === this.at) this.#abort.abort(this.reason);
    if (this.kind === "power-cut" && this.deeds >= this.at) this.isCut = true;
    if (this.isCut) throw new PowerCut("the power is gone");
  };

  /** A deed, which may be the last one, before it is done or after. */
  async around<Result>(deed: () => Promise<Result>): Promise<Result> {
    this.deed();
    if (this.meanwhile && this.deeds >= this.at) {
      const { meanwhile } = this;
      this.meanwhile = null;
      await meanwhile();
    }
    const result = await deed();
    this.deed();
    return result;
  }
}

/** Transactions may not begin, be rolled back at their end, or commit with nobody left to hear of it. */
export class MortalMemory extends Memory {
  constructor(
    db: Database,
    path: string,
    private readonly deed: () => void,
  ) {
    super(db, path);
  }

  override transaction<Result>(work: () => Result): Result {
    this.deed();
    const result = super.transaction(() => {
      const answer = work();
      this.deed();
      return answer;
    });
    this.deed();
    return result;
  }

  override setSetting(key: string, value: string): void {
    this.deed();
    super.setSetting(key, value);
    this.deed();
  }
}

export function mortalDestination(
  whole: CycleDoor["destination"],
  end: Interruption,
): CycleDoor["destination"] {
  return {
    look: (path) => end.around(() => whole.look(path)),
    digest: (path, kinds, signal) => end.around(() => whole.digest(path, kinds, signal)),
    openPart: async (path, checksum, size) =>
      mortalPart(await end.around(() => whole.openPart(path, checksum, size)), end),
    removePart: (path, checksum) => end.around(() => whole.removePart(path, checksum)),
    drafts: {
      make: (path, checksum, from, signal) =>
        end.around(() => whole.drafts.make(path, checksum, from, signal)),
      source: (path, checksum) => whole.drafts.source(path, checksum),
      drop: (path, checksum) => whole.drafts.drop(path, checksum),
      beginsLike: (path, checksum, isDraft, signal) =>
        end.around(() => whole.drafts.beginsLike(path, checksum, isDraft, signal)),
      seal: (path, checksum, createdMs) =>
        end.around(() => whole.drafts.seal(path, checksum, createdMs)),
    },
    copyToPart: (from, path, checksum, signal) =>
      end.around(() => whole.copyToPart(from, path, checksum, signal)),
    link: (from, to, how) => end.around(() => whole.link(from, to, how)),
    move: (from, path, signal) => end.around(() => whole.move(from, path, signal)),
    keep: (paths) => end.around(() => whole.keep(paths)),
    finishMove: (from, path, proof, signal) =>
      end.around(() => whole.finishMove(from, path, proof, signal)),
    relink: (path, from, to) => end.around(() => whole.relink(path, from, to)),
    removeEmptied: (folder) => end.around(() => whole.removeEmptied(folder)),
    async install(installations) {
      const errors: (Error | null)[] = [];
      for (const one of installations) {
        errors.push(...(await end.around(() => whole.install([one]))));
      }
      return errors;
    },
  };
}

function mortalPart(part: Part, end: Interruption): Part {
  return {
    get lengthBytes() {
      return part.lengthBytes;
    },
    read: (each) => end.around(() => part.read(each)),
    append(chunk) {
      end.deed();
      const half = Math.floor(chunk.length / 2);
      part.append(chunk.subarray(0, half));
      end.deed();
      part.append(chunk.subarray(half));
    },
    clear() {
      end.deed();
      part.clear();
    },
    seal: (createdMs) => end.around(() => part.seal(createdMs)),
    close: () => part.close(),
  };
}

export function mortalOpen(open: CycleDoor["open"], end: Interruption): CycleDoor["open"] {
  return async (address, fromByte) => {
    const stream = await end.around(() => open(address, fromByte));
    return stream === "unsatisfiable" ? stream : { ...stream, body: mortalBody(stream, end) };
  };
}

async function* mortalBody(stream: ContentStream, end: Interruption): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream.body) {
    end.deed();
    yield chunk;
  }
}

export function mortalSource(source: Source, end: Interruption): Source {
  return {
    changedZones: (database, token) => end.around(() => source.changedZones(database, token)),
    isIndexed: (zone) => end.around(() => source.isIndexed(zone)),
    count: (zone, collection) => end.around(() => source.count(zone, collection)),
    listing: (zone, collection, rank) => end.around(() => source.listing(zone, collection, rank)),
    albums: (zone) => end.around(() => source.albums(zone)),
    changes: (zone, token) => end.around(() => source.changes(zone, token)),
    lookup: (zone, names) => end.around(() => source.lookup(zone, names)),
  };
}
