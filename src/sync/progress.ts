/** How far a cycle is, computed from events alone; the readers only say it. */
import type { Event } from "./events.ts";

/** The rate is that of the last seconds, not of the whole run. */
const WINDOW_MS = 10_000;
const SAMPLE_MS = 250;

export interface Progress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly bytesPerSecond: number;
  /** Time left; null while it cannot be told. */
  readonly remainingMs: number | null;
  /** The file that moved last; null before the first. */
  readonly current: string | null;
  readonly assetsSeen: number;
  /** What Apple says there are; null when it did not say. */
  readonly assetsExpected: number | null;
  readonly isListing: boolean;
}

interface Listing {
  seen: number;
  expected: number | null;
  isOver: boolean;
}

/** A file that is neither saved nor given up yet. */
interface Moving {
  readonly sizeBytes: number;
  /** Bytes of it that are here. */
  bytes: number;
}

/** Adds up the events of a cycle. Times are handed in, so that a script of events can be replayed. */
export class ProgressState {
  #filesDone = 0;
  #filesTotal = 0;
  #bytesTotal = 0;
  /** Bytes of files that are saved. */
  #savedBytes = 0;
  /** Bytes that are here of files that are on their way. */
  #movingBytes = 0;
  readonly #moving = new Map<string, Moving>();
  #current: string | null = null;
  readonly #listings = new Map<string, Listing>();
  #samples: { atMs: number; bytes: number }[] = [];
  #networkBytes = 0;

  /** Takes note of an event. A file that failed is not done: it is due again. */
  add(event: Event, nowMs: number): void {
    switch (event.kind) {
      case "listing-started":
        this.#listings.set(event.zone, { seen: 0, expected: event.expected, isOver: false });
        return;
      case "page-read":
      case "listing-ended":
        return this.#list(event);
      case "files-due":
        this.#filesTotal += event.files;
        this.#bytesTotal += event.bytes;
        return;
      case "file-started":
        this.#current = event.path;
        this.#forget(event.path);
        this.#moving.set(event.path, { sizeBytes: event.sizeBytes, bytes: 0 });
        return;
      case "file-resumed":
        return this.#move(event.path, event.fromBytes);
      case "file-retried":
        return this.#move(event.path, 0);
      case "bytes":
        return this.#flow(event, nowMs);
      case "file-saved":
        this.#filesDone++;
        this.#savedBytes += event.sizeBytes;
        return this.#forget(event.path);
      case "file-failed":
        return this.#forget(event.path);
      default:
        return;
    }
  }

  get filesDone(): number {
    return this.#filesDone;
  }

  /** The sums as they are now. */
  read(nowMs: number): Progress {
    const listings = [...this.#listings.values()];
    const expected = listings.map((listing) => listing.expected);
    const isListing = listings.some(({ isOver }) => !isOver);
    const bytesDone = Math.min(this.#savedBytes + this.#movingBytes, this.#bytesTotal);
    const bytesPerSecond = this.#rate(nowMs);
    const isTimeKnown = !isListing && bytesPerSecond > 0;
    return {
      filesDone: this.#filesDone,
      filesTotal: Math.max(this.#filesTotal, this.#filesDone),
      bytesDone,
      bytesTotal: this.#bytesTotal,
      bytesPerSecond,
      remainingMs: isTimeKnown ? ((this.#bytesTotal - bytesDone) / bytesPerSecond) * 1000 : null,
      current: this.#current,
      assetsSeen: listings.reduce((sum, { seen }) => sum + seen, 0),
      assetsExpected:
        expected.length === 0 || expected.includes(null)
          ? null
          : expected.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      isListing,
    };
  }

  #list(event: Extract<Event, { kind: "page-read" | "listing-ended" }>): void {
    const listing = this.#listings.get(event.zone);
    const expected = listing?.expected ?? null;
    const isOver = event.kind === "listing-ended";
    this.#listings.set(event.zone, { seen: event.seen, expected, isOver });
  }

  // From now on so many bytes of a file are here.
  #move(path: string, bytes: number): void {
    const file = this.#moving.get(path);
    if (!file) return;
    const reached = Math.min(bytes, file.sizeBytes);
    this.#movingBytes += reached - file.bytes;
    file.bytes = reached;
  }

  #forget(path: string): void {
    this.#move(path, 0);
    this.#moving.delete(path);
  }

  #flow({ path, count }: Extract<Event, { kind: "bytes" }>, nowMs: number): void {
    this.#move(path, (this.#moving.get(path)?.bytes ?? 0) + count);
    this.#networkBytes += count;
    const last = this.#samples.at(-1);
    if (last && nowMs - last.atMs < SAMPLE_MS) return;
    this.#samples.push({ atMs: nowMs, bytes: this.#networkBytes });
    this.#samples = this.#samples.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
  }

  #rate(nowMs: number): number {
    const oldest = this.#samples.find(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    if (!oldest || nowMs - oldest.atMs < SAMPLE_MS) return 0;
    return ((this.#networkBytes - oldest.bytes) / (nowMs - oldest.atMs)) * 1000;
  }
}
