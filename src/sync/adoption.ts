/**
 * Takes over files that others downloaded: each file that is wanted and not here is looked for on disk, under its name
 * first, then by its bytes wherever it may lie. Nothing is fetched, nothing is moved, and no file is written.
 *
 * A file counts as the photo only by Apple's checksum of its bytes; by its name and date only where a person said that
 * names are to be trusted. After a crash the next run finishes what is missing.
 */
import { placeOf } from "../download/place.ts";
import type { Destination } from "../download/ports.ts";
import { LocalError, RemoteError } from "../lib/errors.ts";
import { Pool } from "../lib/pool.ts";
import { appleProof, sha256Proof } from "../photos/proof.ts";
import { foldPath } from "../plan/fold.ts";
import { isOnDisk } from "../state/files/row.ts";
import type { FileRow, Final } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import { FoundFiles, type FoundFile } from "./found-files.ts";
import type { RowSet } from "./row-set.ts";

/** The walk through a folder that others filled. */
export interface Walk {
  /** Every file that may be a photo; `onFault` hears of folders that cannot be read. */
  files(onFault: (error: LocalError) => void, signal: AbortSignal): AsyncIterable<FoundFile>;
  /** True when a picture is there from its first byte to its last, whatever it says about itself. */
  isWhole(path: string): boolean;
}

export interface AdoptionDoor {
  readonly memory: Memory;
  readonly destination: Pick<Destination, "look" | "digest">;
  readonly walk: Walk;
  readonly trustNames: boolean;
  /** Numbers of the zones that are selected. */
  readonly zones: ReadonlySet<number>;
  /** Gives the row its next possible name. Throws RemoteError when nobody wants it. */
  readonly rename: (row: FileRow, refuted: ReadonlySet<string>) => FileRow;
  /** Notes a file that is there as that of the row. */
  readonly adopt: (row: FileRow, final: Final) => Promise<void>;
  /** Assets that this cycle has to account for. */
  readonly seen: Pick<RowSet, "add">;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** What became of the files that are wanted; the first six add up to all of them. */
export interface AdoptionCounts {
  known: number;
  byPath: number;
  byContent: number;
  byName: number;
  unmatched: number;
  unreadable: number;
  /** Files on disk that are none of the library. */
  strangers: number;
}

/** Files in work at once: those that were recognised wait together for the disk. */
const READERS = 64;
const WARNINGS_MAX = 20;

export class Adoption {
  readonly counts: AdoptionCounts = {
    ...{ known: 0, byPath: 0, byContent: 0, byName: 0 },
    ...{ unmatched: 0, unreadable: 0, strangers: 0 },
  };
  /** Numbers of rows whose file is there and cannot be read. */
  readonly #unreadable = new Set<number>();
  /** Folded paths of files that were found elsewhere and have a photo now. */
  readonly #claimed = new Set<string>();
  #warnings = 0;

  constructor(private readonly door: AdoptionDoor) {}

