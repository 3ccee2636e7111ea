/**
 * A power cut at a chosen step: every deed on the disk, the database and the network counts as one, before and after
 * it is done. Once the power is gone, everything fails.
 */
import type { Database } from "bun:sqlite";
import type { ContentSource, ContentStream, Part } from "../../../src/download/ports.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { Memory } from "../../../src/state/memory.ts";

export class PowerCut extends Error {}

export class Power {
  /** Steps taken so far. */
  steps = 0;
  isCut = false;

  constructor(private readonly cutAt: number) {}

  /** One step; throws when this is the one, or when the power is gone. */
  step(): void {
    if (!this.isCut) this.steps += 1;
    if (this.steps >= this.cutAt) this.isCut = true;
    if (this.isCut) throw new PowerCut("the power is gone");
  }

  /** A deed with a step before and one after it. */
  async around<Result>(deed: () => Promise<Result>): Promise<Result> {
    this.step();
    const result = await deed();
    this.step();
    return result;
  }
}

/** A memory whose transactions may not begin, or may commit with nobody left to hear of it. */
export class MortalMemory extends Memory {
  constructor(
    db: Database,
    path: string,
    private readonly power: Power,
  ) {
    super(db, path);
  }

  override transaction<Result>(work: () => Result): Result {
    this.power.step();
    const result = super.transaction(() => {
      const answer = work();
      this.power.step();
      return answer;
    });
    this.power.step();
    return result;
  }

  override setSetting(key: string, value: string): void {
    this.power.step();
    super.setSetting(key, value);
    this.power.step();
  }
}

export function mortalDestination(
  destination: CycleDoor["destination"],
  power: Power,
): CycleDoor["destination"] {
  return {
    look: (path) => power.around(() => destination.look(path)),
    digest: (path, kinds, signal) => power.around(() => destination.digest(path, kinds, signal)),
    openPart: async (path, checksum, size) =>
      mortalPart(await power.around(() => destination.openPart(path, checksum, size)), power),
    removePart: (path, checksum) => power.around(() => destination.removePart(path, checksum)),
    drafts: {
      make: (path, checksum, from, signal) =>
        power.around(() => destination.drafts.make(path, checksum, from, signal)),
      source: (path, checksum) => destination.drafts.source(path, checksum),
      drop: (path, checksum) => destination.drafts.drop(path, checksum),
      beginsLike: (path, checksum, isDraft, signal) =>
        power.around(() => destination.drafts.beginsLike(path, checksum, isDraft, signal)),
      seal: (path, checksum, createdMs) =>
        power.around(() => destination.drafts.seal(path, checksum, createdMs)),
    },
    copyToPart: (from, path, checksum, signal) =>
      power.around(() => destination.copyToPart(from, path, checksum, signal)),
    link: (from, to, how) => power.around(() => destination.link(from, to, how)),
    move: (from, path, signal) => power.around(() => destination.move(from, path, signal)),
    finishMove: (from, path, proof, signal) =>
      power.around(() => destination.finishMove(from, path, proof, signal)),
    relink: (path, from, to) => power.around(() => destination.relink(path, from, to)),
    removeEmptied: (folder) => power.around(() => destination.removeEmptied(folder)),
    keep: (paths) => power.around(() => destination.keep(paths)),
    install: async (installations) => {
      power.step();
      const errors: (Error | null)[] = [];
      for (const installation of installations) {
        errors.push(...(await destination.install([installation])));
        power.step();
      }
      return errors;
    },
  };
}

function mortalPart(part: Part, power: Power): Part {
  return {
    get lengthBytes() {
      return part.lengthBytes;
    },
    read: (each) => power.around(() => part.read(each)),
    append(chunk) {
      power.step();
      // Half a write may reach the disk.
      part.append(chunk.subarray(0, chunk.length / 2));
      power.step();
      part.append(chunk.subarray(chunk.length / 2));
    },
    clear() {
      power.step();
      part.clear();
    },
    seal: (createdMs) => power.around(() => part.seal(createdMs)),
    close: () => part.close(),
  };
}

export function mortalOpen(open: ContentSource["open"], power: Power): ContentSource["open"] {
  return async (address, fromByte) => {
    const stream = await power.around(() => open(address, fromByte));
    return stream === "unsatisfiable" ? stream : { ...stream, body: mortalBody(stream, power) };
  };
}

async function* mortalBody(stream: ContentStream, power: Power): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream.body) {
    power.step();
    yield chunk;
  }
}
