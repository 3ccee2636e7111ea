/**
 * The fetch loop: due rows of files, in order, through a bounded pool of downloads.
 *
 * It starts with the first page's rows while the listing goes on. A file that failed is a row that is due again: once
 * more at the end of the cycle with a fresh address, then in the next cycle. What concerns the whole run (a full disk,
 * a database that cannot be written, a lost session) stops it; files in flight still finish.
 */
import { dirname } from "node:path";
import { fetchFile } from "../download/fetch-file.ts";
import type { FetchDoor } from "../download/fetch-file.ts";
import type { FileEvent } from "../download/events.ts";
import { KeiError, LocalError, RemoteError } from "../lib/errors.ts";
import { concernsTheWay } from "../lib/network.ts";
import { Pool } from "../lib/pool.ts";
import type { DueScope } from "../state/files/files.ts";
import { isOnDisk } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import { Blame } from "./blame.ts";
import type { Event, Observe } from "./events.ts";
import { concernsTheRun } from "./reach.ts";
import type { RowSet } from "./row-set.ts";

export interface FetchLoopDoor extends FetchDoor {
  readonly memory: Memory;
  /** Takes note of the asset of every file that came or failed. */
  readonly seen: RowSet;
  readonly threads: number;
  /** The rows that may be fetched; grows while new zones are found. */
  readonly scope: () => DueScope;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  readonly blotOut: (text: string) => string;
}

const SECOND_CHANCE_THREADS = 5;
/** So many files in a row whose host cannot be reached after all retries: the network is gone. */
const OFFLINE_MAX = 3;
/** Files that may be on their way from the last byte to the row, besides those whose bytes flow. */
const INSTALLING_MAX = 64;

export class FetchLoop {
  readonly #inFlight = new Set<number>();
  /** All due rows up to this one are in flight. Picking rows moves it on; news and a row that settles move it back. */
  #cursor = 0;
  #isRefreshing = true;
  #isStopping = false;
  /** Errors of hosts that could not be reached since the last file that came. */
  readonly #offline: RemoteError[] = [];
  /** Rows whose files the disk cannot take; a second try in the same cycle would only say it again. */
  readonly #oversized = new Map<number, LocalError>();
  /** Failures that are not told of while the file has another chance in this run; null when the chances are over. */
  #unsaid: Map<number, Event> | null = new Map();
  readonly #blame = new Blame();
  #fatal: unknown = null;
  #wake: (() => void) | null = null;

  constructor(private readonly door: FetchLoopDoor) {}

  /** More rows may be due, perhaps earlier ones. */
  onDue = (): void => {
    this.#cursor = 0;
    this.#wake?.();
  };

  /** No more rows will come; the loop ends when the due ones are settled. */
  onRefreshed = (): void => {
    this.#isRefreshing = false;
    this.#wake?.();
  };

  /** Hands in no more rows; those in flight still finish. */
  stop = (): void => {
    this.#isStopping = true;
    this.#wake?.();
  };

