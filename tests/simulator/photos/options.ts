/** What can be chosen when the simulated photo library is made. */

import type { Quirks } from "./quirks.ts";

export interface PhotosOptions {
  /** Number of assets in PrimarySync. */
  readonly assets?: number;
  /** Another seed gives other names, dates and bytes. */
  readonly seed?: number;
  /** Length of every original; null leaves the small files as they are. */
  readonly fileBytes?: number | null;
  /** Length of every movie of a Live Photo; null leaves them small. */
  readonly liveBytes?: number | null;
  /** Only these kinds, separated by commas and used in turn; null mixes all. */
  readonly assetsKind?: string | null;
  /** Odd behaviour from the start. */
  readonly quirks?: Partial<Quirks>;
  /** Further zones to begin with. */
  readonly zones?: readonly ZoneOptions[];
}

export interface ZoneOptions {
  readonly name: string;
  readonly database?: DatabaseName;
  /** Whose it is; without a name ours in the private database, and one other person's in the shared. */
  readonly owner?: string;
  readonly assets?: number;
  /** Answers zones/list with `deleted: true`. */
  readonly isDeleted?: boolean;
}

export type DatabaseName = "private" | "shared";
