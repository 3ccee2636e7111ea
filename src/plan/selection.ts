/** Decides whether an asset is wanted at all. */
import { isLivePhoto, type Asset } from "../photos/asset.ts";
import type { Glob } from "./globs.ts";
import { rawName } from "./names.ts";
import type { LiveMode } from "./rules.ts";

/** What a person leaves out. Albums and libraries are chosen elsewhere. */
export interface Filters {
  /** True when hidden assets were asked for, by their album. */
  readonly keepHidden: boolean;
  /** True when Recently Deleted was asked for. */
  readonly keepDeleted: boolean;
  readonly skipVideos: boolean;
  readonly skipPhotos: boolean;
  readonly liveMode: LiveMode;
  /** Leaves out what was taken before this instant; null when open. The instant itself is kept. */
  readonly createdBeforeMs: number | null;
  /** Leaves out what was taken after this instant; null when open. The instant itself is kept. */
  readonly createdAfterMs: number | null;
  readonly filenameExclude: readonly Glob[];
}

export const NO_FILTERS: Filters = {
  keepHidden: false,
  keepDeleted: false,
  skipVideos: false,
  skipPhotos: false,
  liveMode: "both",
  createdBeforeMs: null,
  createdAfterMs: null,
  filenameExclude: [],
};

/** Why an asset is left out. A subset of the reasons the engine reports. */
export type FilterReason =
  "hidden" | "deleted" | "media-type" | "live-photo" | "date-range" | "filename" | "no-version";

/** The first reason to leave an asset out, or null. An asset without any file to fetch is `no-version`. */
export function whySkip(asset: Asset, filters: Filters): FilterReason | null {
  if (asset.isDeleted && !filters.keepDeleted) return "deleted";
  if (asset.isHidden && !filters.keepHidden) return "hidden";
  if (asset.kind === "movie" ? filters.skipVideos : filters.skipPhotos) return "media-type";
  if (filters.liveMode === "skip" && isLivePhoto(asset)) return "live-photo";
  if (isOutside(asset.createdMs, filters)) return "date-range";
  if (isExcluded(asset, filters)) return "filename";
  return Object.values(asset.renditions).some(Boolean) ? null : "no-version";
}

function isOutside(ms: number, { createdBeforeMs, createdAfterMs }: Filters): boolean {
  if (createdBeforeMs !== null && ms < createdBeforeMs) return true;
  return createdAfterMs !== null && ms > createdAfterMs;
}

function isExcluded(asset: Asset, filters: Filters): boolean {
  if (filters.filenameExclude.length === 0) return false;
  const name = rawName(asset);
  return filters.filenameExclude.some((matches) => matches(name));
}
