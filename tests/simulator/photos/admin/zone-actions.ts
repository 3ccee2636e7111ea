/** zone/add, zone/remove, new-epoch, skip: changes of whole zones. */
import type { Action } from "./admin.ts";
import { AdminError } from "./input.ts";

export const zoneActions: Readonly<Record<string, Action>> = {
  /** {name, database, owner, assets, deleted}. */
  "zone/add": (input) => {
    const database = input.text("database", "private");
    if (database !== "private" && database !== "shared") {
      throw new AdminError(`Cannot use database "${database}", want private or shared`);
    }
    const name = input.text("name");
    const owner = input.text("owner", "") || undefined;
    if (input.library.findZone(database, name, owner))
      throw new AdminError(`Zone "${name}" exists`);
    const assets = input.number("assets", 0);
    const isDeleted = input.flag("deleted", false);
    const zone = input.library.addZone({ name, database, owner, assets, isDeleted });
    return { recordNames: [...zone.records.keys()] };
  },

  /** {zone, database}: listed as deleted, ZONE_NOT_FOUND when addressed; {forget: true}: never heard of. */
  "zone/remove": (input) => {
    const zone = input.zone();
    const { zones } = input.library;
    if (input.flag("forget", false)) zones.splice(zones.indexOf(zone), 1);
    zone.isDeleted = true;
    zone.stamp = input.library.nextStamp();
    return { recordNames: [] };
  },

  /** All tokens handed out before become unknown, as after a rebuild of the library. */
  "new-epoch": (input) => {
    const zone = input.zone();
    zone.epoch = input.library.freshEpoch();
    zone.stamp = input.library.nextStamp();
    return { recordNames: [] };
  },

  /** {numbers}: sequence numbers without records; each 200 of them are an empty page of a feed. */
  skip: (input) => {
    input.zone().skip(input.number("numbers"));
    return { recordNames: [] };
  },
};
