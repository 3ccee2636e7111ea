/** The rooms' own options out of the values of the settings. */
import type { DownloadOptions } from "../download/options.ts";
import { UsageError } from "../lib/errors.ts";
import { isAll } from "../plan/album-choice.ts";
import type { FilterWords } from "../plan/filters.ts";
import type { PlanRules } from "../plan/rules.ts";
import type { SyncOptions } from "../sync/options.ts";
import type { MetadataOptions } from "../metadata/facets.ts";
import type { Environment } from "../lib/environment.ts";
import type { Winners } from "./merge.ts";
import type { Values } from "./settings/table.ts";

const GIBIBYTE = 1024 ** 3;

export function syncOptions(values: Values): SyncOptions {
  const { recent } = values;
  const attempts = values["max-download-attempts"];
  return {
    isDryRun: values["dry-run"],
    onlyPrintFilenames: values["only-print-filenames"],
    libraries: inOneCase(values.library),
    selection: {
      albums: inOneCase(values.album ?? []),
      excludeAlbums: values["exclude-album"] ?? [],
      recent: typeof recent === "number" ? recent : null,
    },
    isFull: values["no-incremental"],
    retryFailed: values["retry-failed"],
    isRepair: false,
    attemptsMax: attempts === 0 ? Infinity : attempts,
    acceptMissing: values["accept-missing"],
    relayout: values.relayout,
    albumCopies: values["album-copies"],
  };
}

/** `All` and `ALL` are `all`. */
function inOneCase(names: readonly string[]): readonly string[] {
  return isAll(names) ? ["all"] : names;
}

export function planRules(values: Values, timeZone: string): PlanRules {
  const sizes = values.size;
  const usualLiveSize = sizes.includes("adjusted") ? "adjusted" : "original";
  return {
    folderStructure: values["folder-structure"],
    timeZone,
    sizes,
    liveSize: values["live-photo-size"] ?? usualLiveSize,
    liveMode: values["live-photo-mode"],
    forceSize: values["force-size"],
    alignRaw: values["align-raw"],
    matchPolicy: values["file-match-policy"],
    movPolicy: values["live-photo-mov-filename-policy"],
    keepUnicode: values["keep-unicode-in-filenames"],
  };
}

export function metadataOptions(values: Values): MetadataOptions {
  return {
    setDatetime: values["set-exif-datetime"],
    setGps: values["set-exif-gps"],
    setRating: values["set-exif-rating"],
    setDescription: values["set-exif-description"],
    embedXmp: values["embed-xmp"],
    writeSidecar: values["xmp-sidecar"],
  };
}

export function filterWords(values: Values): FilterWords {
  const { recent } = values;
  const days = typeof recent === "string" ? recent : null;
  return {
    skipVideos: values["skip-videos"],
    skipPhotos: values["skip-photos"],
    liveMode: values["live-photo-mode"],
    createdBefore: values["skip-created-before"] ?? days,
    createdAfter: values["skip-created-after"] ?? null,
    filenameExclude: values["filename-exclude"] ?? [],
  };
}

export function downloadOptions(
  values: Values,
  winners: Winners,
  env: Environment,
): DownloadOptions {
  const limit = values["bandwidth-limit"] ?? null;
  // One download at a time makes the most of a narrow line, unless somebody wants it otherwise.
  const isAlone = limit !== null && !winners.has("threads-num");
  return {
    directory: values.directory ?? "",
    tempSuffix: values["temp-suffix"],
    threads: isAlone ? 1 : values["threads-num"],
    maxRetries: values["max-retries"],
    retryDelayMs: values["retry-delay"] * 1000,
    bandwidthBytesPerSecond: limit,
    minFreeBytes: minFreeBytes(env),
  };
}

/** Tests on small disks lower the limit. */
function minFreeBytes(env: Environment): number {
  const text = env["KEI_MIN_FREE_BYTES"];
  if (!text) return GIBIBYTE;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`Bad value "${text}" for KEI_MIN_FREE_BYTES: it is not a number of bytes`);
}
