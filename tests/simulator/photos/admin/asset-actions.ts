/** add, edit, replace-bytes, duplicate, patch: changes of what an asset is made of. */
import { uuid } from "../library/random.ts";
import { change } from "../library/changes.ts";
import { makeEdit, masterName, slowMotionEdit } from "../library/renditions.ts";
import type { Asset, Master } from "../library/records.ts";
import type { Action } from "./admin.ts";
import { newAsset } from "./new-asset.ts";
import { AdminError, type Input } from "./input.ts";

/** {assets: [{kind, name, date, bytes, masterName, ...}]}: all of them arrive at once. */
const add: Action = (input) => {
  const zone = input.zone();
  const assets = input.objects("assets").map((wish) => newAsset(input.library, wish));
  const nowMs = input.library.clock.now();
  for (const asset of assets) change(zone, nowMs, asset.master, asset);
  const pairs = assets.map(({ name, master }) => ({ recordName: name, masterName: master.name }));
  return { recordNames: assets.map(({ name }) => name), assets: pairs };
};

/** Renders an edit; {revert: true} takes it back, {slowMotion: true} makes one without a file. */
const edit: Action = (input) =>
  forAssets(input, (asset) => {
    if (input.flag("revert", false)) asset.edit = null;
    else if (input.flag("slowMotion", false)) asset.edit = slowMotionEdit;
    else asset.edit = makeEdit(asset.master.kind, input.library.nextContentNumber());
    return [asset];
  });

/** Other content under the same file name; {newMaster: true} also gives the asset another master. */
const replaceBytes: Action = (input) =>
  forAssets(input, (asset) => {
    const old = asset.master;
    const contentNumber = input.library.nextContentNumber();
    const sizes = { ...old.sizes, originalBytes: input.number("bytes", old.sizes.originalBytes) };
    const name = masterName(old.kind, contentNumber, sizes);
    if (!input.flag("newMaster", false)) {
      Object.assign(old, { contentNumber, sizes });
      return [old];
    }
    const master: Master = { ...old, name, contentNumber, sizes };
    asset.master = master;
    old.isGone = true;
    return [old, master, asset];
  });

/** A second asset with the same master, as iOS "Duplicate" makes. */
const duplicate: Action = (input) => {
  const zone = input.zone();
  const nowMs = input.library.clock.now();
  const copies = input.assets().map((asset): Asset => {
    const name = uuid(input.library.seed + 71, input.library.nextContentNumber());
    const copy = { ...asset, name, addedMs: nowMs, createdMs: nowMs };
    change(zone, nowMs, asset.master, copy);
    return copy;
  });
  return { recordNames: copies.map(({ name }) => name) };
};

/** {recordName, fields}: lays raw JSON over the fields of any record; null removes a field. */
const patch: Action = (input) => {
  const record = input.record(input.text("recordName"));
  record.patch = { ...record.patch, ...input.object("fields") };
  return { recordNames: change(input.zone(), input.library.clock.now(), record) };
};

/** Makes a change to each asset named; `alter` says which records it touched. */
function forAssets(input: Input, alter: (asset: Asset) => (Asset | Master)[]) {
  const zone = input.zone();
  const assets = input.assets();
  if (assets.some(({ isGone }) => isGone)) throw new AdminError("A purged asset cannot change");
  const nowMs = input.library.clock.now();
  return { recordNames: assets.flatMap((asset) => change(zone, nowMs, ...alter(asset))) };
}

export const assetActions: Readonly<Record<string, Action>> = {
  add,
  edit,
  "replace-bytes": replaceBytes,
  duplicate,
  patch,
};
