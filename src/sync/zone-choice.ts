/**
 * What is selected of one zone: its albums, the collections whose listing that needs, and how far back those go that
 * are limited to the newest. The planner is kept informed.
 */
import type { ZoneRow } from "../state/zones.ts";
import { collectionKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import { hasAlbums } from "../photos/zones.ts";
import { chooseAlbums, collectionsOf, isSameChoice, needsAlbums } from "../plan/album-choice.ts";
import type { AlbumChoice, Selection } from "../plan/album-choice.ts";
import type { RefreshDoor } from "./refresh-door.ts";

/** What was asked for of all zones. */
export interface Wish {
  readonly selection: Selection;
  /** The folder template names albums. */
  readonly isPerAlbum: boolean;
}

export class ZoneChoice {
  #albums: AlbumChoice;
  /** Key of the collection that is being listed. */
  #listing = "";

  constructor(
    private readonly door: Pick<RefreshDoor, "memory" | "planner">,
    private readonly zone: ZoneRow,
    private readonly wish: Wish,
  ) {
    this.#albums = this.#chosen();
  }

  get albums(): AlbumChoice {
    return this.#albums;
  }

  /** It can only be applied with the list of albums at hand. */
  get needsAlbums(): boolean {
    return needsAlbums(this.wish.selection, this.wish.isPerAlbum);
  }

  /** Chooses again, from the albums that are known now. True when others are selected than before. */
  choose(): boolean {
    const before = this.#albums;
    this.#albums = this.#chosen();
    return !isSameChoice(this.#albums, before);
  }

  /** What was never listed to its end, what is excluded first. */
  unlisted(): Collection[] {
    const isBare = !hasAlbums(this.zone);
    return collectionsOf(this.#albums)
      .filter((one) => !isBare || one.kind === "library")
      .filter((one) => !this.#isListed(one));
  }

  /** A collection is being listed from now on; returns to how many of its newest, null for all. */
  beginListing(collection: Collection): number | null {
    this.#listing = collectionKey(collection);
    const newest = this.#newestOf(this.#listing);
    return newest === 0 ? null : newest;
  }

  /** It was listed to its end, or to the date of the oldest of its newest. */
  noteListed(collection: Collection, boundMs: number | null): void {
    const key = collectionKey(collection);
    const row = { key, newest: this.#newestOf(key), bound_ms: boundMs };
    this.door.memory.collections.note(this.zone.id, row);
    if (boundMs !== null) this.#albums = this.#chosen();
  }

  #chosen(): AlbumChoice {
    const { memory, planner } = this.door;
    const { selection, isPerAlbum } = this.wish;
    const albums = memory.albums.all(this.zone.id);
    const choice = chooseAlbums(selection, albums, isPerAlbum && hasAlbums(this.zone));
    planner.use(this.zone.id, choice, (key) => this.#boundOf(key));
    return choice;
  }

  // 0 for all. The newest of an album may be old ones of another, so a whole album is excluded or none.
  #newestOf(key: string): number {
    const { wanted, excluded } = this.#albums;
    return wanted !== null && excluded.has(key) ? 0 : (this.wish.selection.recent ?? 0);
  }

  #boundOf(key: string): number | null {
    const newest = this.#newestOf(key);
    if (newest === 0) return null;
    const row = this.door.memory.collections.find(this.zone.id, key, newest);
    if (row) return row.bound_ms;
    // Before its end a listing limited to the newest has no bound, and names nothing that is older.
    return key === this.#listing ? null : Infinity;
  }

  #isListed(collection: Collection): boolean {
    const key = collectionKey(collection);
    return this.door.memory.collections.find(this.zone.id, key, this.#newestOf(key)) !== null;
  }
}
