/**
 * Current addresses of bytes, kept in memory only.
 *
 * Those that came with a page are used while they last; missing and stale ones are asked for by name, several at a
 * time. What such a lookup says about the records goes through the same door as a page.
 */
import type { Clock } from "../lib/clock.ts";
import { RemoteError } from "../lib/errors.ts";
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

interface Wanted {
  readonly id: number;
  readonly zone: number;
  readonly asset: string;
  readonly checksum: string;
}

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
    const kept = this.#kept.get(wanted.checksum);
    if (kept && kept.untilMs > this.clock.now()) return kept.url;
    return new Promise((resolve, reject) => {
      this.#questions.push({ wanted, resolve, reject });
      if (this.#questions.length === 1) setTimeout(() => void this.#ask(), GATHER_MS);
    });
  }

  /** The address is stale or used up. */
  forget(wanted: Pick<Wanted, "checksum">): void {
    this.#kept.delete(wanted.checksum);
  }

  async #ask(): Promise<void> {
    const questions = this.#questions;
    this.#questions = [];
    const byZone = Map.groupBy(questions, (question) => question.wanted.zone);
    for (const [zone, ofZone] of byZone) {
      for (let at = 0; at < ofZone.length; at += LOOKUP_MAX / 2) {
        await this.#askSome(zone, ofZone.slice(at, at + LOOKUP_MAX / 2));
      }
    }
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
      const master = this.memory.library.halves(zone, wanted.asset)?.asset.masterId;
      if (master) names.add(master);
      names.add(wanted.asset);
    };
    for (const { wanted } of questions) add(wanted);
    const lastId = Math.max(...questions.map((question) => question.wanted.id));
    for (const next of this.ahead(lastId, LOOKUP_MAX / 2)) {
      if (names.size + 2 > LOOKUP_MAX) break;
      if (next.zone === zone && !this.#kept.has(next.checksum)) add(next);
    }
    return [...names];
  }

  async #askSome(zone: number, questions: readonly Question[]): Promise<void> {
    try {
      const page = await this.source.lookup(this.zones(zone), this.#names(zone, questions));
      const found = new Map(page.urls.map((one) => [one.checksum, one.url]));
      this.onPage(zone, page);
      for (const { wanted, resolve, reject } of questions) {
        const url = found.get(wanted.checksum);
        if (url === undefined) reject(new RemoteError("gone", "Apple has no address for the file"));
        else resolve(url);
      }
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }
}
