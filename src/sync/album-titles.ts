/**
 * The titles of a zone's albums. Under a template with albums the files of an album are known by its title; when a
 * person renames it they stay where they are and belong to the new title, and nothing is fetched or copied again.
 */
import { albumKey, SMART_FOLDERS, smartKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import { placeAlbums } from "../plan/album-choice.ts";
import { isOnDisk } from "../state/files/row.ts";
import type { Bearers } from "../state/files/wants.ts";
import type { Memory } from "../state/memory.ts";

export class AlbumTitles {
  /** By id. An album that is forgotten keeps its title here, for a full listing to name it again. */
  readonly #titles: Map<string, string>;
  readonly #renamed = new Set<number>();
  /** Of the setting that keeps the titles while no albums are known. */
  readonly #key: string;

  constructor(
    private readonly memory: Memory,
    private readonly zone: number,
  ) {
    this.#key = `titles:${zone}`;
    const forgotten = JSON.parse(memory.setting(this.#key) || "[]") as [string, string][];
    this.#titles = new Map([...forgotten, ...this.#today()]);
  }

  /** How many saved files were given another title. */
  get renamedFiles(): number {
    return this.#renamed.size;
  }

  /** What a person calls a collection; null for the whole library. */
  of(collection: Collection): string | null {
    if (collection.kind === "library") return null;
    if (collection.kind === "smart") return collection.name;
    const albums = placeAlbums(this.memory.albums.all(this.zone));
    return albums.find(({ id }) => id === collection.id)?.path ?? collection.id;
  }

  /** To be called before the albums are forgotten, in the transaction that forgets them. */
  keep(): void {
    this.memory.setSetting(this.#key, JSON.stringify([...this.#titles]));
  }

  /** To be called when albums changed, in the transaction that changed them. */
  follow(): void {
    const today = this.#today();
    const renamed = [...today].flatMap(([id, to]) => {
      const from = this.#titles.get(id);
      return from === undefined || from === to ? [] : [{ id, from, to }];
    });
    const bearers = renamed.map(({ id, from }) => this.#bearers(id, from, today));
    for (const [id, title] of today) this.#titles.set(id, title);
    if (this.memory.setting(this.#key)) this.memory.setSetting(this.#key, "");
    // One title may be free for a photo only when another album has left it, so as often as there are albums.
    for (let times = 0, isDone = false; !isDone && times < renamed.length; times += 1) {
      isDone = true;
      for (const [index, titles] of renamed.entries()) {
        const files = this.memory.wants.retitle(this.zone, titles, bearers[index]!);
        if (files.length > 0) isDone = false;
        for (const file of files) if (isOnDisk(file)) this.#renamed.add(file.id);
      }
    }
  }

  #bearers(id: string, title: string, today: ReadonlyMap<string, string>): Bearers {
    const now = [...today].filter(([, other]) => other === title).map(([other]) => other);
    const keepers = now.filter((other) => this.#titles.get(other) === title).map(albumKey);
    const smart = SMART_FOLDERS.filter((name) => name === title).map(smartKey);
    const isAlone = now.length === 0 && smart.length === 0;
    return { key: albumKey(id), keepers: [...keepers, ...smart], isAlone };
  }

  #today(): Map<string, string> {
    const albums = placeAlbums(this.memory.albums.all(this.zone));
    return new Map(albums.map(({ id, title }) => [id, title]));
  }
}
