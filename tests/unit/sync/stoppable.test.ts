import { describe, expect, test } from "bun:test";
import { stoppable } from "../../../src/sync/stoppable.ts";
import { over } from "../../support/engine/memory-source.ts";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

const WHOLE = { kind: "library" } as const;

describe("stoppable()", () => {
  test("gives what the source gives", async () => {
    using world = new World();
    const source = stoppable(world.source, new AbortController().signal);
    const page = await world.source.lookup(ZONE, []);
    expect(await source.lookup(ZONE, [])).toEqual(page);
    expect(await source.count(ZONE, WHOLE)).toBe(0);
  });

  test("waits for no answer any more once it is stopped, and asks nothing after that", async () => {
    using world = new World();
    const stopping = new AbortController();
    let asked = 0;
    const never = over(world.source, { count: () => (asked++, new Promise(() => undefined)) });
    const source = stoppable(never, stopping.signal);
    const reason = new Error("enough");
    const answers = Promise.allSettled([source.count(ZONE, WHOLE), source.count(ZONE, WHOLE)]);
    stopping.abort(reason);
    const stopped = { status: "rejected", reason } as const;
    expect(await answers).toEqual([stopped, stopped]);
    await expect(source.count(ZONE, WHOLE)).rejects.toBe(reason);
    await expect(source.isIndexed(ZONE)).rejects.toBe(reason);
    expect(asked).toBe(2);
  });
});
