import { describe, expect, test } from "bun:test";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { remark } from "../../../src/sync/remarks.ts";
import { Scope } from "../../../src/sync/scope.ts";
import type { Tally } from "../../../src/sync/events.ts";
import { World } from "../../support/engine/world.ts";

function remarksOn(tally: Partial<Tally>, isReplanned: boolean, leftOut: number): string[] {
  using world = new World();
  const { memory } = world;
  memory.files.countLeftOut = () => leftOut;
  const scope = new Scope(memory, DEFAULT_SYNC, 1);
  const said: string[] = [];
  const observe: Parameters<typeof remark>[2]["observe"] = (event) => {
    if (event.kind === "warning") said.push(event.message);
  };
  const whole = { filesExhausted: 0, assetsGone: 0, ...tally } as Tally;
  remark(whole, isReplanned, { memory, scope, observe });
  return said;
}

describe("remark()", () => {
  test("says nothing when there is nothing to say", () => {
    expect(remarksOn({}, false, 3)).toEqual([]);
    expect(remarksOn({}, true, 0)).toEqual([]);
  });

  test("says what was given up, what is gone, and what other settings leave out", () => {
    expect(remarksOn({ filesExhausted: 1, assetsGone: 2 }, true, 3)).toEqual([
      "Files left alone because they failed in too many runs: 1",
      "Gone from iCloud, kept on disk: 2",
      "Saved files no longer selected, kept on disk: 3",
    ]);
  });
});
