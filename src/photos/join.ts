/** Joins the two halves of an asset into one. */
import type { Asset, AssetKind, Rendition, Resource } from "./asset.ts";
import type { AssetHalf, MasterHalf, ResourceField, Resources } from "./page.ts";
import { assetKind } from "./uti.ts";

const IMAGE_FIELDS = fieldsOf({
  original: "Original",
  alternative: "OriginalAlt",
  medium: "JPEGMed",
  thumb: "JPEGThumb",
  adjusted: "JPEGFull",
  live_original: "OriginalVidCompl",
  live_medium: "VidMed",
  live_thumb: "VidSmall",
  live_adjusted: "VidFull",
});

const MOVIE_FIELDS = fieldsOf({
  original: "Original",
  medium: "VidMed",
  thumb: "VidSmall",
  adjusted: "VidFull",
});

/** Dates up to here are Apple's ways to say "not set" (the first days of the year 1). */
const UNSET_MS = -62_135_596_800_000 + 2 * 86_400_000;
const LATEST_MS = Date.UTC(9999, 11, 31);

/** The asset the two halves make. The asset's copy of a resource wins over the master's. */
export function joinHalves(zone: string, asset: AssetHalf, master: MasterHalf): Asset {
  const kind = assetKind(master.itemType, master.name, master.dataClassType);
  return {
    zone,
    id: asset.id,
    masterId: master.id,
    name: master.name,
    kind,
    createdMs: saneDate(asset.createdMs),
    addedMs: saneDate(asset.addedMs),
    timeZoneOffset: asset.timeZoneOffset ?? null,
    isFavorite: asset.isFavorite ?? false,
    isHidden: asset.isHidden ?? false,
    isDeleted: asset.isDeleted ?? false,
    renditions: renditionsOf(kind, asset.resources, master.resources),
  };
}

function renditionsOf(
  kind: AssetKind,
  own: Resources,
  shared: Resources,
): Partial<Record<Rendition, Resource>> {
  const fields = kind === "image" ? IMAGE_FIELDS : MOVIE_FIELDS;
  const renditions: Partial<Record<Rendition, Resource>> = {};
  for (const [rendition, field] of fields) {
    const resource = own[field] ?? shared[field];
    if (resource) renditions[rendition] = resource;
  }
  return renditions;
}

function fieldsOf(fields: Partial<Record<Rendition, ResourceField>>) {
  return Object.entries(fields) as [Rendition, ResourceField][];
}

// Missing and absurd dates (year 0001, beyond 9999) are treated as the epoch, as the field has always done.
function saneDate(ms: number | undefined): number {
  return ms !== undefined && ms > UNSET_MS && ms <= LATEST_MS ? ms : 0;
}
