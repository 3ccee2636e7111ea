/** Filters as a person writes them, and what they mean at a point in time. */
import { isInterval, parseDateBound } from "./date-bound.ts";
import { compileGlob } from "./globs.ts";
import type { LiveMode } from "./rules.ts";
import { NO_FILTERS } from "./selection.ts";
import type { Filters } from "./selection.ts";

/** The words of the flags. They count as written when settings are compared: "30d" stays the same setting. */
export interface FilterWords {
  readonly skipVideos: boolean;
  readonly skipPhotos: boolean;
  readonly liveMode: LiveMode;
  /** A date, or days before now as in `30d`; null for none. */
  readonly createdBefore: string | null;
  readonly createdAfter: string | null;
  readonly filenameExclude: readonly string[];
}

export const NO_FILTER_WORDS: FilterWords = {
  skipVideos: false,
  skipPhotos: false,
  liveMode: "both",
  createdBefore: null,
  createdAfter: null,
  filenameExclude: [],
};

/** What the words mean now. Throws UsageError for a date or pattern that cannot be read. */
export function readFilters(words: FilterWords, nowMs: number, timeZone: string): Filters {
  const bound = (text: string | null) =>
    text === null ? null : parseDateBound(text, nowMs, timeZone);
  return {
    ...NO_FILTERS,
    skipVideos: words.skipVideos,
    skipPhotos: words.skipPhotos,
    liveMode: words.liveMode,
    createdBeforeMs: bound(words.createdBefore),
    createdAfterMs: bound(words.createdAfter),
    filenameExclude: words.filenameExclude.map(compileGlob),
  };
}

/** True when assets that are too new today come into the range with time, without any news of them. */
export function letsIn({ createdAfter }: FilterWords): boolean {
  return createdAfter !== null && isInterval(createdAfter);
}
