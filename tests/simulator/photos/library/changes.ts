/** What people do with their photos, as changes of records; each function names the records it touched. */
import type { Zone } from "./zone.ts";
import type { Album, Asset, LibraryRecord, Master } from "./records.ts";

/** Recently Deleted keeps an asset for 30 days. */
export const trashLifeMs = 30 * 86_400_000;

/** Marks records as changed now. The library's info record goes along with every change. */
export function change(zone: Zone, nowMs: number, ...records: LibraryRecord[]): string[] {
  const info = zone.records.get(`${zone.name}-0000-LI`);
  for (const record of info ? [...records, info] : records) {
    record.modifiedMs = nowMs;
    zone.touch(record);
  }
  return records.map(({ name }) => name);
}

/** Trash arrives with both records, unless the master lags behind. */
export function trash(zone: Zone, nowMs: number, asset: Asset, isLagging = false): string[] {
  const state = { deletedMs: nowMs, expungeMs: nowMs + trashLifeMs };
  asset.trash = state;
  zone.trashed.add(asset);
  if (isLagging) return change(zone, nowMs, asset);
  const isLastUser = assetsOf(zone, asset.master).every((each) => each.trash !== null);
  if (isLastUser) asset.master.trash = state;
  return change(zone, nowMs, asset.master, asset);
}

/** Only the asset is sent; `staleMaster` leaves the master saying deleted. */
export function restore(zone: Zone, nowMs: number, asset: Asset, staleMaster = false): string[] {
  asset.trash = null;
  zone.trashed.delete(asset);
  if (!staleMaster) asset.master.trash = null;
  return change(zone, nowMs, asset);
}

/** Leaves tombstones of the asset, its places in albums, and the master when nobody else uses it. */
export function purge(zone: Zone, nowMs: number, asset: Asset): string[] {
  zone.trashed.delete(asset);
  const goes: LibraryRecord[] = [asset, ...relationsOf(zone, asset)];
  const isLastUser = assetsOf(zone, asset.master).every((each) => each === asset);
  if (isLastUser) goes.unshift(asset.master);
  for (const record of goes) record.isGone = true;
  return change(zone, nowMs, ...goes);
}

/** Apple empties the trash by itself. */
export function purgeExpired(zone: Zone, nowMs: number): void {
  for (const asset of zone.trashed) {
    if (asset.trash && asset.trash.expungeMs <= nowMs) purge(zone, nowMs, asset);
  }
}

/** The album goes to the trash with isDeleted, its relations stay. */
export function deleteAlbum(zone: Zone, nowMs: number, album: Album): string[] {
  album.trash = { deletedMs: nowMs, expungeMs: nowMs + trashLifeMs };
  return change(zone, nowMs, album);
}

function relationsOf(zone: Zone, asset: Asset): LibraryRecord[] {
  const records = [...zone.records.values()];
  return records.filter(
    (record) => record.type === "CPLContainerRelation" && record.asset === asset && !record.isGone,
  );
}

export function assetsOf(zone: Zone, master: Master): Asset[] {
  const found: Asset[] = [];
  for (const record of zone.records.values()) {
    if (record.type === "CPLAsset" && record.master === master && !record.isGone)
      found.push(record);
  }
  return found;
}
