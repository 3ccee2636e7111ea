/** The albums of the generated library: folders, twins, odd names, one big, one empty, one deleted. */
import { trashLifeMs } from "./changes.ts";
import type { Library } from "./library.ts";
import { uuid } from "./random.ts";
import type { Album, Asset, Relation } from "./records.ts";
import type { Zone } from "./zone.ts";

interface AlbumPlan {
  readonly id: string;
  readonly albumName: string | null;
  readonly albumType?: Album["albumType"];
  readonly parent?: string;
  readonly isDeleted?: boolean;
  /** Takes every so-maniest asset; none when absent. */
  readonly every?: number;
}

const rootName = "----Root-Folder----";
const projectRootName = "----Project-Root-Folder----";
const membersMax = 500;

const plans: readonly AlbumPlan[] = [
  { id: rootName, albumName: null, albumType: 3 },
  { id: projectRootName, albumName: null, albumType: 3 },
  { id: "ski", albumName: "Ski trip", every: 7 },
  { id: "most", albumName: "Most of it", every: 2 },
  { id: "decomposed", albumName: "Jo\u0308rg", every: 40 },
  { id: "empty", albumName: "Empty" },
  { id: "twin-1", albumName: "Family", every: 31 },
  { id: "twin-2", albumName: "Family", every: 37 },
  { id: "clash", albumName: "All Photos", every: 50 },
  { id: "slash", albumName: "2019/2020 家族 🎉", every: 45 },
  { id: "smart", albumName: "Big files", albumType: 6 },
  { id: "deleted", albumName: "Old plans", isDeleted: true },
  { id: "travel", albumName: "Travel", albumType: 3 },
  { id: "japan", albumName: "Japan", parent: "travel", every: 23 },
  { id: "europe", albumName: "Europe", albumType: 3, parent: "travel" },
  { id: "italy", albumName: "Italy", parent: "europe", every: 29 },
];

/** "folders" writes the albums at the start of the history, "members" the relations at its end. */
export function makeAlbums(library: Library, zone: Zone, step: "folders" | "members"): void {
  if (zone.name !== "PrimarySync") return;
  if (step === "folders") for (const album of plans.map(albumOf(library))) zone.touch(album);
  else for (const plan of plans) addMembers(library, zone, plan);
}

function albumOf(library: Library) {
  const createdMs = Date.UTC(2015, 3, 1);
  return (plan: AlbumPlan, place: number): Album => ({
    type: "CPLAlbum",
    name: albumId(library, plan.id),
    seq: 0,
    createdMs: createdMs + place * 1000,
    modifiedMs: createdMs + place * 1000,
    isGone: false,
    albumName: plan.albumName,
    albumType: plan.albumType ?? 0,
    parentId: plan.parent ? albumId(library, plan.parent) : null,
    position: place * 1024,
    trash: plan.isDeleted ? trashedNow(library) : null,
  });
}

function addMembers(library: Library, zone: Zone, { id, every }: AlbumPlan): void {
  if (!every) return;
  const albumId_ = albumId(library, id);
  let seen = 0;
  let members = 0;
  for (const record of [...zone.records.values()]) {
    if (record.type !== "CPLAsset" || record.isGone || record.trash || record.isHidden) continue;
    seen += 1;
    if (seen % every !== 0 || members === membersMax) continue;
    members += 1;
    zone.touch(relate(record, albumId_, members * 1024));
  }
}

export function relate(asset: Asset, albumId: string, position: number): Relation {
  return {
    type: "CPLContainerRelation",
    name: `${asset.name}-IN-${albumId}`,
    seq: 0,
    createdMs: asset.addedMs + 60_000,
    modifiedMs: asset.addedMs + 60_000,
    isGone: false,
    asset,
    albumId,
    position,
  };
}

function albumId(library: Library, id: string): string {
  const place = plans.findIndex((plan) => plan.id === id);
  return id.startsWith("----") ? id : uuid(library.seed + 51, place);
}

function trashedNow(library: Library) {
  const deletedMs = library.clock.now();
  return { deletedMs, expungeMs: deletedMs + trashLifeMs };
}
