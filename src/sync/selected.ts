/** What is selected of a zone, and where the files of its assets go by that. */
import { smartKey } from "../photos/collection.ts";
import { smartFoldersOf } from "../photos/smart-folders.ts";
import type { Asset } from "../photos/asset.ts";
import { placesOf } from "../plan/album-choice.ts";
import type { AlbumChoice, AlbumPlace } from "../plan/album-choice.ts";
import type { Filters } from "../plan/selection.ts";
import type { Halves } from "../state/halves.ts";
import type { Memory } from "../state/memory.ts";
import type { SkipReason } from "./events.ts";

/** What is selected of a zone. */
export interface Selected {
  readonly albums: AlbumChoice;
  readonly filters: Filters;
  /** Date of the oldest asset of a collection that was limited to the newest. */
  readonly boundOf: (key: string) => number | null;
  /** Some of Apple's own folders are asked for or excluded. */
  readonly namesSmart: boolean;
}

const WITHOUT_ALBUM: AlbumPlace = { key: "", title: "" };

/** Where the files of an asset go, or why nowhere. */
export function placesFor(
  memory: Memory,
  zone: number,
  asset: Asset,
  halves: Halves,
  { albums, boundOf, namesSmart }: Selected,
): readonly AlbumPlace[] | SkipReason {
  const isNewEnough = (key: string) => asset.createdMs >= (boundOf(key) ?? -Infinity);
  if (albums.wanted === null && albums.excluded.size === 0) {
    return isNewEnough("library") ? [WITHOUT_ALBUM] : "not-selected";
  }
  const memberOf = new Set(memory.albums.memberOf(zone, asset.id));
  const smart = namesSmart ? smartFoldersOf(asset.kind, halves.asset, halves.master!) : [];
  for (const name of smart) memberOf.add(smartKey(name));
  return placesOf(memberOf, albums, isNewEnough);
}
