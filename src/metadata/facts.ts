/** What Apple knows about a photo and a file can carry, decoded and clean: the one source of everything written. */
import { decodeBase64, decodeBase64Text } from "../lib/base64.ts";
import type { AssetHalf } from "../photos/page.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import { readFlatPlist } from "./flat-plist.ts";

export interface Place {
  /** Degrees, north is positive. */
  readonly latitude: number;
  /** Degrees, east is positive. */
  readonly longitude: number;
  /** Metres above the sea; null when unknown. */
  readonly altitude: number | null;
}

export interface Facts {
  /** When it was taken, ms since 1970, UTC; null when unknown. */
  readonly takenMs: number | null;
  /** Seconds east of UTC where it was taken; null when unknown. */
  readonly offsetSeconds: number | null;
  readonly place: Place | null;
  readonly isFavorite: boolean;
  readonly isHidden: boolean;
  readonly title: string | null;
  readonly description: string | null;
  /** The person's keywords, then the names of the albums, each once. */
  readonly keywords: readonly string[];
  readonly subtype: Subtype | null;
  readonly burstId: string | null;
}

export type Subtype =
  "portrait" | "long_exposure" | "panorama" | "slo_mo" | "time_lapse" | "screenshot" | "live_photo";

const EARLIEST_MS = Date.UTC(1800, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31);
/** No place on earth is further from Greenwich than this. */
const OFFSET_MAX = 15 * 3600;
const ALTITUDE_MAX = 100_000;

/** Reads the facts from the asset's own record; `albums` are the names of those it is in. */
export function factsOf(asset: AssetHalf, albums: readonly string[]): Facts {
  const { metadata = {} } = asset;
  const text = (base64: string | undefined) => (base64 ? decodeBase64Text(base64) : null);
  return {
    // Apple says "unknown" by 0 as well as by absurd dates.
    takenMs: sane(asset.createdMs, EARLIEST_MS, LATEST_MS) || null,
    offsetSeconds: sane(asset.timeZoneOffset, -OFFSET_MAX, OFFSET_MAX),
    place: placeIn(metadata.locationEnc),
    isFavorite: asset.isFavorite ?? false,
    isHidden: asset.isHidden ?? false,
    title: cleanLine(text(metadata.captionEnc)),
    description: cleanText(text(metadata.extendedDescEnc)),
    keywords: unique([...keywordsIn(metadata.keywordsEnc), ...albums]),
    subtype: subtypeOf(asset),
    burstId: cleanLine(asset.burstId),
  };
}

function sane(value: number | undefined, min: number, max: number): number | null {
  return value !== undefined && value >= min && value <= max ? Math.trunc(value) : null;
}

function placeIn(base64: string | undefined): Place | null {
  const plist = plistIn(base64);
  if (plist?.kind !== "dictionary") return null;
  const { numbers } = plist;
  const latitude = numbers.get("lat");
  // Recordings have `lon`; other clients tell of `lng`.
  const longitude = numbers.get("lon") ?? numbers.get("lng");
  if (!isWithin(latitude, 90) || !isWithin(longitude, 180)) return null;
  const altitude = numbers.get("alt");
  return {
    latitude: rounded(latitude, 6),
    longitude: rounded(longitude, 6),
    altitude: isWithin(altitude, ALTITUDE_MAX) ? rounded(altitude, 3) : null,
  };
}

// Ten centimetres on the ground, a millimetre of height: more is noise, and some formats have no room for it.
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0; // and no zero below zero
}

function isWithin(value: number | undefined, max: number): value is number {
  return value !== undefined && Math.abs(value) <= max; // false for NaN
}

function keywordsIn(base64: string | undefined): readonly string[] {
  const plist = plistIn(base64);
  return plist?.kind === "list" ? plist.texts : [];
}

function plistIn(base64: string | undefined) {
  const bytes = base64 ? decodeBase64(base64) : null;
  return bytes ? readFlatPlist(bytes) : null;
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words.map(cleanLine).filter((word) => word !== null))];
}

const PORTRAIT_BIT = 2;
const LONG_EXPOSURE_BIT = 4;

// The most telling one: a portrait that is also a Live Photo is a portrait.
function subtypeOf({ subtype, subtypeV2, renderType = 0 }: AssetHalf): Subtype | null {
  if (renderType & PORTRAIT_BIT) return "portrait";
  if (renderType & LONG_EXPOSURE_BIT) return "long_exposure";
  if (subtype === 1 || subtypeV2 === 1) return "panorama";
  if (subtype === 100 || subtypeV2 === 100) return "slo_mo";
  if (subtype === 101 || subtypeV2 === 101) return "time_lapse";
  if (subtypeV2 === 3) return "screenshot";
  return subtypeV2 === 2 ? "live_photo" : null;
}
