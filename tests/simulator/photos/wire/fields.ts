/** The fields of each type of record, as recorded from Apple. */
import { hasMovie, renditionsOf } from "../library/renditions.ts";
import type { Kind } from "../library/kinds.ts";
import { fileNameOf } from "../library/names.ts";
import { renderTypeOf } from "../library/indexes.ts";
import type { Album, Asset, LibraryRecord, Master, Relation } from "../library/records.ts";
import type { FieldWriter } from "./field-writer.ts";
import { keywordsPlist, locationPlist } from "./plist.ts";

/** `zoneId` is the JSON of the zone's id, which references repeat. */
export function writeFields(writer: FieldWriter, record: LibraryRecord, zoneId: string): void {
  switch (record.type) {
    case "CPLMaster":
      return writeMaster(writer, record);
    case "CPLAsset":
      return writeAsset(writer, record, zoneId);
    case "CPLAlbum":
      return writeAlbum(writer, record);
    case "CPLContainerRelation":
      return writeRelation(writer, record);
    default:
      for (const [name, { value, type }] of Object.entries(record.fields)) {
        writer.raw(name, JSON.stringify(value), type);
      }
  }
}

function writeMaster(writer: FieldWriter, master: Master): void {
  const { kind, nameForm } = master;
  const fileName = fileNameOf(master);
  writer.constant(kind.name, (constant) => {
    constant.text("itemType", kind.itemType);
    constant.int("dataClassType", kind.dataClassType);
  });
  if (nameForm === "bytes") writer.bytes("filenameEnc", base64(fileName));
  if (nameForm === "string") writer.text("filenameEnc", fileName);
  writer.int("originalOrientation", orientationOf(master));
  for (const rendition of renditionsOf(master)) writer.resource(rendition);
  if (master.trash) {
    writer.int("isDeleted", 1);
    writer.time("dateExpunged", master.trash.expungeMs);
  }
}

function writeAsset(writer: FieldWriter, asset: Asset, zoneId: string): void {
  const { master, trash, edit, burst } = asset;
  const { kind } = master;
  writer.time("assetDate", asset.assetMs);
  writer.time("addedDate", asset.addedMs);
  if (asset.offsetSeconds !== null) writer.int("timeZoneOffset", asset.offsetSeconds);
  const reference = `{"recordName":${JSON.stringify(master.name)},"action":"DELETE_SELF","zoneID":${zoneId}}`;
  writer.raw("masterRef", reference, "REFERENCE");
  writer.int("isFavorite", Number(asset.isFavorite));
  writer.int("isHidden", Number(asset.isHidden));
  writer.int("orientation", edit && kind.dataClassType === 1 ? 1 : orientationOf(master));
  writer.int("adjustmentRenderType", renderTypeOf(asset));
  writer.constant(`${kind.name} asset`, (constant) => writeKind(constant, kind));
  writeBurst(writer, burst);
  if (trash) {
    writer.int("isDeleted", 1);
    writer.int("isExpunged", 0);
    writer.time("dateExpunged", trash.expungeMs);
  }
  if (edit) {
    writer.text("adjustmentType", edit.adjustmentType);
    for (const rendition of edit.renditions) writer.resource(rendition);
  }
  writePeoplesWords(writer, asset);
}

/** What a person wrote or where they were. */
function writePeoplesWords(writer: FieldWriter, asset: Asset): void {
  if (asset.location) writer.bytes("locationEnc", locationPlist(asset.location, asset.assetMs));
  if (asset.caption) writer.bytes("captionEnc", base64(asset.caption));
  if (asset.description) writer.bytes("extendedDescEnc", base64(asset.description));
  if (asset.keywords.length > 0) writer.bytes("keywordsEnc", keywordsPlist(asset.keywords));
}

/** burstFlags 0 is no burst. */
function writeBurst(writer: FieldWriter, burst: Asset["burst"]): void {
  writer.int("burstFlags", burst ? (burst.isPick ? 20 : 4) : 0);
  if (!burst) return;
  writer.int("burstFlagsExt", 0);
  writer.text("burstId", burst.id);
}

/** What all assets of one kind have in common. */
function writeKind(writer: FieldWriter, kind: Kind): void {
  writer.int("duration", kind.durationMs);
  writer.int("assetSubtype", kind.assetSubtype);
  writer.int("assetSubtypeV2", kind.assetSubtypeV2);
  writer.int("assetHDRType", 0);
  writer.int("customRenderedValue", kind.itemType === "public.heic" ? 10 : 0);
  writeLiveTimes(writer, hasMovie(kind));
}

/** Length and still frame of a Live Photo's movie, as fractions of a second. */
function writeLiveTimes(writer: FieldWriter, isLive: boolean): void {
  const scale = isLive ? 1_000_000_000 : 0;
  writer.int("vidComplDurValue", isLive ? 500_000_000 : 0);
  writer.int("vidComplDurScale", scale);
  writer.int("vidComplDispValue", isLive ? 250_000_000 : 0);
  writer.int("vidComplDispScale", scale);
  writer.int("vidComplVisibilityState", 0);
}

function writeAlbum(writer: FieldWriter, album: Album): void {
  writer.time("recordModificationDate", album.modifiedMs);
  writer.int("sortAscending", 1);
  writer.int("sortType", 0);
  writer.int("albumType", album.albumType);
  if (album.albumName !== null) writer.bytes("albumNameEnc", base64(album.albumName));
  writer.int("position", album.position);
  writer.int("sortTypeExt", 0);
  if (album.parentId) writer.text("parentId", album.parentId);
  if (!album.trash) return;
  writer.int("isDeleted", 1);
  writer.time("dateExpunged", album.trash.expungeMs);
}

function writeRelation(writer: FieldWriter, relation: Relation): void {
  writer.text("containerId", relation.albumId);
  writer.text("itemId", relation.asset.name);
  writer.int("isKeyAsset", 0);
  writer.int("position", relation.position);
  writer.time("recordModificationDate", relation.modifiedMs);
}

/** Phones write landscape pixels and turn by a flag; one photo in three stands upright. */
function orientationOf({ kind, contentNumber }: Master): number {
  return kind.name.startsWith("jpeg") && contentNumber % 3 === 0 ? 6 : 1;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
