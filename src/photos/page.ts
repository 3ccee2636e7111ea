/**
 * What one answer of Apple's holds once decoded: halves of assets, albums, memberships, deletions, and the token.
 *
 * An asset arrives as two records, CPLAsset (the photo in the library) and CPLMaster (its content), in any order and
 * perhaps on different pages; each is a row of its own in the library until the other is there.
 */
import type { Resource } from "./asset.ts";

/** The resource fields of both record types, by the part of the field name between `res` and `Res`. */
export const RESOURCE_FIELDS = [
  "Original",
  "OriginalAlt",
  "OriginalVidCompl",
  "JPEGFull",
  "JPEGMed",
  "JPEGThumb",
  "VidFull",
  "VidMed",
  "VidSmall",
] as const;

export type ResourceField = (typeof RESOURCE_FIELDS)[number];

export type Resources = Partial<Record<ResourceField, Resource>>;

/** A decoded CPLMaster. */
export interface MasterHalf {
  readonly id: string;
  readonly name: string | null;
  readonly itemType: string | null;
  /** 1 photo, 2 video. */
  readonly dataClassType: number | null;
  readonly resources: Resources;
}

/** Fields of a CPLAsset that are kept as Apple sends them until metadata is written: base64 of text or plist. */
export interface RawMetadata {
  readonly captionEnc?: string;
  readonly extendedDescEnc?: string;
  readonly keywordsEnc?: string;
  readonly locationEnc?: string;
}

/** A decoded CPLAsset. */
export interface AssetHalf {
  readonly id: string;
  /** Null in a partial change, which only names the fields it brings. */
  readonly masterId: string | null;
  readonly createdMs?: number;
  readonly addedMs?: number;
  readonly timeZoneOffset?: number;
  readonly isFavorite?: boolean;
  readonly isHidden?: boolean;
  readonly isDeleted?: boolean;
  readonly burstId?: string;
  /** assetSubtype: 1 panorama, 100 slo-mo, 101 time-lapse. */
  readonly subtype?: number;
  /** assetSubtypeV2: 2 Live Photo, 3 screenshot, 101 time-lapse. */
  readonly subtypeV2?: number;
  /** adjustmentRenderType, a bit mask: 2 portrait, 4 long exposure. */
  readonly renderType?: number;
  readonly resources: Resources;
  readonly metadata?: RawMetadata;
}

export interface AlbumRecord {
  readonly id: string;
  readonly name: string | null;
  readonly kind: "album" | "folder" | "smart";
  readonly parentId: string | null;
  readonly isDeleted: boolean;
}

export interface Membership {
  readonly albumId: string;
  readonly assetId: string;
}

/** A record that could not be read, or that Apple refused to give. */
export interface RecordFault {
  /** Its name; null when it has none. */
  readonly record: string | null;
  readonly message: string;
  /** True when asking again may help. */
  readonly isTransient: boolean;
}

/** Where the bytes of a checksum can be fetched right now. Never stored, never logged. */
export interface DownloadUrl {
  readonly checksum: string;
  readonly url: string;
  /** When it stops working, ms since 1970; null when the address does not say. */
  readonly expiresMs: number | null;
}

export interface Page {
  readonly masters: readonly MasterHalf[];
  readonly assets: readonly AssetHalf[];
  readonly albums: readonly AlbumRecord[];
  readonly memberships: readonly Membership[];
  /** Names of records that are gone for good; their kind may be unknown. */
  readonly tombstones: readonly string[];
  readonly urls: readonly DownloadUrl[];
  readonly faults: readonly RecordFault[];
  /** The zone's bookmark at the time of this answer. */
  readonly token: string | null;
}

export interface ListingPage extends Page {
  /** True when the page filled its limit, so that more may follow. */
  readonly isFull: boolean;
}

export interface ChangesPage extends Page {
  readonly moreComing: boolean;
}

/** Where zones are: our own, and those that others share with us. */
export type Database = "private" | "shared";

/** A zone as Apple names it in requests. */
export interface Zone {
  readonly name: string;
  readonly owner: string | null;
  readonly database: Database;
}
