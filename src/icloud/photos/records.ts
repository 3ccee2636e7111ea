/**
 * The door for CloudKit records: wire shapes in, decoded halves out.
 *
 * Promises: never throws on what Apple sends; a record that cannot be read becomes a fault with its name and does not
 * stop the page; a resource without size or checksum is left out, one without a usable URL stays and gets its URL
 * later by lookup. Nothing undecoded travels on, except metadata texts kept for the day they are written.
 */
import { short } from "../../lib/short.ts";
import { isObject } from "../../lib/is-object.ts";
import type { Resource } from "../../photos/asset.ts";
import { composed } from "../../lib/composed.ts";
import { RESOURCE_FIELDS } from "../../photos/page.ts";
import type {
  AlbumRecord,
  AssetHalf,
  DownloadUrl,
  MasterHalf,
  Membership,
  Page,
  RawMetadata,
  RecordFault,
  Resources,
} from "../../photos/page.ts";
import { isPassing } from "../cloudkit/faults.ts";
import { splitRelationName } from "../../photos/relation-name.ts";
import { encodedText, flagField, numberField, referenceField, textField } from "./fields.ts";
import type { Fields } from "./fields.ts";

/** Says whether kei may fetch from an address: Apple's content hosts over https, or loopback in simulator mode. */
export type UrlRule = (url: string) => boolean;

/** A page under construction. */
interface Draft {
  readonly masters: MasterHalf[];
  readonly assets: AssetHalf[];
  readonly albums: AlbumRecord[];
  readonly memberships: Membership[];
  readonly tombstones: Set<string>;
  readonly urls: DownloadUrl[];
  readonly faults: RecordFault[];
}

/** Decodes the records of one answer. Unknown record types are ignored: change feeds are full of them. */
export function decodePage(records: readonly unknown[], token: unknown, mayFetch: UrlRule): Page {
  const draft: Draft = {
    masters: [],
    assets: [],
    albums: [],
    memberships: [],
    tombstones: new Set(),
    urls: [],
    faults: [],
  };
  for (const record of records) decodeRecord(record, draft, mayFetch);
  const tombstones = [...draft.tombstones];
  return { ...draft, tombstones, token: typeof token === "string" && token !== "" ? token : null };
}

function decodeRecord(record: unknown, draft: Draft, mayFetch: UrlRule): void {
  if (!isObject(record) || typeof record.recordName !== "string" || record.recordName === "") {
    draft.faults.push({ record: null, message: "not a record", isTransient: false });
    return;
  }
  const id = record.recordName;
  if (typeof record.serverErrorCode === "string") {
    if (record.serverErrorCode === "NOT_FOUND") draft.tombstones.add(id);
    else draft.faults.push(serverFault(id, record));
    return;
  }
  if (record.deleted === true) {
    draft.tombstones.add(id);
    return;
  }
  draft.tombstones.delete(id); // deleted and made again: what comes later is so
  const fields = isObject(record.fields) ? record.fields : {};
  switch (record.recordType) {
    case "CPLMaster":
      draft.masters.push(decodeMaster(id, fields, draft, mayFetch));
      break;
    case "CPLAsset":
      draft.assets.push(decodeAsset(id, fields, draft, mayFetch));
      break;
    case "CPLAlbum":
      if (!ROOTS.has(id)) draft.albums.push(decodeAlbum(id, fields));
      break;
    case "CPLContainerRelation": {
      const membership = decodeMembership(id, fields);
      if (membership) draft.memberships.push(membership);
      break;
    }
    default:
      break; // people, memories, quotas: not ours
  }
}

function serverFault(id: string, record: Record<string, unknown>): RecordFault {
  const code = String(record.serverErrorCode) || "an error without a code";
  const reason = typeof record.reason === "string" ? `: ${record.reason}` : "";
  return { record: id, message: short(`${code}${reason}`), isTransient: isPassing(code) };
}

function decodeMaster(id: string, fields: Fields, draft: Draft, mayFetch: UrlRule): MasterHalf {
  return {
    id,
    name: encodedText(fields, "filenameEnc"),
    itemType: textField(fields, "itemType") ?? null,
    dataClassType: numberField(fields, "dataClassType") ?? null,
    resources: decodeResources(id, fields, draft, mayFetch),
  };
}

