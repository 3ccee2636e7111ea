import { describe, expect, test } from "bun:test";
import { RemoteError } from "../../../src/lib/errors.ts";
import type { RemoteFault } from "../../../src/lib/errors.ts";
import { AppleCount, COUNT_MAX } from "../../../src/sync/apple-count.ts";
import { over } from "../../support/engine/memory-source.ts";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

type Said = number | null | RemoteFault;

/** A count whose source says these, one after the other. */
async function countOf(says: readonly Said[], newest: number | null = null) {
  using world = new World();
  const left = [...says];
  const source = over(world.source, {
    count: async () => {
      const said = left.shift()!;
      if (typeof said === "string") throw new RemoteError(said, "no");
      return said;
    },
  });
  const count = new AppleCount(source, ZONE, { kind: "library" }, newest);
  await count.ask();
  return count;
}

describe("AppleCount", () => {
  const rows: { name: string; says: Said[]; newest?: number; named: number; short: number }[] = [
    { name: "nothing when all are named", says: [5, 5], named: 5, short: 0 },
    { name: "those that are not named", says: [5, 5], named: 3, short: 2 },
    { name: "by the lower count when some went meanwhile", says: [5, 4], named: 3, short: 1 },
    { name: "by the lower count when some came meanwhile", says: [4, 5], named: 3, short: 1 },
    { name: "only the newest so many", says: [50, 50], newest: 10, named: 8, short: 2 },
    { name: "all when nobody knows any more", says: [5, null], named: 5, short: Infinity },
    { name: "by the second count when only that is known", says: [null, 5], named: 4, short: 1 },
    { name: "all when the count is nonsense", says: [5, COUNT_MAX + 1], named: 5, short: Infinity },
    { name: "by the largest count that is none", says: [9, COUNT_MAX], named: 9, short: 0 },
    { name: "all when Apple cannot count", says: [5, "unavailable"], named: 5, short: Infinity },
  ];
  for (const { name, says, newest, named, short } of rows) {
    test(`misses ${name}`, async () => {
      const count = await countOf(says, newest ?? null);
      expect(await count.shortfall(named)).toBe(short);
    });
  }

  test("goes no further when the session is over", async () => {
    await expect(countOf(["signed-out"])).rejects.toMatchObject({ fault: "signed-out" });
  });

  test("lets two be missing, or one in a thousand", async () => {
    const tolerances = await Promise.all([0, 1000, 5000].map((said) => countOf([said])));
    expect(tolerances.map(({ tolerance }) => tolerance)).toEqual([2, 2, 5]);
  });
});
