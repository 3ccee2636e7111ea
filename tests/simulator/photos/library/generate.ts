/** Fills a new zone with its generated history, oldest change first. */
import { draft, type Draft } from "./draft.ts";
import { momentOf } from "./dates.ts";
import { makeAlbums } from "./albums.ts";
import type { Library } from "./library.ts";
import { makeEdit, masterName, slowMotionEdit } from "./renditions.ts";
import type { Asset, Master, OtherRecord, OtherType, TrashState } from "./records.ts";
import { mix, uuid } from "./random.ts";
import { trashLifeMs } from "./changes.ts";
import type { Zone } from "./zone.ts";

/** Masters and assets of so many photos enter the history together, masters first. */
const photosPerUpload = 30;
const dayMs = 86_400_000;

/** Generating leaves much garbage behind; a large library gives it back at once. */
const tidyAssetsMin = 20_000;

export function fillZone(library: Library, zone: Zone, count: number): void {
  const salt = mix(library.seed, library.zones.length);
  const first = Date.UTC(2014, 0, 1);
  if (zone.name === "PrimarySync" || zone.name.startsWith("SharedSync-")) {
    zone.touch(other("CPLLibraryInfo", `${zone.name}-0000-LI`, first));
    makeAlbums(library, zone, "folders");
  }
  if (zone.name.startsWith("SharedSync-")) {
    zone.touch(other("CPLSharedLibraryQuota", `SharedLibraryQuota-${zone.identity.owner}`, first));
  }
  if (zone.name.startsWith("SharedCollection-")) zone.touch(share(first));
  let previous: Asset | null = null;
  for (let start = 0; start < count; start += photosPerUpload) {
    const assets: Asset[] = [];
    for (let index = start; index < Math.min(count, start + photosPerUpload); index += 1) {
      previous = makeAsset(library, { index, count, salt, previous });
      assets.push(previous);
    }
    upload(zone, assets, salt);
  }
  if (zone.name === "PrimarySync") makeAlbums(library, zone, "members");
  if (count >= tidyAssetsMin) Bun.gc(true);
}

/** Writes masters, assets and the usual bystanders: tombstones, people, memories, a stretch of nothing. */
function upload(zone: Zone, assets: readonly Asset[], salt: number): void {
  for (const { master } of assets) if (!zone.records.has(master.name)) zone.touch(master);
  for (const asset of assets) {
    zone.touch(asset);
    if (asset.trash) zone.trashed.add(asset);
  }
  const [oldest] = assets;
  if (!oldest) return;
  const bystanders: OtherType[] = ["CPLPerson", "CPLFaceCrop", "CPLMemory", "CPLSuggestion"];
  for (const [place, type] of bystanders.entries()) {
    const record = other(type, uuid(salt + 21 + place, zone.seq), oldest.addedMs);
    // A lived-in zone is full of tombstones; faces and suggestions come and go.
    record.isGone = place % 2 === 1;
    zone.touch(record);
  }
  if (zone.seq < 500) zone.skip(700);
}

interface Place {
  readonly index: number;
  readonly count: number;
  readonly salt: number;
  readonly previous: Asset | null;
}

function makeAsset(library: Library, { index, count, salt, previous }: Place): Asset {
  const plan = draft(salt, index, count, library.onlyKinds);
  const moment = momentOf(index, count, salt);
  const shared = plan.isDuplicate ? previous?.master : undefined;
  const isBurstMate = plan.burst !== null && previous?.burst?.id === burstId(salt, plan.burst);
  const trash = plan.trash === "no" ? null : trashedBefore(library, index);
  return {
    type: "CPLAsset",
    name: uuid(salt, index),
    seq: 0,
    createdMs: moment.addedMs + 5,
    modifiedMs: trash?.deletedMs ?? moment.addedMs + 900,
    isGone: false,
    master: shared ?? makeMaster(library, plan, moment.addedMs, trash),
    assetMs: plan.takenMs ?? (isBurstMate && previous ? previous.assetMs : moment.takenMs),
    addedMs: moment.addedMs,
    offsetSeconds: plan.hasOffset ? moment.offsetSeconds : null,
    isFavorite: plan.isFavorite,
    isHidden: plan.isHidden,
    trash,
    edit: plan.isEdited ? editOf(library, plan) : null,
    burst: plan.burst === null ? null : { id: burstId(salt, plan.burst), isPick: plan.isBurstPick },
    caption: plan.caption,
    description: "",
    keywords: plan.keywords,
    location: plan.hasLocation ? moment.location : null,
  };
}

function makeMaster(
  library: Library,
  plan: Draft,
  addedMs: number,
  trash: TrashState | null,
): Master {
  const contentNumber = library.nextContentNumber();
  const { kind, givenName, nameForm } = plan;
  return {
    type: "CPLMaster",
    name: masterName(kind, contentNumber, library.sizes),
    seq: 0,
    createdMs: addedMs,
    modifiedMs: addedMs,
    isGone: false,
    kind,
    givenName,
    nameNumber: contentNumber,
    nameForm,
    contentNumber,
    sizes: library.sizes,
    trash: plan.trash === "lagging" ? null : trash,
  };
}

function editOf(library: Library, { kind }: Draft) {
  return kind.name === "slomo" ? slowMotionEdit : makeEdit(kind, library.nextContentNumber());
}

function burstId(salt: number, burst: number): string {
  return uuid(salt + 31, burst);
}

/** Put into the trash one to twenty days ago, so that it is still there. */
function trashedBefore(library: Library, index: number) {
  const deletedMs = library.clock.now() - ((index % 20) + 1) * dayMs;
  return { deletedMs, expungeMs: deletedMs + trashLifeMs };
}

const noFields = {};

function other(type: OtherType, name: string, createdMs: number): OtherRecord {
  const dates = { createdMs, modifiedMs: createdMs };
  return { type, name, seq: 0, isGone: false, fields: noFields, ...dates };
}

/** Names the shared album of a SharedCollection zone. */
function share(createdMs: number): OtherRecord {
  const fields = {
    "cloudkit.title": { value: "Shared walks", type: "STRING" },
    "cloudkit.type": { value: "photos_sharedcollections", type: "STRING" },
  };
  return { ...other("cloudkit.share", "cloudkit.zoneshare", createdMs), fields };
}