  /** Runs until nothing is due. Throws what concerns the whole run, after files in flight have settled. */
  async run(): Promise<void> {
    await this.#fetchDue();
    await this.#secondChance();
    this.#sayFailures();
    // Looking for fresh addresses may have brought news of other rows.
    await this.#fetchDue();
    this.#fatal ??= this.#offline.at(-1) ?? this.#noRoom();
    this.#bookAttempts();
    if (this.#fatal !== null) throw this.#fatal;
  }

  #sayFailures(): void {
    for (const event of this.#unsaid?.values() ?? []) this.door.observe(event);
    this.#unsaid = null;
  }

  #noRoom(): LocalError | null {
    const errors = [...this.#oversized.values()].filter(({ fault }) => fault === "no-room");
    const [first] = errors;
    if (!first) return null;
    const files = errors.length === 1 ? "1 file" : `${errors.length} files`;
    return new LocalError("full", `The disk is too full for ${files}`, dirname(first.path), first);
  }

  #bookAttempts(): void {
    const { memory } = this.door;
    try {
      memory.transaction(() => memory.haves.blame(this.#blame.guilty));
    } catch (error) {
      this.#fatal ??= error;
    }
  }

  async #fetchDue(): Promise<void> {
    const pool = new Pool(this.door.threads + INSTALLING_MAX);
    while (!this.#isStopped) {
      const rows = this.#next();
      if (rows.length > 0) await this.#handIn(rows, pool);
      else if (this.#isRefreshing) await this.#idle();
      else if (this.#inFlight.size > 0) await pool.idle();
      else break;
    }
    await pool.idle();
  }

  get #isStopped(): boolean {
    return this.#isStopping || this.door.signal.aborted || this.#fatal !== null;
  }

  #next(): FileRow[] {
    const { memory, threads, scope } = this.door;
    const limit = 4 * threads + INSTALLING_MAX + this.#inFlight.size;
    const rows = memory.files.due(this.#cursor, scope(), limit);
    this.#cursor = rows.at(-1)?.id ?? this.#cursor;
    return rows.filter((row) => !this.#inFlight.has(row.id));
  }

  async #handIn(rows: readonly FileRow[], pool: Pool): Promise<void> {
    for (const row of rows) {
      if (this.#isStopped) return;
      this.#inFlight.add(row.id);
      await pool.add(() => this.#one(row));
    }
  }

  #idle(): Promise<void> {
    const { signal } = this.door;
    return new Promise((resolve) => {
      const end = () => {
        this.#wake = null;
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#wake = end;
      signal.addEventListener("abort", end, { once: true });
    });
  }

  async #secondChance(): Promise<void> {
    if (this.#isStopped) return;
    const { memory, threads } = this.door;
    const { cycle } = this.door.scope();
    const pool = new Pool(Math.min(SECOND_CHANCE_THREADS, threads));
    for (const row of memory.files.failedIn(cycle)) {
      if (this.#isStopped) break;
      if (this.#oversized.has(row.id)) continue;
      this.door.source.forget(row);
      await pool.add(() => this.#one(row));
    }
    await pool.idle();
  }

  async #one(row: FileRow): Promise<void> {
    const { door } = this;
    let tried = row;
    try {
      // Pages may have changed the row since it was picked.
      const current = door.memory.files.byId(row.id);
      if (!current || isOnDisk(current)) return;
      tried = current;
      await fetchFile(current, { ...door, observe: this.#observe }, door.signal);
      door.source.forget(current);
      this.#blame.forget(row.id);
      this.#unsaid?.delete(row.id);
      this.#oversized.delete(row.id);
      // One that nobody wanted and that was not there has no outcome.
      const after = door.memory.files.byId(row.id);
      if (after && isOnDisk(after)) door.seen.add(current.asset_id);
      this.#offline.length = 0;
    } catch (error) {
      this.#settleFailure(tried, error);
    } finally {
      this.#inFlight.delete(row.id);
      this.#cursor = Math.min(this.#cursor, row.id - 1);
      this.#wake?.();
    }
  }

  // A file that was there already says nothing about the network.
  readonly #observe = (event: FileEvent): void => {
    if (event.kind === "file-saved" && event.how === "downloaded") this.#blame.fetched();
    this.door.observe(event);
  };

  #settleFailure(row: FileRow, error: unknown): void {
    const { door } = this;
    if (door.signal.aborted && !(error instanceof KeiError)) return;
    if (error instanceof RemoteError && concernsTheWay(error)) this.#offline.push(error);
    if (concernsTheRun(error) || this.#offline.length >= OFFLINE_MAX) {
      this.#fatal ??= error;
      this.#wake?.();
      return;
    }
    const { code, message } = error as KeiError;
    try {
      const current = door.memory.files.byId(row.id);
      // The row was withdrawn, or kept as it is, while it was in flight: the photo is gone from iCloud.
      if (!current || isOnDisk(current)) return;
      // Other bytes are wanted by now: what was said of the old ones is no news.
      if (current.checksum !== row.checksum) return this.#blame.forget(row.id);
      const isGone = error instanceof RemoteError && error.fault === "gone";
      // A power cut took the bytes, and then iCloud the photo.
      if (isGone && current.state === "dropped") {
        return door.memory.transaction(() => door.memory.haves.giveUp(row.id));
      }
      door.memory.transaction(() =>
        door.memory.haves.fail(row.id, door.blotOut(`${code}: ${message}`), door.scope().cycle),
      );
      this.#blame.failed(row.id, error);
      if (isForSize(error)) this.#oversized.set(row.id, error);
      door.seen.add(row.asset_id);
      const failed = { kind: "file-failed", path: row.path, code, message } as const;
      if (this.#unsaid) this.#unsaid.set(row.id, failed);
      else door.observe(failed);
    } catch (databaseError) {
      this.#fatal ??= databaseError;
      this.#wake?.();
    }
  }
}

function isForSize(error: unknown): error is LocalError {
  return error instanceof LocalError && ["no-room", "too-large"].includes(error.fault);
}
