import { describe, expect, test } from "bun:test";
import { hasAlbums, joinZones, zoneKey, zoneKind } from "../../../src/photos/zones.ts";
import type { Zone } from "../../../src/photos/page.ts";

const SHARED_LIBRARY = "SharedSync-00000000-1111-2222-3333-444444444444";

function zone(database: Zone["database"], owner: string | null, name: string): Zone {
  return { database, owner, name };
}

describe("zoneKind()", () => {
  const rows = [
    ["private", "PrimarySync", "library", true],
    ["shared", "PrimarySync", "unknown", false],
    ["private", SHARED_LIBRARY, "library", false],
    ["shared", SHARED_LIBRARY, "library", false],
    ["private", "SharedSync", "unknown", false],
    ["private", "CMM-00000000-1111-2222-3333-444444444444", "moment-share", false],
    ["shared", "SharedCollection-00000000-1111-2222-3333-444444444444", "shared-album", false],
    ["private", "AppLibrarySync-com.apple.GenerativePlayground-1", "app-library", false],
    ["private", "SomethingNew-1", "unknown", false],
  ] as const;
  for (const [database, name, kind, has] of rows) {
    test(`${name} in the ${database} database is ${kind}`, () =>
      expect([zoneKind({ database, name }), hasAlbums({ database, name })]).toEqual([kind, has]));
  }
});

test("zoneKey() tells zones apart by database, owner and name", () => {
  const zones = [
    zone("private", "_me", "X"),
    zone("shared", "_me", "X"),
    zone("shared", "_you", "X"),
    zone("shared", null, "X"),
    zone("shared", "_me", "Y"),
    zone("shared", '_me","X', "Y"),
  ];
  expect(new Set(zones.map(zoneKey)).size).toBe(zones.length);
});

describe("joinZones()", () => {
  const own = zone("private", "_me", SHARED_LIBRARY);
  const rows = [
    { name: "one of another owner", shared: zone("shared", "_you", SHARED_LIBRARY), isKept: true },
    { name: "our own, seen twice", shared: zone("shared", "_me", SHARED_LIBRARY), isKept: false },
    { name: "one of nobody", shared: zone("shared", null, SHARED_LIBRARY), isKept: false },
    { name: "one of another name", shared: zone("shared", null, "Y"), isKept: true },
  ];
  for (const { name, shared, isKept } of rows) {
    test(`${isKept ? "keeps" : "leaves out"} ${name}`, () =>
      expect(joinZones([own], [shared])).toEqual(isKept ? [own, shared] : [own]));
  }

  test("names each zone once", () => expect(joinZones([own, { ...own }], [])).toEqual([own]));
});
