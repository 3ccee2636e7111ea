/** Decoded halves and pages, ordinary unless a test says otherwise. */
import type { Resource } from "../../../src/photos/asset.ts";
import { EMPTY_PAGE } from "../../../src/photos/merge-pages.ts";
import type { AssetHalf, MasterHalf, Page, Zone } from "../../../src/photos/page.ts";
import { appleChecksum, bytesOf } from "./content.ts";

export const ZONE: Zone = { name: "PrimarySync", owner: null, database: "private" };

/** 2018-07-31T07:22:24.816Z */
export const SUMMER_MS = 1533021744816;

export function aResource(bytes: Uint8Array, uti = "public.jpeg"): Resource {
  return { checksum: appleChecksum(bytes), sizeBytes: bytes.length, uti };
}

export function aMaster(changes: Partial<MasterHalf> = {}): MasterHalf {
  const id = changes.id ?? "MASTER-1";
  return {
    id,
    name: "IMG_1.JPG",
    itemType: "public.jpeg",
    dataClassType: 1,
    resources: { Original: aResource(bytesOf(id, 1000)) },
    ...changes,
  };
}

export function anAsset(changes: Partial<AssetHalf> = {}): AssetHalf {
  return {
    id: "ASSET-1",
    masterId: "MASTER-1",
    createdMs: SUMMER_MS,
    addedMs: SUMMER_MS,
    resources: {},
    ...changes,
  };
}

export function aPage(changes: Partial<Page> = {}): Page {
  return { ...EMPTY_PAGE, ...changes };
}
