/** The model: which bytes must be on disk by the library and the settings. Knows nothing of the program under test. */
import { PRIMARY } from "./library.ts";
import type { Album, Photo, Rendition } from "./library.ts";
import { isPlain, namesAlbums } from "./settings.ts";
import type { Settings } from "./settings.ts";

export interface WantedFile {
  readonly photo: Photo;
  readonly sha256: string;
  /** So many files of it, one for each folder it belongs to. */
  readonly times: number;
}

const VIDEO_KINDS = new Set(["mov", "mp4", "slomo", "timelapse"]);

export function wantedFiles(
  photos: readonly Photo[],
  albums: readonly Album[],
  settings: Settings,
  bounds: Bounds,
): WantedFile[] {
  return photos
    .filter((photo) => isSelected(photo, settings, bounds))
    .flatMap((photo) => {
      const times = placesOf(photo, albums, settings);
      if (times === 0) return [];
      return renditionsOf(photo, settings).map(({ sha256 }) => ({ photo, sha256, times }));
    });
}

/** Apple lists the pick of a burst alone. */
export function isListed({ hidden, deleted, burst }: Photo): boolean {
  return !hidden && !deleted && burst?.isPick !== false;
}

function isSelected(photo: Photo, settings: Settings, bounds: Bounds): boolean {
  if (!isListed(photo)) return false;
  if (photo.zone !== PRIMARY && !settings.isEveryLibrary) return false;
  const { recent } = settings;
  return recent === null || !isPlain(settings) || bounds.isAmong(recent, photo);
}

/**
 * Which photos are surely among the newest N. kei fixes the date of the oldest of them when it lists, which may be in
 * any cycle; a photo newer than that date ever was is in.
 */
export class Bounds {
  readonly #latest = new Map<string, number>();

  /** Takes note of a state of the library in which kei may list. */
  note(photos: readonly Photo[], recent: number | null): void {
    if (recent === null) return;
    for (const [zone, ofZone] of Map.groupBy(photos.filter(isListed), (photo) => photo.zone)) {
      const dates = ofZone.map(({ assetDate }) => assetDate).sort((one, other) => other - one);
      const key = `${zone} ${recent}`;
      const latest = this.#latest.get(key) ?? -Infinity;
      this.#latest.set(key, Math.max(latest, dates[recent - 1] ?? -Infinity));
    }
  }

  isAmong(recent: number, { zone, assetDate }: Photo): boolean {
    return assetDate > (this.#latest.get(`${zone} ${recent}`) ?? -Infinity);
  }
}

function placesOf(photo: Photo, albums: readonly Album[], settings: Settings): number {
  const titlesIn = new Set(
    albums.filter(({ recordName }) => photo.albums.includes(recordName)).map(({ title }) => title),
  );
  if (settings.excluded.some((title) => titlesIn.has(title))) return 0;
  const isPerAlbum = namesAlbums(settings.template) && photo.zone === PRIMARY;
  if (settings.albums.length > 0) {
    const asked = settings.albums.filter((title) => titlesIn.has(title)).length;
    return isPerAlbum ? asked : Math.min(asked, 1);
  }
  return isPerAlbum ? Math.max(titlesIn.size, 1) : 1;
}

function renditionsOf(photo: Photo, { sizes, liveMode }: Settings): Rendition[] {
  const find = (key: string) => photo.renditions.find((one) => one.key === key);
  const [original, movie] = [find("original"), find("live_original")];
  const adjusted = find(VIDEO_KINDS.has(photo.kind) ? "adjusted_video" : "adjusted") ?? original;
  const bySize = { original, adjusted };
  const primaries = [...new Set(sizes.map((size) => bySize[size]))].filter(
    (one) => one !== undefined,
  );
  if (!movie) return primaries;
  if (liveMode === "skip") return [];
  return [
    ...(liveMode === "video-only" ? [] : primaries),
    ...(liveMode === "image-only" ? [] : [movie]),
  ];
}
