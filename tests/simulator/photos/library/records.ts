/** The records of a simulated zone, as small as they can be: everything else is made when it is sent. */
import type { Content } from "../../media/content.ts";
import type { Kind, ResourceKey } from "./kinds.ts";

interface RecordBase {
  readonly name: string;
  /** Place in the zone's change sequence; its base-36 form is the record's change tag. */
  seq: number;
  createdMs: number;
  modifiedMs: number;
  /** A tombstone: purged, only its name is left. */
  isGone: boolean;
  /** Raw JSON laid over the fields when sent, to show a client any odd shape; null removes. */
  patch?: Readonly<Record<string, unknown>>;
}

/** How a file name is put on the wire. */
export type NameForm = "bytes" | "string" | "missing";

export interface TrashState {
  readonly deletedMs: number;
  readonly expungeMs: number;
}

/** CPLMaster: the file. Its name is the checksum of the original. */
export interface Master extends RecordBase {
  readonly type: "CPLMaster";
  readonly kind: Kind;
  /** Null for the name a camera gives; see `fileNameOf`. */
  readonly givenName: string | null;
  readonly nameNumber: number;
  readonly nameForm: NameForm;
  /** Base of the numbers that make its files unique. */
  contentNumber: number;
  /** Lengths of its main files. */
  sizes: Sizes;
  trash: TrashState | null;
}

/** Wanted lengths; 0 for the natural one. */
export interface Sizes {
  readonly originalBytes: number;
  readonly liveBytes: number;
}

/** The rendered result of an edit; belongs to the asset. */
export interface Edit {
  readonly adjustmentType: string;
  readonly renderType: number;
  readonly renditions: readonly Rendition[];
}

export interface Burst {
  readonly id: string;
  readonly isPick: boolean;
}

/** CPLAsset: the photo in the library. */
export interface Asset extends RecordBase {
  readonly type: "CPLAsset";
  master: Master;
  assetMs: number;
  addedMs: number;
  /** Seconds east of UTC; null when Apple does not know it. */
  offsetSeconds: number | null;
  isFavorite: boolean;
  isHidden: boolean;
  trash: TrashState | null;
  edit: Edit | null;
  burst: Burst | null;
  caption: string;
  description: string;
  keywords: readonly string[];
  location: Location | null;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/** CPLAlbum: an album, a folder or a smart album of the client. */
export interface Album extends RecordBase {
  readonly type: "CPLAlbum";
  albumName: string | null;
  readonly albumType: 0 | 3 | 6;
  parentId: string | null;
  readonly position: number;
  trash: TrashState | null;
}

/** CPLContainerRelation: one asset in one album. */
export interface Relation extends RecordBase {
  readonly type: "CPLContainerRelation";
  readonly asset: Asset;
  readonly albumId: string;
  readonly position: number;
}

/** Any other record; clients ignore them. */
export interface OtherRecord extends RecordBase {
  readonly type: OtherType;
  readonly fields: Readonly<Record<string, { value: unknown; type: string }>>;
}

export type OtherType =
  | "CPLLibraryInfo"
  | "CPLPerson"
  | "CPLFaceCrop"
  | "CPLMemory"
  | "CPLSuggestion"
  | "CPLSharedLibraryQuota"
  | "CPLTextComment"
  | "cloudkit.share";

export type LibraryRecord = Master | Asset | Album | Relation | OtherRecord;

/** One resource of a record: which file it is. */
export interface Rendition {
  readonly key: ResourceKey;
  readonly content: Content;
  /** Its fileChecksum where that is known without hashing. */
  readonly checksum?: string;
}
