/** The vocabulary: what one item of an iCloud Photos library is, once decoded. */

/** The renditions an asset can have; the words are also used in the database and in reports. */
export const RENDITIONS = [
  "original",
  "alternative",
  "medium",
  "thumb",
  "adjusted",
  "live_original",
  "live_medium",
  "live_thumb",
  "live_adjusted",
] as const;

export type Rendition = (typeof RENDITIONS)[number];

/** One resource of an asset as the library remembers it. Its download URL is never part of it. */
export interface Resource {
  /** Apple's fileChecksum, base64. */
  readonly checksum: string;
  readonly sizeBytes: number;
  /** Uniform type identifier, for instance `public.heic`. */
  readonly uti: string;
}

export type AssetKind = "image" | "movie";

/** A CPLAsset joined with its CPLMaster. */
export interface Asset {
  /** Zone name, for instance `PrimarySync`. */
  readonly zone: string;
  /** CPLAsset record name: the identity of the photo. */
  readonly id: string;
  /** CPLMaster record name: the identity of the content; several assets may share it. */
  readonly masterId: string;
  /** File name as iCloud has it, decoded; null when there is none or it cannot be decoded. */
  readonly name: string | null;
  readonly kind: AssetKind;
  /** When it was taken: milliseconds since 1970, UTC; 0 when missing or absurd. */
  readonly createdMs: number;
  /** When it was added to the library, same unit. */
  readonly addedMs: number;
  /** Seconds east of UTC where it was taken, when known. */
  readonly timeZoneOffset: number | null;
  readonly isFavorite: boolean;
  readonly isHidden: boolean;
  /** In Recently Deleted, or expunged. */
  readonly isDeleted: boolean;
  /** Usable renditions only; CPLAsset's copy of a field wins over CPLMaster's. */
  readonly renditions: Readonly<Partial<Record<Rendition, Resource>>>;
}

/** True for an image that has a movie half. */
export function isLivePhoto(asset: Asset): boolean {
  return (
    asset.kind === "image" &&
    RENDITIONS.some((rendition) => rendition.startsWith("live_") && asset.renditions[rendition])
  );
}
