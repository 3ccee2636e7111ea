/** favorite, caption, date, hide, trash and the like: changes that leave the files alone. */
import { change, purge, restore, trash } from "../library/changes.ts";
import type { Asset } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";
import type { Action } from "./admin.ts";
import type { Input } from "./input.ts";

export const stateActions: Readonly<Record<string, Action>> = {
  favorite: altering((asset, input) => (asset.isFavorite = input.flag("value", true))),
  hide: altering((asset) => (asset.isHidden = true)),
  unhide: altering((asset) => (asset.isHidden = false)),

  /** {caption, description, keywords, location}; only what is given changes. */
  caption: altering((asset, input) => {
    asset.caption = input.text("caption", asset.caption);
    asset.description = input.text("description", asset.description);
    if (input.values.keywords) asset.keywords = input.texts("keywords");
  }),

  /** {date, offsetSeconds}. */
  date: altering((asset, input) => {
    asset.assetMs = input.time("date", asset.assetMs);
    asset.offsetSeconds = input.number("offsetSeconds", asset.offsetSeconds ?? 0);
  }),

  /** {lagging: true}: the master does not know yet. */
  trash: forEach((input, zone, asset) =>
    trash(zone, input.library.clock.now(), asset, input.flag("lagging", false)),
  ),

  /** {staleMaster: true}: the master still says deleted. */
  restore: forEach((input, zone, asset) =>
    restore(zone, input.library.clock.now(), asset, input.flag("staleMaster", false)),
  ),

  purge: forEach((input, zone, asset) => purge(zone, input.library.clock.now(), asset)),
};

/** Only the asset itself goes into the feed. */
function altering(alter: (asset: Asset, input: Input) => unknown): Action {
  return forEach((input, zone, asset) => {
    alter(asset, input);
    return change(zone, input.library.clock.now(), asset);
  });
}

function forEach(act: (input: Input, zone: Zone, asset: Asset) => string[]): Action {
  return (input) => {
    const zone = input.zone();
    return { recordNames: input.assets().flatMap((asset) => act(input, zone, asset)) };
  };
}
