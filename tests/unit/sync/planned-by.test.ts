import { describe, expect, test } from "bun:test";
import { NO_FILTER_WORDS } from "../../../src/plan/filters.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { PlannedBy } from "../../../src/sync/planned-by.ts";
import { World } from "../../support/engine/world.ts";

const ALBUMS = { ...DEFAULT_RULES, folderStructure: "{album}/%Y" };
const BY_YEAR = { ...DEFAULT_RULES, folderStructure: "%Y" };

/** What a cycle by these rules finds, and whether it comes to its end. */
function cycle(world: World, rules = DEFAULT_RULES, isEnding = true) {
  const { memory } = world;
  const options = DEFAULT_SYNC;
  const settings = new PlannedBy({ memory, rules, filterWords: NO_FILTER_WORDS, options });
  if (isEnding) settings.note();
  return [settings.isReplanned, settings.isRearranged];
}

describe("PlannedBy", () => {
  test("finds nothing new in the first cycle, nor in the next by the same settings", () => {
    using world = new World();
    expect(cycle(world, DEFAULT_RULES, false)).toEqual([false, false]);
    expect(cycle(world)).toEqual([false, false]);
  });

  test("plans anew by other settings, until a cycle has come to its end", () => {
    using world = new World();
    cycle(world);
    expect(cycle(world, BY_YEAR, false)).toEqual([true, false]);
    // Even by the old ones: what was planned meanwhile was planned by others.
    expect(cycle(world, DEFAULT_RULES, false)).toEqual([true, false]);
    expect(cycle(world, BY_YEAR)).toEqual([true, false]);
    expect(cycle(world, BY_YEAR)).toEqual([false, false]);
  });

  test("rearranges when files are kept per album and were not, or the other way round", () => {
    using world = new World();
    cycle(world);
    expect(cycle(world, ALBUMS, false)).toEqual([true, true]);
    expect(cycle(world, ALBUMS)).toEqual([true, true]);
    expect(cycle(world, BY_YEAR)).toEqual([true, true]);
    expect(cycle(world, BY_YEAR)).toEqual([false, false]);
  });
});
