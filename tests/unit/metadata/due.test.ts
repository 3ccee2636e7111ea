import { expect, test } from "bun:test";
import { dueFacets, haveAfter, isDue, OWN } from "../../../src/metadata/due.ts";
import { FACETS, fingerprint } from "../../../src/metadata/facets.ts";
import type { Facet, Values } from "../../../src/metadata/facets.ts";

const RATED: Values = { rating: 5 };
const FIVE = fingerprint(5)!;
const ALL = new Set(FACETS);

const rows: {
  name: string;
  values: Values;
  on?: ReadonlySet<Facet>;
  have: [Facet, string][];
  set?: Facet[];
  remove?: Facet[];
}[] = [
  { name: "a favourite that was never written", values: RATED, have: [], set: ["rating"] },
  { name: "a favourite that is written", values: RATED, have: [["rating", FIVE]] },
  { name: "a favourite no more", values: {}, have: [["rating", FIVE]], remove: ["rating"] },
  { name: "what was never a favourite", values: {}, have: [] },
  {
    name: "another caption",
    values: { title: "b" },
    have: [["title", fingerprint("a")!]],
    set: ["title"],
  },
  { name: "what is switched off", values: RATED, on: new Set<Facet>(), have: [] },
  {
    name: "what was written and is switched off",
    values: {},
    on: new Set<Facet>(),
    have: [["rating", FIVE]],
  },
  {
    name: "a place of the camera's own",
    values: { gps: { latitude: 1, longitude: 2, altitude: 3 } },
    have: [["gps", OWN]],
  },
  { name: "a place of the camera's own that iCloud forgot", values: {}, have: [["gps", OWN]] },
];
for (const { name, values, on = ALL, have, set = [], remove = [] } of rows) {
  test(`dueFacets() for ${name}: sets [${set.join()}], removes [${remove.join()}]`, () => {
    const due = dueFacets(values, on, new Map(have));
    expect(due).toEqual({ set, remove });
    expect(isDue(due)).toBe(set.length + remove.length > 0);
  });
}

test("haveAfter() makes nothing due any more", () => {
  const values: Values = {
    rating: 5,
    title: "new",
    gps: { latitude: 1, longitude: 2, altitude: 3 },
  };
  const have = new Map<Facet, string>([
    ["title", "old"],
    ["burst", "old"],
  ]);
  const due = dueFacets(values, ALL, have);
  const after = haveAfter(values, due, ["gps"], have);
  expect([...after]).toEqual([
    ["title", fingerprint("new")!],
    ["gps", OWN],
    ["rating", FIVE],
  ]);
  expect(isDue(dueFacets(values, ALL, after))).toBeFalse();
});
