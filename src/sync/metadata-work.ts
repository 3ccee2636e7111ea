/** All that one cycle does about metadata: into new files, beside them, into old files, and what came of it. */
import { join } from "node:path";
import type { Derive } from "../download/bring.ts";
import { Embedder } from "../download/embedder.ts";
import type { FileEvent } from "../download/events.ts";
import type { Finisher } from "../download/finish.ts";
import { Installer } from "../download/installer.ts";
import type { MetadataBook } from "../download/metadata-book.ts";
import type { Destination } from "../download/ports.ts";
import { sidecarMaker } from "../download/sidecars.ts";
import type { SidecarDoor } from "../download/sidecars.ts";
import type { Clock } from "../lib/clock.ts";
import type { TagWriter } from "../metadata/embed.ts";
import type { MetadataOptions } from "../metadata/facets.ts";
import type { Memory } from "../state/memory.ts";
import type { WrittenScope } from "../state/written.ts";
import type { Event, MetadataTally, Observe } from "./events.ts";
import type { SyncOptions } from "./options.ts";
import { rewriteDue } from "./rewriting.ts";

/** What writing metadata needs from outside. */
export interface MetadataDoor extends Pick<SidecarDoor, "read" | "keepAside"> {
  readonly options: MetadataOptions;
  readonly book: MetadataBook;
  /** Null when nothing is written into the files themselves. */
  readonly writer: TagWriter | null;
}

interface WorkDoor {
  readonly memory: Memory;
  readonly destination: Destination;
  readonly root: string;
  readonly options: SyncOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly observe: Observe;
}

/** The work of a cycle; null when nothing is to be written. */
export function metadataWorkOf(
  door: WorkDoor & { readonly metadata?: MetadataDoor },
  observe: Observe,
  cycle: number,
): MetadataWork | null {
  return door.metadata ? new MetadataWork(door.metadata, { ...door, observe }, cycle) : null;
}

export class MetadataWork {
  readonly derive: Derive;
  readonly #embedder: Embedder | null;
  readonly #tally: MetadataTally = {
    written: 0,
    sidecars: 0,
    failed: 0,
    putOff: 0,
    foreign: 0,
    unfit: {},
  };

  constructor(
    door: MetadataDoor,
    private readonly work: WorkDoor,
    cycle: number,
  ) {
    const { memory, observe } = work;
    this.derive = sidecarMaker({ ...door, memory, observe });
    this.#embedder = door.writer
      ? new Embedder({ book: door.book, writer: door.writer, memory, observe }, cycle)
      : null;
  }

  get finisher(): Finisher | null {
    return this.#embedder;
  }

  /** Brings files that are here already to what they should say. */
  async rewrite(scope: () => WrittenScope): Promise<void> {
    if (!this.#embedder) return;
    const { memory, destination, clock, root, options, signal, observe } = this.work;
    await rewriteDue({
      memory,
      destination,
      installer: new Installer(memory, destination, clock, null),
      embedder: this.#embedder,
      albumCopies: options.albumCopies,
      absolute: (path) => join(root, path),
      scope,
      signal,
      observe,
    });
  }

  /** Counts what an event says of metadata. */
  count(event: Event | FileEvent): void {
    const tally = this.#tally;
    if (event.kind === "metadata-written") tally.written += 1;
    if (event.kind === "metadata-failed") tally.failed += 1;
    if (event.kind === "metadata-put-off") tally.putOff += 1;
    if (event.kind === "metadata-foreign") tally.foreign += 1;
    if (event.kind === "file-saved" && event.how === "made") tally.sidecars += 1;
    if (event.kind === "metadata-unfit") {
      tally.unfit[event.reason] = (tally.unfit[event.reason] ?? 0) + 1;
    }
  }

  counts(): MetadataTally {
    return this.#tally;
  }
}
