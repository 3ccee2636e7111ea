/**
 * Takes over what Apple says of one zone, whether a listing, its changes or a look-up said it: library, plan and token
 * in one transaction, then the addresses, and what became due is announced.
 */
import type { ZoneRow } from "../state/zones.ts";
import type { Origin } from "../state/origin.ts";
import { CHANGES } from "../state/origin.ts";
import { EMPTY_PAGE, mergePages } from "../photos/merge-pages.ts";
import type { Page, RecordFault } from "../photos/page.ts";
import type { Applied } from "../state/library.ts";
import { nothingDue } from "./due.ts";
import type { Due } from "./due.ts";
import { LOOKUP_MAX } from "./ports.ts";
import type { RefreshCounts, RefreshDoor } from "./refresh-door.ts";
import { Unread } from "./unread.ts";

export class PageTaker {
  readonly #reported = new Set<string>();
  readonly #unread: Unread;

  constructor(
    private readonly door: RefreshDoor,
    private readonly counts: RefreshCounts,
    readonly zone: ZoneRow,
    /** Told of pages that bring albums, in their transaction, before anything of them is planned. */
    private readonly onAlbums: () => void,
  ) {
    this.#unread = new Unread(door.memory, zone.id);
  }

  /** Takes over a page, and with it the token that it proves. */
  commit(page: Page, from: Origin, token: string | null): Applied {
    const { memory, planner, urls, clock, observe } = this.door;
    const { zone } = this;
    const due = nothingDue();
    const lost: string[] = [];
    const work = () => {
      const applied = memory.library.apply(zone.id, page, from, clock.now(), planner.cycle);
      for (const id of applied.named) planner.seen.add(id);
      if (page.albums.length > 0) this.onAlbums();
      for (const asset of applied.touched) {
        planner.plan(zone, asset, due, applied.whole.get(asset));
      }
      for (const asset of applied.gone) {
        const fate = planner.drop(zone, asset);
        lost.push(...fate.lost);
        if (fate.isKept) this.counts.assetsGone += 1;
      }
      if (token !== null) memory.zones.setToken(zone.id, token);
      return applied;
    };
    // Without a token the page only repeats what Apple will say again.
    const applied = token === null ? memory.lightly(work) : memory.transaction(work);
    urls.add(page.urls.filter((url) => due.checksums.has(url.checksum)));
    if (token !== null) observe({ kind: "token-stored", zone: zone.name });
    for (const path of lost) {
      const message = `Gone from iCloud before it could be saved: ${path}`;
      observe({ kind: "warning", message });
    }
    this.announce(due);
    return applied;
  }

  /** Tells of what became due. */
  announce({ files, bytes }: Due): void {
    if (files > 0) this.door.observe({ kind: "files-due", files, bytes });
    this.door.onDue();
  }

  /** Counts and names records that could not be read, each once however often it is met; later cycles ask for them. */
  report(faults: readonly RecordFault[]): void {
    this.#unread.add(faults);
    for (const { record: name, message } of faults) {
      const record = name ?? "(no name)";
      if (this.#reported.has(record)) continue;
      this.#reported.add(record);
      this.counts.recordsUnreadable += 1;
      this.door.observe({ kind: "record-unreadable", zone: this.zone.name, record, message });
    }
  }

  /** A page with the named records, and the masters of assets among them, added. */
  async lookedUp(page: Page, names: readonly string[]): Promise<Page> {
    const { source } = this.door;
    let whole: Page = page;
    for (let at = 0; at < names.length; at += LOOKUP_MAX) {
      const found = await source.lookup(this.zone, names.slice(at, at + LOOKUP_MAX));
      const masters = found.assets.flatMap((asset) => asset.masterId ?? []);
      const owners = masters.length > 0 ? await source.lookup(this.zone, masters) : null;
      whole = mergePages(whole, owners ? mergePages(found, owners) : found);
    }
    return whole;
  }

  /** Asks again for records that were refused, in this cycle or in earlier ones. */
  async askAgain(): Promise<void> {
    const names = this.#unread.names();
    if (names.length === 0) return;
    const page = await this.lookedUp(EMPTY_PAGE, names);
    this.report(page.faults);
    this.commit(page, CHANGES, null);
    this.#unread.keep(page.faults);
  }

  /** Nothing is asked for again: a full listing names what was refused. */
  forgetUnread(): void {
    this.#unread.keep([]);
  }
}
