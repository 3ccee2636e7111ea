/** When and where the simulated photos were taken: outings of a few photos, from 2014 to 2026, over the world. */
import type { Location } from "./records.ts";
import { below } from "./random.ts";

const firstMs = Date.UTC(2014, 0, 3, 9);
const lastMs = Date.UTC(2026, 5, 30, 18);
const photosPerOuting = 5;
const minuteMs = 60_000;

interface Place extends Location {
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
}

const places: readonly Place[] = [
  { latitude: 48.2082, longitude: 16.3738, offsetSeconds: 3600 },
  { latitude: 61.5, longitude: -149.25, offsetSeconds: -28_800 },
  { latitude: 35.6762, longitude: 139.6503, offsetSeconds: 32_400 },
  { latitude: -33.8688, longitude: 151.2093, offsetSeconds: 39_600 },
  { latitude: 27.7172, longitude: 85.324, offsetSeconds: 20_700 },
  { latitude: 47.5615, longitude: -52.7126, offsetSeconds: -12_600 },
  { latitude: 51.5072, longitude: -0.1276, offsetSeconds: 0 },
  { latitude: -17.7134, longitude: -178.065, offsetSeconds: 43_200 },
];

export interface Moment {
  readonly takenMs: number;
  readonly addedMs: number;
  readonly offsetSeconds: number;
  readonly location: Location;
}

/** The moment of asset `index`, counted from the oldest. */
export function momentOf(index: number, count: number, seed: number): Moment {
  const outing = Math.floor(index / photosPerOuting);
  const outings = Math.max(1, Math.ceil(count / photosPerOuting));
  const spacingMs = Math.min((lastMs - firstMs) / outings, 200 * 24 * 60 * minuteMs);
  const gapMs = Math.min(25 * minuteMs, spacingMs / photosPerOuting);
  const jitterMs = below(997, seed + 9, index);
  const startMs = lastMs - (outings - outing) * spacingMs;
  const takenMs = Math.floor(startMs + (index % photosPerOuting) * gapMs) + jitterMs;
  const at = below(places.length, seed + 11, outing);
  const location = spots[at]?.[index % 50];
  const place = places[at];
  if (!place || !location) throw new Error("There is no place");
  return {
    takenMs,
    addedMs: takenMs + 1786,
    offsetSeconds: place.offsetSeconds,
    location,
  };
}

/** Few enough to be shared by all assets. */
const spots = places.map(({ latitude, longitude }) =>
  Array.from({ length: 50 }, (_, step): Location => ({
    latitude: latitude + step / 1000,
    longitude: longitude - step / 1000,
  })),
);
