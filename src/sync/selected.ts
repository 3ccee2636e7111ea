import type { AlbumChoice } from "../plan/album-choice.ts";
import type { Filters } from "../plan/selection.ts";

/** What is selected of a zone. */
export interface Selected {
  readonly albums: AlbumChoice;
  readonly filters: Filters;
  /** Date of the oldest asset of a collection that was limited to the newest. */
  readonly boundOf: (key: string) => number | null;
  /** Some of Apple's own folders are asked for or excluded. */
  readonly namesSmart: boolean;
}
