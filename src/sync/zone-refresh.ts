/**
 * Brings one zone up to date: follow its changes, know its albums, list what was never listed.
 *
 * The zone's token is the position of everything remembered about it. It moves with each page of changes, in that
 * page's transaction; the first one is stored when all selected collections are complete, and is older than all of
 * their pages. What is listed later keeps the older token: changes seen twice do no harm.
 */
import type { ZoneRow } from "../state/zones.ts";
import { RemoteError } from "../lib/errors.ts";
import { hasAlbums } from "../photos/zones.ts";
import { ALBUM_LIST } from "../state/collections.ts";
import { SETTINGS_KEY } from "../state/memory.ts";
import { AlbumTitles } from "./album-titles.ts";
import { nothingDue } from "./due.ts";
import type { Due } from "./due.ts";
import { Following } from "./following.ts";
import { PageTaker } from "./page-taker.ts";
import type { RefreshCounts, RefreshDoor } from "./refresh-door.ts";
import { listWhole } from "./whole-listing.ts";
import { ZoneChoice } from "./zone-choice.ts";
import type { Wish } from "./zone-choice.ts";

export class ZoneRefresh {
  readonly titles: AlbumTitles;
  readonly choice: ZoneChoice;
  readonly pages: PageTaker;
  /** Token from before the first listing; kept until everything is listed. */
  #firstToken: string | null = null;
  #mustReplan = false;

  constructor(
    private readonly door: RefreshDoor,
    private readonly counts: RefreshCounts,
    readonly zone: ZoneRow,
    wish: Wish,
  ) {
    this.titles = new AlbumTitles(door.memory, zone.id);
    this.choice = new ZoneChoice(door, zone, wish);
    this.pages = new PageTaker(door, counts, zone, () => this.#followAlbums());
  }

  /** First half: changes since the last time, and the albums when they matter. */
  async observe(hasChanged: boolean): Promise<void> {
    const { token } = this;
    // What was listed before a crash but without a token in the end is not kept up by any changes.
    if (token === null) this.forgetPosition();
    else {
      await this.pages.askAgain();
      if (hasChanged) await this.#followOrForget(token);
    }
    if (hasAlbums(this.zone) && this.choice.needsAlbums) await this.#listAlbums();
    this.choice.choose();
  }

  /** Second half: what is selected and was never listed. True when the zone is complete afterwards. */
  async complete(isReplanned: boolean): Promise<boolean> {
    const { door, counts, pages, choice, titles } = this;
    let isComplete = true;
    for (const collection of choice.unlisted()) {
      const listed = await listWhole({ ...door, counts, pages, choice, titles }, collection);
      this.#firstToken ??= listed.token;
      isComplete &&= listed.isComplete;
    }
    // Albums that were forgotten and listed again say only now who is in them.
    if (isReplanned || this.#mustReplan) this.replan(isReplanned);
    else if (door.letsIn) this.#letIn();
    if (!isComplete || this.token !== null) return isComplete;
    return this.#storeFirstToken();
  }

  get token(): string | null {
    return this.door.memory.zones.byId(this.zone.id).token;
  }

  // Albums came, went or got other names: when that changes what is selected, everything is planned again.
  #followAlbums(): void {
    this.titles.follow();
    if (this.choice.choose()) this.#planAnew();
  }

  #storeFirstToken(): boolean {
    const { memory, observe } = this.door;
    if (this.#firstToken === null) return false;
    memory.zones.setToken(this.zone.id, this.#firstToken);
    observe({ kind: "token-stored", zone: this.zone.name });
    return true;
  }

  async #followOrForget(token: string): Promise<void> {
    try {
      await new Following(this.door, this.pages, this.choice).run(token);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token") throw error;
      this.door.observe({
        kind: "warning",
        message: "Apple no longer knows where the last sync ended; the library is listed again",
      });
      this.forgetPosition();
    }
  }

  /** Makes the next `complete` list everything again; nothing that is saved is fetched again. */
  forgetPosition(): void {
    const { memory } = this.door;
    const hadToken = this.token !== null;
    memory.transaction(() => {
      memory.zones.setToken(this.zone.id, null);
      memory.collections.clear(this.zone.id);
      this.titles.keep();
      memory.library.forgetZone(this.zone.id);
      this.pages.forgetUnread();
      if (hadToken) this.#planAnew();
    });
  }

  // What is selected may have changed for assets that no page will touch. The note outlives a crash.
  #planAnew(): void {
    this.#mustReplan = true;
    this.door.memory.setSetting(SETTINGS_KEY, "");
  }

  // The list of albums is read once; from then on the changes keep it.
  async #listAlbums(): Promise<void> {
    const { memory, source } = this.door;
    if (memory.collections.find(this.zone.id, ALBUM_LIST, 0)) return;
    const { albums, faults, token } = await source.albums(this.zone);
    this.#firstToken ??= token;
    if (faults.some((fault) => fault.isTransient)) {
      throw new RemoteError("unavailable", "Apple could not give all albums");
    }
    this.pages.report(faults);
    memory.transaction(() => {
      const touched = new Set<string>();
      for (const album of albums) memory.albums.put(this.zone.id, album, touched);
      this.titles.follow();
      memory.collections.note(this.zone.id, { key: ALBUM_LIST, newest: 0, bound_ms: null });
    });
  }

  /**
   * Plans what is remembered again, without asking Apple. With `isAnew` what was promised and is not there takes its
   * name anew; not while anything is fetched.
   */
  replan(isAnew: boolean): void {
    const { planner } = this.door;
    this.#planAll({}, (name, due) => {
      if (isAnew) planner.planAnew(this.zone, name, due);
      else planner.plan(this.zone, name, due);
    });
  }

  // What was too new the last time may be old enough today.
  #letIn(): void {
    const { planner } = this.door;
    const skip = "date-range";
    this.#planAll({ skip }, (name, due) => planner.planIfInRange(this.zone, name, due));
  }

  #planAll(which: { skip?: string }, plan: (name: string, due: Due) => void): void {
    const { memory } = this.door;
    for (const names of memory.library.assetNames(this.zone.id, which)) {
      const due = nothingDue();
      memory.transaction(() => {
        for (const name of names) plan(name, due);
      });
      this.pages.announce(due);
    }
  }
}
