/**
 * The titles of a zone's albums. Under a template with albums the files of an album are known by its title; when a
 * person renames it they stay where they are and belong to the new title, and nothing is fetched or copied again.
 */
import { SMART_FOLDERS } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import { placeAlbums } from "../plan/album-choice.ts";
import type { Memory } from "../state/memory.ts";

export class AlbumTitles {
  /** By id. An album that is forgotten keeps its title here, for a full listing to name it again. */
  readonly #titles: Map<string, string>;
  /** Saved files that were given another title. */
  renamedFiles = 0;

  constructor(
    private readonly memory: Memory,
    private readonly zone: number,
  ) {
    this.#titles = this.#today();
  }

  /** What a person calls a collection; null for the whole library. */
  of(collection: Collection): string | null {
    if (collection.kind === "library") return null;
    if (collection.kind === "smart") return collection.name;
    const albums = placeAlbums(this.memory.library.albums(this.zone));
    return albums.find(({ id }) => id === collection.id)?.path ?? collection.id;
  }

  /** To be called when albums changed, in the transaction that changed them. */
  follow(): void {
    const titles = this.#today();
    // The files of a title that another album bears as well are left to that one.
    const borne = new Set<string>([...titles.values(), ...SMART_FOLDERS]);
    for (const [id, title] of titles) {
      const before = this.#titles.get(id);
      this.#titles.set(id, title);
      if (before === undefined || borne.has(before)) continue;
      this.renamedFiles += this.memory.files.retitle(this.zone, before, title);
    }
  }

  #today(): Map<string, string> {
    const albums = placeAlbums(this.memory.library.albums(this.zone));
    return new Map(albums.map(({ id, title }) => [id, title]));
  }
}
