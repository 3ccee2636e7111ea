import { describe, expect, test } from "bun:test";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

describe("Zones.see()", () => {
  test("is one row per database, owner and name", () => {
    using world = new World();
    const { zones } = world.memory;
    const given = [
      { ...ZONE, name: "X", owner: "_me" },
      { ...ZONE, name: "X", owner: "_you" },
      { ...ZONE, name: "X", owner: "_me", database: "shared" },
      { ...ZONE, name: "Y", owner: "_me" },
    ] as const;
    const rows = given.map((zone) => zones.see(zone));
    expect(rows).toMatchObject(given);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(given.length);
    expect(given.map((zone) => zones.find(zone)?.id)).toEqual(rows.map(({ id }) => id));
    expect(zones.find({ ...ZONE, name: "X", owner: "_other" })).toBeNull();
  });

  test("is the same row when the owner is told later, and when it is not told again", () => {
    using world = new World();
    const { zones } = world.memory;
    const zone = zones.see(ZONE).id;
    zones.see({ ...ZONE, owner: "_me" });
    zones.setToken(zone, "t");
    expect(zones.see(ZONE)).toMatchObject({ id: zone, owner: "_me", token: "t" });
    expect(zones.all()).toHaveLength(1);
  });
});
