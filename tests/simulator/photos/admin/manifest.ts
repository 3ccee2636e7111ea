/** The truth for an independent checker: one JSON line for each asset with all its files. */
import { checksumOf, sha256Of, sizeOf } from "../../media/content.ts";
import { seeds } from "../../media/seeds.ts";
import { renditionsOf } from "../library/renditions.ts";
import { fileNameOf } from "../library/names.ts";
import type { ResourceKey } from "../library/kinds.ts";
import type { Asset, Rendition } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";

/** Purged assets are left out, trashed and hidden ones marked. */
export function manifest(zone: Zone, withSha256: boolean): Response {
  const albums = albumsByAsset(zone);
  const records = zone.records.values();
  const body = new ReadableStream<string>({
    pull(controller) {
      for (const record of records) {
        if (record.type !== "CPLAsset" || record.isGone) continue;
        const line = { ...describe(record, withSha256), albums: albums.get(record) ?? [] };
        controller.enqueue(`${JSON.stringify(line)}\n`);
        return;
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "application/x-ndjson" } });
}

function describe(asset: Asset, withSha256: boolean) {
  const { master, edit, trash } = asset;
  const ofMaster = renditionsOf(master).map((each) => ({ ...each, isEdited: false }));
  const ofEdit = (edit?.renditions ?? []).map((each) => ({ ...each, isEdited: true }));
  return {
    recordName: asset.name,
    masterName: master.name,
    fileName: master.nameForm === "missing" ? null : fileNameOf(master),
    kind: master.kind.name,
    assetDate: asset.assetMs,
    addedDate: asset.addedMs,
    timeZoneOffset: asset.offsetSeconds,
    hidden: asset.isHidden,
    deleted: trash !== null,
    favorite: asset.isFavorite,
    burst: asset.burst,
    adjustmentType: edit?.adjustmentType ?? null,
    caption: asset.caption,
    description: asset.description,
    keywords: asset.keywords,
    location: asset.location,
    renditions: [...ofMaster, ...ofEdit].map((each) => file(each, each.isEdited, withSha256)),
  };
}

function file({ key, content }: Rendition, isEdited: boolean, withSha256: boolean) {
  return {
    key: isEdited ? (editKeys[key] ?? key) : (masterKeys[key] ?? key),
    resource: key,
    record: isEdited ? "asset" : "master",
    uti: seeds[content.seed].uti,
    size: sizeOf(content),
    fileChecksum: checksumOf(content),
    ...(withSha256 ? { sha256: sha256Of(content) } : {}),
  };
}

const masterKeys: Partial<Record<ResourceKey, string>> = {
  resOriginal: "original",
  resOriginalAlt: "alternative",
  resOriginalVidCompl: "live_original",
  resJPEGMed: "medium",
  resJPEGThumb: "thumb",
  resVidMed: "video_medium",
  resVidSmall: "video_small",
};

const editKeys: Partial<Record<ResourceKey, string>> = {
  resJPEGFull: "adjusted",
  resVidFull: "adjusted_video",
  resJPEGMed: "adjusted_medium",
  resJPEGThumb: "adjusted_thumb",
};

function albumsByAsset(zone: Zone): Map<Asset, string[]> {
  const found = new Map<Asset, string[]>();
  for (const record of zone.records.values()) {
    if (record.type !== "CPLContainerRelation" || record.isGone) continue;
    const albums = found.get(record.asset) ?? [];
    albums.push(record.albumId);
    found.set(record.asset, albums);
  }
  return found;
}
