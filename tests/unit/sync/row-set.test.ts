import { expect, test } from "bun:test";
import fc from "fast-check";
import { RowSet } from "../../../src/sync/row-set.ts";

test("RowSet holds every number once, whatever comes", () => {
  const some = fc.array(fc.oneof(fc.nat(20_000), fc.nat(2 ** 40)), { maxLength: 300 });
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 50 }), (rows, count) => {
      const set = new RowSet();
      for (const row of rows) set.add(row);
      const groups = [...set.inGroupsOf(count)];
      expect(groups.flat().toSorted((one, other) => one - other)).toEqual(
        [...new Set(rows)].toSorted((one, other) => one - other),
      );
      expect(set.size).toBe(new Set(rows).size);
      expect(groups.slice(0, -1).every((group) => group.length === count)).toBe(true);
    }),
    { numRuns: 100, seed: 20_261_124 },
  );
});

test("RowSet.clear() forgets everything", () => {
  const set = new RowSet();
  set.add(7);
  set.clear();
  expect([set.size, [...set.inGroupsOf(10)]]).toEqual([0, []]);
});
