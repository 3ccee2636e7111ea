/**
 * Current addresses of bytes, kept in memory only.
 *
 * Those that came with a page are used while they last; missing and stale ones are asked for by name, several at a
 * time. There is one asker: whoever comes meanwhile waits for its next turn, and when Apple cannot be asked, all that
 * wait share the failure. What a lookup says about the records goes through the same door as a page.
 */
import type { Wanted } from "../download/ports.ts";
import type { Clock } from "../lib/clock.ts";
import { RemoteError } from "../lib/errors.ts";
import { reactionTo } from "../lib/retry.ts";
import type { DownloadUrl, Page, Zone } from "../photos/page.ts";
import type { Memory } from "../state/memory.ts";
import { LOOKUP_MAX } from "./ports.ts";
import type { Source } from "./ports.ts";

const KEPT_MAX = 10_000;
/** An address with less life than this is asked for anew. */
const MARGIN_MS = 3 * 60_000;
/** How long an address without an expiry is trusted. */
const LIFE_MS = 30 * 60_000;
const GATHER_MS = 5;
/** How often a full store is searched for stale addresses. */
const DROP_EVERY_MS = 60_000;

interface Question {
  readonly wanted: Wanted;
  readonly resolve: (address: string) => void;
  readonly reject: (error: unknown) => void;
}

interface Kept {
  readonly url: string;
  readonly untilMs: number;
}

export class Urls {
  readonly #kept = new Map<string, Kept>();
  #questions: Question[] = [];
  #isAsking = false;
  #droppedAtMs = -Infinity;

  constructor(
    private readonly source: Source,
    private readonly memory: Memory,
    private readonly zones: (id: number) => Zone,
    private readonly onPage: (zone: number, page: Page) => void,
    private readonly clock: Clock,
    /** Files that will be asked for next, after a row. */
    private readonly ahead: (afterId: number, limit: number) => readonly Wanted[],
  ) {}

  /** Takes over the addresses of a page; when there is no room, the later ones are left out. */
  add(urls: readonly DownloadUrl[]): void {
    if (this.#kept.size + urls.length > KEPT_MAX) this.#dropStale();
    for (const { checksum, url, expiresMs } of urls) {
      if (this.#kept.size >= KEPT_MAX && !this.#kept.has(checksum)) return;
      const untilMs = (expiresMs ?? this.clock.now() + LIFE_MS) - MARGIN_MS;
      this.#kept.set(checksum, { url, untilMs });
    }
  }

  /** A current address; throws RemoteError("gone") when Apple has none for these bytes. */
  async address(wanted: Wanted, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const kept = this.#current(wanted.checksum);
    if (kept) return kept.url;
    return new Promise((resolve, reject) => {
      this.#questions.push({ wanted, resolve, reject });
      if (this.#isAsking) return;
      this.#isAsking = true;
      setTimeout(() => void this.#askAll(), GATHER_MS);
    });
  }

  /** The address is stale or used up. */
  forget(wanted: Pick<Wanted, "checksum">): void {
    this.#kept.delete(wanted.checksum);
  }

  /** The address came too late: it and those that are as old or older are asked for anew, before they are tried. */
  expire(wanted: Pick<Wanted, "checksum">): void {
    const failed = this.#kept.get(wanted.checksum);
    if (!failed) return;
    for (const [checksum, { untilMs }] of this.#kept) {
      if (untilMs <= failed.untilMs) this.#kept.delete(checksum);
    }
  }

  #current(checksum: string): Kept | null {
    const kept = this.#kept.get(checksum);
    return kept && kept.untilMs > this.clock.now() ? kept : null;
  }

  async #askAll(): Promise<void> {
    while (this.#questions.length > 0) {
      const { zone } = this.#questions[0]!.wanted;
      const ofZone = this.#questions.filter(({ wanted }) => wanted.zone === zone);
      const batch = new Set(ofZone.slice(0, LOOKUP_MAX / 2));
      this.#questions = this.#questions.filter((question) => !batch.has(question));
      try {
        await this.#askSome(zone, [...batch]);
      } catch (error) {
        const waiting = concernsOne(error) ? [] : this.#questions.splice(0);
        for (const { reject } of [...batch, ...waiting]) reject(error);
      }
    }
    this.#isAsking = false;
  }

  #dropStale(): void {
    const now = this.clock.now();
    if (now - this.#droppedAtMs < DROP_EVERY_MS) return;
    this.#droppedAtMs = now;
    for (const [checksum, { untilMs }] of this.#kept) {
      if (untilMs <= now) this.#kept.delete(checksum);
    }
  }

  // The records of the questions; what is left of the lookup is spent on the files that come next.
  #names(zone: number, questions: readonly Question[]): string[] {
    const names = new Set<string>();
    const add = (wanted: Wanted) => {
      const master = this.#masterOf(zone, wanted);
      if (master) names.add(master);
      names.add(wanted.asset);
    };
    for (const { wanted } of questions) add(wanted);
    const lastId = Math.max(...questions.map((question) => question.wanted.id));
    for (const next of this.ahead(lastId, LOOKUP_MAX / 2)) {
      if (names.size + 2 > LOOKUP_MAX) break;
      if (next.zone === zone && !this.#current(next.checksum)) add(next);
    }
    return [...names];
  }

  async #askSome(zone: number, questions: readonly Question[]): Promise<void> {
    const page = await this.source.lookup(this.zones(zone), this.#names(zone, questions));
    const found = new Map(page.urls.map((one) => [one.checksum, one.url]));
    this.onPage(zone, page);
    for (const { wanted, resolve, reject } of questions) {
      const url = found.get(wanted.checksum);
      if (url === undefined) reject(whyNone(wanted, this.#masterOf(zone, wanted), page));
      else resolve(url);
    }
  }

  #masterOf(zone: number, wanted: Wanted): string | null {
    return this.memory.library.halves(zone, wanted.asset)?.asset.masterId ?? null;
  }
}

/** What Apple said in place of an address. Only a record that is not there any more is gone. */
export function whyNone(wanted: Wanted, master: string | null, page: Page): RemoteError {
  const names = [wanted.asset, master];
  const fault = page.faults.find(({ record }) => names.includes(record));
  if (fault) {
    const message = `Apple did not give the record of the file: ${fault.message}`;
    return new RemoteError(fault.isTransient ? "unavailable" : "refused", message);
  }
  const halves = [...page.masters, ...page.assets].filter(({ id }) => names.includes(id));
  const isThere = halves
    .flatMap(({ resources }) => Object.values(resources))
    .some(({ checksum }) => checksum === wanted.checksum);
  if (isThere) return new RemoteError("pending", "Apple has no address for the file yet");
  const isTold = halves.length > 0 || page.tombstones.some((name) => names.includes(name));
  return isTold
    ? new RemoteError("gone", "Apple has no address for the file")
    : new RemoteError("unavailable", "Apple's answer lacks the record of the file");
}

// What Apple says of some records, or of a library, is not said of others.
function concernsOne(error: unknown): boolean {
  return error instanceof RemoteError && !["retry", "sign-in"].includes(reactionTo(error));
}