function decodeAsset(id: string, fields: Fields, draft: Draft, mayFetch: UrlRule): AssetHalf {
  const isDeleted = flagField(fields, "isDeleted");
  const isExpunged = flagField(fields, "isExpunged");
  return {
    id,
    masterId: referenceField(fields, "masterRef") ?? null,
    createdMs: numberField(fields, "assetDate"),
    addedMs: numberField(fields, "addedDate"),
    timeZoneOffset: numberField(fields, "timeZoneOffset"),
    isFavorite: flagField(fields, "isFavorite"),
    isHidden: flagField(fields, "isHidden"),
    isDeleted:
      isDeleted === undefined && isExpunged === undefined
        ? undefined
        : Boolean(isDeleted) || Boolean(isExpunged),
    burstId: textField(fields, "burstId"),
    subtype: numberField(fields, "assetSubtype"),
    subtypeV2: numberField(fields, "assetSubtypeV2"),
    renderType: numberField(fields, "adjustmentRenderType"),
    resources: decodeResources(id, fields, draft, mayFetch),
    metadata: decodeMetadata(fields),
  };
}

const METADATA_FIELDS = ["captionEnc", "extendedDescEnc", "keywordsEnc", "locationEnc"] as const;

function decodeMetadata(fields: Fields): RawMetadata | undefined {
  const metadata: { -readonly [name in keyof RawMetadata]: RawMetadata[name] } = {};
  let isEmpty = true;
  for (const name of METADATA_FIELDS) {
    const value = metadataField(fields, name);
    if (value === undefined) continue;
    metadata[name] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : metadata;
}

// A field of type STRING holds the text itself; it is kept in the form of all others.
function metadataField(fields: Fields, name: string): string | undefined {
  const value = textField(fields, name);
  const field = fields[name];
  const isPlain = isObject(field) && field.type === "STRING";
  return value !== undefined && isPlain ? Buffer.from(value).toString("base64") : value;
}

function decodeResources(
  id: string,
  fields: Fields,
  { urls, faults }: Draft,
  mayFetch: UrlRule,
): Resources {
  const resources: Resources = {};
  for (const name of RESOURCE_FIELDS) {
    const wire = fields[`res${name}Res`];
    if (!isObject(wire) || !isObject(wire.value)) continue;
    const { fileChecksum, size, downloadURL } = wire.value;
    const resource = decodeResource(fileChecksum, size, textField(fields, `res${name}FileType`));
    if (!resource) {
      // Versions that are made of it can be done without; an original must not be passed over in silence.
      if (name.startsWith("Original")) faults.push(unusable(id, name));
      continue;
    }
    resources[name] = resource;
    if (typeof downloadURL === "string" && mayFetch(downloadURL)) {
      urls.push({
        checksum: resource.checksum,
        url: downloadURL,
        expiresMs: expiryOf(downloadURL),
      });
    }
  }
  return resources;
}

function unusable(id: string, name: string): RecordFault {
  return { record: id, message: `res${name}Res without checksum or size`, isTransient: false };
}

// The parameter `e` is the end of the address's life in Unix seconds.
function expiryOf(url: string): number | null {
  const seconds = /[?&]e=(\d+)/.exec(url)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function decodeResource(
  checksum: unknown,
  size: unknown,
  uti: string | undefined,
): Resource | null {
  if (typeof checksum !== "string" || checksum === "") return null;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return null;
  return { checksum, sizeBytes: size, uti: uti ?? "" };
}

/** Ids of the records that hold the album tree together and are no albums themselves. */
const ROOTS = new Set(["----Root-Folder----", "----Project-Root-Folder----"]);

function decodeAlbum(id: string, fields: Fields): AlbumRecord {
  const type = numberField(fields, "albumType");
  const parentId = textField(fields, "parentId");
  return {
    id,
    name: composedOrNull(encodedText(fields, "albumNameEnc")),
    kind: type === 3 ? "folder" : type === 6 ? "smart" : "album",
    parentId: parentId === undefined || ROOTS.has(parentId) ? null : parentId,
    isDeleted: flagField(fields, "isDeleted") ?? false,
  };
}

function composedOrNull(name: string | null | undefined): string | null {
  return name === null || name === undefined ? null : composed(name);
}

// A relation may come without fields; its name `<asset>-IN-<album>` then says the same.
function decodeMembership(id: string, fields: Fields): Membership | null {
  const named = splitRelationName(id);
  const albumId = textField(fields, "containerId") ?? named?.albumId;
  const assetId = textField(fields, "itemId") ?? named?.assetId;
  return albumId !== undefined && assetId !== undefined ? { albumId, assetId } : null;
}
