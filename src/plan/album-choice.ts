/**
 * Which albums were asked for, and what that means for one asset.
 *
 * Names are compared in NFC. An album inside folders answers to `Folder/Album`, and to its own name when no other
 * album has it. Several albums of exactly one name and place are all meant; so are an album and one of Apple's own
 * folders of the same name.
 */
import { composed } from "../lib/composed.ts";
import { albumKey, SMART_FOLDERS, smartKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import { component } from "./clean.ts";

/** What was asked for. */
export interface Selection {
  /** Names; `all` is every album a person made; empty is the whole library. */
  readonly albums: readonly string[];
  readonly excludeAlbums: readonly string[];
  /** The newest so many of each collection; null for all. */
  readonly recent: number | null;
}

export const WHOLE: Selection = { albums: [], excludeAlbums: [], recent: null };

/** An album as the library knows it. */
export interface KnownAlbum {
  readonly id: string;
  readonly title: string | null;
  readonly kind: "album" | "folder" | "smart";
  readonly parent: string | null;
}

/** An album and where it is. */
export interface PlacedAlbum {
  readonly id: string;
  readonly title: string;
  /** Titles of the folders around it and its own, joined by `/`. */
  readonly path: string;
}

/** A selection applied to the albums of one library. */
export interface AlbumChoice {
  /** Title by collection key; null when the whole library is meant. */
  readonly wanted: ReadonlyMap<string, string> | null;
  readonly excluded: ReadonlySet<string>;
  /** One file per album an asset is in. */
  readonly isPerAlbum: boolean;
  /** Assets in no album are wanted too, in a folder without an album. */
  readonly keepsUnfiled: boolean;
  /** Keys of all albums people made, for telling what is in none. */
  readonly userAlbums: ReadonlySet<string>;
  readonly unknown: readonly string[];
  readonly unknownExcluded: readonly string[];
  /** Names that mean albums in several folders, with their paths. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
}

/** True for `all` in any case. */
export function isAll(names: readonly string[]): boolean {
  return names.length === 1 && names[0]!.toLowerCase() === "all";
}

/** True when the selection can only be applied with the list of albums at hand. */
export function needsAlbums(selection: Selection, isPerAlbum: boolean): boolean {
  return isPerAlbum || selection.albums.length > 0 || selection.excludeAlbums.length > 0;
}

/** Applies a selection. `isPerAlbum` says that the folder template names albums. Pure. */
export function chooseAlbums(
  selection: Selection,
  albums: readonly KnownAlbum[],
  isPerAlbum: boolean,
): AlbumChoice {
  const placed = placeAlbums(albums);
  const excluded = lookUp(selection.excludeAlbums, placed);
  const takesEvery = isAll(selection.albums) || (selection.albums.length === 0 && isPerAlbum);
  const named = takesEvery ? everyAlbum(placed) : lookUp(selection.albums, placed);
  for (const key of excluded.keys.keys()) named.keys.delete(key);
  const isWhole = selection.albums.length === 0 && !isPerAlbum;
  return {
    wanted: isWhole ? null : named.keys,
    excluded: new Set(excluded.keys.keys()),
    isPerAlbum,
    keepsUnfiled: takesEvery && isPerAlbum,
    userAlbums: new Set(placed.map((album) => albumKey(album.id))),
    unknown: named.unknown,
    unknownExcluded: excluded.unknown,
    ambiguous: new Map([...named.ambiguous, ...excluded.ambiguous]),
  };
}

/** True when two choices select the same albums, of the same titles. */
export function isSameChoice(one: AlbumChoice, other: AlbumChoice): boolean {
  const selected = ({ wanted, excluded }: AlbumChoice) => [wanted && [...wanted], [...excluded]];
  return JSON.stringify(selected(one)) === JSON.stringify(selected(other));
}

/** The collections whose listing the choice needs; what is excluded first, so that nothing of it is fetched before. */
export function collectionsOf(choice: AlbumChoice): Collection[] {
  const keys = [...choice.excluded, ...(choice.wanted?.keys() ?? [])];
  const collections = [...new Set(keys)].map(collectionOf);
  if (choice.keepsUnfiled) {
    for (const key of choice.userAlbums) {
      if (!keys.includes(key)) collections.push(collectionOf(key));
    }
  }
  if (choice.wanted === null || choice.keepsUnfiled) collections.push({ kind: "library" });
  return collections;
}

/** A place an asset's files go to: an album's key and title, both empty for none. */
export interface AlbumPlace {
  readonly key: string;
  readonly title: string;
}

const NO_ALBUM: AlbumPlace = { key: "", title: "" };

/**
 * Where an asset that is in these collections goes, or why it goes nowhere. Pure.
 *
 * `isNewEnough` says whether it is among the newest of a collection that were asked for.
 */
export function placesOf(
  memberOf: ReadonlySet<string>,
  choice: AlbumChoice,
  isNewEnough: (key: string) => boolean = () => true,
): readonly AlbumPlace[] | "excluded-album" | "not-selected" {
  for (const key of choice.excluded) if (memberOf.has(key)) return "excluded-album";
  const inLibrary = isNewEnough("library") ? [NO_ALBUM] : "not-selected";
  if (choice.wanted === null) return inLibrary;
  const places = [...choice.wanted]
    .filter(([key]) => memberOf.has(key) && isNewEnough(key))
    .map(([key, title]) => ({ key, title }));
  if (places.length > 0) return choice.isPerAlbum ? places : [NO_ALBUM];
  const isFiled = [...choice.userAlbums].some((key) => memberOf.has(key));
  return choice.keepsUnfiled && !isFiled ? inLibrary : "not-selected";
}

/** Albums with their place, sorted by path; folders, unnamed and device-made ones left out. */
export function placeAlbums(albums: readonly KnownAlbum[]): PlacedAlbum[] {
  const byId = new Map(albums.map((album) => [album.id, album]));
  return albums
    .filter((album) => album.kind === "album" && album.title !== null)
    .map((album) => ({ id: album.id, title: album.title!, path: pathOf(album, byId) }))
    .sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}

function pathOf(album: KnownAlbum, byId: ReadonlyMap<string, KnownAlbum>): string {
  const titles: string[] = [];
  const seen = new Set<string>();
  for (let at: KnownAlbum | undefined = album; at && !seen.has(at.id);) {
    seen.add(at.id);
    if (at.title !== null) titles.unshift(at.title);
    at = at.parent === null ? undefined : byId.get(at.parent);
  }
  return titles.join("/");
}

interface Found {
  readonly keys: Map<string, string>;
  readonly unknown: string[];
  readonly ambiguous: Map<string, readonly string[]>;
}

function everyAlbum(albums: readonly PlacedAlbum[]): Found {
  const keys = new Map(albums.map((album) => [albumKey(album.id), album.title]));
  return { keys, unknown: [], ambiguous: new Map() };
}

function lookUp(names: readonly string[], albums: readonly PlacedAlbum[]): Found {
  const found: Found = { keys: new Map(), unknown: [], ambiguous: new Map() };
  for (const name of names) {
    const wanted = composed(name);
    const smart = SMART_FOLDERS.find((folder) => folder === wanted);
    if (smart) found.keys.set(smartKey(smart), smart);
    const matches = matching(wanted, albums);
    if (new Set(matches.map((album) => album.path)).size > 1) {
      found.ambiguous.set(
        name,
        matches.map((album) => album.path),
      );
    } else {
      for (const album of matches) found.keys.set(albumKey(album.id), album.title);
    }
    if (!smart && matches.length === 0) found.unknown.push(name);
  }
  return found;
}

function matching(name: string, albums: readonly PlacedAlbum[]): PlacedAlbum[] {
  const tests: ((album: PlacedAlbum) => boolean)[] = [
    (album) => composed(album.path) === name,
    (album) => composed(album.title) === name,
    // The name of the folder on disk, for albums whose own name no folder can have.
    (album) => composed(component(album.title)) === name,
  ];
  for (const test of tests) {
    const matches = albums.filter(test);
    if (matches.length > 0) return matches;
  }
  return [];
}

function collectionOf(key: string): Collection {
  const [kind, rest] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  if (kind === "album") return { kind, id: rest };
  return { kind: "smart", name: SMART_FOLDERS.find((folder) => folder === rest)! };
}
