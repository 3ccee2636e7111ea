/** Records as CloudKit sends them, with invented ids; every value wrapped and typed. */
export type WireFields = Record<string, unknown>;

export interface WireRecord {
  readonly recordName?: unknown;
  readonly recordType?: unknown;
  readonly recordChangeTag?: unknown;
  readonly deleted?: unknown;
  readonly serverErrorCode?: unknown;
  readonly reason?: unknown;
  readonly fields?: unknown;
}

export const text = (value: string) => ({ value, type: "STRING" });
export const int = (value: number) => ({ value, type: "INT64" });
export const date = (value: number) => ({ value, type: "TIMESTAMP" });
export const encoded = (value: string) => ({
  value: Buffer.from(value).toString("base64"),
  type: "ENCRYPTED_BYTES",
});

export const CHECKSUM = "AY6c+BsE0jjaXx9tmVGJM1D2VcEO";
export const CONTENT_URL = "https://cvws.icloud-content.com/B/xyz/${f}?o=1&e=1717239600&s=sig";

/** A resource; changes replace parts of its value. */
export function resource(changes: Record<string, unknown> = {}) {
  const value: Record<string, unknown> = {
    fileChecksum: CHECKSUM,
    size: 1884695,
    wrappingKey: "AAECAwQFBgcICQoLDA0ODw==",
    referenceChecksum: "AVYXi4alf6wiiZqZZBhcLMlufaWJ",
    downloadURL: CONTENT_URL,
    ...changes,
  };
  for (const [name, part] of Object.entries(changes)) if (part === undefined) delete value[name];
  return { value, type: "ASSETID" };
}

export function wireMaster(fields: WireFields = {}, record: WireRecord = {}): WireRecord {
  return {
    recordName: CHECKSUM,
    recordType: "CPLMaster",
    recordChangeTag: "49lh",
    deleted: false,
    fields: {
      filenameEnc: encoded("IMG_7409.JPG"),
      itemType: text("public.jpeg"),
      dataClassType: int(1),
      resOriginalRes: resource(),
      resOriginalFileType: text("public.jpeg"),
      ...fields,
    },
    ...record,
  };
}

export function wireAsset(fields: WireFields = {}, record: WireRecord = {}): WireRecord {
  const masterRef = {
    value: { recordName: CHECKSUM, action: "DELETE_SELF", zoneID: { zoneName: "PrimarySync" } },
    type: "REFERENCE",
  };
  return {
    recordName: "4E1B1A3C-0000-4000-8000-000000000001",
    recordType: "CPLAsset",
    recordChangeTag: "49li",
    deleted: false,
    fields: {
      masterRef,
      assetDate: date(1533021744816),
      addedDate: date(1533021750000),
      timeZoneOffset: int(-25200),
      isFavorite: int(0),
      isHidden: int(0),
      ...fields,
    },
    ...record,
  };
}

export function wireAlbum(fields: WireFields = {}, record: WireRecord = {}): WireRecord {
  return {
    recordName: "ALBUM-1",
    recordType: "CPLAlbum",
    recordChangeTag: "4a",
    deleted: false,
    fields: { albumNameEnc: encoded("Ski trip"), albumType: int(0), ...fields },
    ...record,
  };
}

export function wireRelation(
  fields: WireFields | undefined,
  name = "ASSET-1-IN-ALBUM-1",
): WireRecord {
  return { recordName: name, recordType: "CPLContainerRelation", deleted: false, fields };
}