  /** Throws what concerns the run, and the reason of the signal. */
  async run(): Promise<AdoptionCounts> {
    const { counts, door } = this;
    counts.known = this.#count(isOnDisk);
    await this.#eachMissing((row) => this.#byPath(row));
    const found = new FoundFiles(this.#wantedSizes(), door.trustNames);
    for await (const file of door.walk.files((error) => this.#warn(error), door.signal)) {
      found.add(file);
    }
    await this.#eachMissing((row) => this.#byContent(row, found));
    if (door.trustNames) await this.#eachMissing((row) => this.#byName(row, found));
    counts.unreadable = this.#unreadable.size;
    counts.unmatched = this.#count((row) => !isOnDisk(row)) - counts.unreadable;
    counts.strangers = found.countOthers((path) => this.#isOurs(path));
    return counts;
  }

  async #byPath(row: FileRow): Promise<void> {
    const { memory, destination, signal } = this.door;
    const twins = (one: FileRow) => memory.files.twinsOf(one);
    const place = await placeOf(row, { destination, twins }, signal);
    if (place.kind !== "ours") return;
    await this.#adopt(row, place.final, "byPath");
  }

  async #byContent(row: FileRow, found: FoundFiles): Promise<void> {
    const proof = appleProof(row.checksum);
    if (!proof) return;
    const sought = { sizeBytes: row.size_bytes, path: row.path };
    const read = (path: string) => this.#checksumOf(path);
    for (const file of await found.ofContent(row.checksum, sought, read)) {
      const placed = this.#placeAt(row, file.path);
      if (!placed) continue;
      const { checksum: content, size_bytes: sizeBytes } = row;
      const proved = { verdict: "agrees", origin: "adopted", written: [] } as const;
      return this.#adopt(placed, { content, proof, sizeBytes, ...proved }, "byContent");
    }
  }

  /** What has its photo already need not be read again. */
  async #checksumOf(path: string): Promise<string | null> {
    if (this.#isOurs(path)) return null;
    return (await this.#digest(path, "apple"))?.apple ?? null;
  }

  async #byName(row: FileRow, found: FoundFiles): Promise<void> {
    const [file, another] = found.alike(row);
    // Two that could be it are none.
    if (!file || another || !this.door.walk.isWhole(file.path)) return;
    const digests = await this.#digest(file.path, "sha256");
    const placed = digests && this.#placeAt(row, file.path);
    if (!placed) return;
    const unproved = { verdict: "opaque", origin: "unproven", written: [] } as const;
    const final = { content: row.checksum, proof: sha256Proof(digests), sizeBytes: digests.bytes };
    await this.#adopt(placed, { ...final, ...unproved }, "byName");
  }

  /** The row under the name of a file that was found; null when that is another photo's. */
  #placeAt(row: FileRow, path: string): FileRow | null {
    const { memory } = this.door;
    const key = foldPath(path);
    if (this.#claimed.has(key)) return null;
    const owner = memory.files.atKey(key);
    if (owner?.id === row.id) return row;
    if (owner && !this.#makeRoom(owner)) return null;
    if (memory.files.atKey(key)) return null;
    this.#claimed.add(key);
    // Lost in a power cut, it would be found again.
    memory.lightly(() => memory.haves.moveOn(row, path, key));
    const moved = memory.files.byId(row.id);
    return moved?.path === path ? moved : null;
  }

  /** A photo that was promised this name, and is not the one that has it, takes its next. */
  #makeRoom(owner: FileRow): boolean {
    if (owner.state !== "promised") return false;
    try {
      this.door.rename(owner, new Set([owner.path]));
      return true;
    } catch (error) {
      if (error instanceof RemoteError) return false;
      throw error;
    }
  }

  async #adopt(row: FileRow, final: Final, how: "byPath" | "byContent" | "byName"): Promise<void> {
    const { door, counts } = this;
    await door.adopt(row, final);
    door.seen.add(row.asset_id);
    counts[how] += 1;
    this.#unreadable.delete(row.id);
    const { path, size_bytes: sizeBytes } = row;
    door.observe({ kind: "file-saved", path, sizeBytes, how: "adopted" });
  }

  async #digest(path: string, kind: "apple" | "sha256") {
    try {
      return await this.door.destination.digest(path, [kind], this.door.signal);
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
      this.#warn(error);
      return null;
    }
  }

  /** Several files at once; one that cannot be read does not end it, anything else does. */
  async #eachMissing(work: (row: FileRow) => Promise<void>): Promise<void> {
    const pool = new Pool(READERS);
    let failure: { readonly error: unknown } | null = null;
    for (const row of this.#rows(({ state }) => state === "promised")) {
      if (failure || this.door.signal.aborted) break;
      await pool.add(async () => {
        try {
          await work(row);
        } catch (error) {
          if (error instanceof LocalError) this.#note(row, error);
          else failure ??= { error };
        }
      });
    }
    // What is being noted is noted before the cycle adds up.
    await pool.idle();
    if (failure) throw (failure as { error: unknown }).error;
    this.door.signal.throwIfAborted();
  }

  #note(row: FileRow, error: LocalError): void {
    this.#unreadable.add(row.id);
    this.#warn(error);
  }

  #warn(error: LocalError): void {
    this.#warnings += 1;
    if (this.#warnings > WARNINGS_MAX) return;
    const message = `Cannot be read and is not taken over: ${error.path}: ${error.message}`;
    this.door.observe({ kind: "warning", message });
  }

  #wantedSizes(): Set<number> {
    const sizes = new Set<number>();
    for (const row of this.#rows(({ state }) => state === "promised")) sizes.add(row.size_bytes);
    return sizes;
  }

  #isOurs(path: string): boolean {
    const row = this.door.memory.files.atKey(foldPath(path));
    return row !== null && isOnDisk(row);
  }

  #count(isCounted: (row: FileRow) => boolean): number {
    let count = 0;
    for (const _ of this.#rows(isCounted)) count += 1;
    return count;
  }

  /** Rows of the libraries that are selected; what kei makes by itself is nobody's to give. */
  *#rows(isAsked: (row: FileRow) => boolean): Generator<FileRow> {
    const { memory, zones } = this.door;
    for (const rows of memory.files.inStates(WANTED)) {
      for (const row of rows)
        if (row.derived === "" && zones.has(row.zone) && isAsked(row)) yield row;
    }
  }
}

/** States of files that something selects. */
const WANTED = ["promised", "outdated", "staged", "saved"] as const;
