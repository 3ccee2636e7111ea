/** The doors do what the table says, in every state, and nothing else. */
import { describe, expect, test } from "bun:test";
import { FILE_STATES, stateOf } from "../../../../src/state/files/row.ts";
import { after, TRANSITIONS } from "../../../../src/state/files/transitions.ts";
import type { Deed } from "../../../../src/state/files/transitions.ts";
import { INTO, finalOf, setUp } from "./setup.ts";

type Rows = ReturnType<typeof setUp>;

/** How each deed is done through the door that may do it. */
const DEEDS: Readonly<Record<Deed, (of: Rows) => void>> = {
  "want-again": ({ memory, id }) => memory.wants.wantAgain(id("a"), "c9", 5),
  "take-in": ({ memory, id }) => memory.wants.takeIn(id("a")),
  "leave-out": ({ memory, id }) => memory.wants.leaveOut(id("a")),
  doubt: ({ memory, id }) => memory.wants.doubt(id("a")),
  stage: ({ stage }) => void stage("a"),
  save: ({ save }) => save("a"),
  "move-on": ({ memory, row }) => memory.haves.moveOn(row("a"), "b", "B"),
  withdraw: ({ memory, id }) => memory.haves.withdraw(id("a")),
  "give-up": ({ memory, id }) => memory.haves.giveUp(id("a")),
  "fall-back": ({ memory, id, row }) => {
    const older = { ...finalOf("c0"), origin: "own" } as const;
    // Only what is staged has an older version beside it.
    if (row("a").staged !== null && row("a").state === "dropped")
      memory.haves.stage(id("a"), finalOf("c1"), older);
    memory.haves.giveUp(id("a"));
  },
  damage: ({ memory, id }) => memory.places.damage([id("a")]),
  lose: ({ memory, id }) => memory.places.lose([id("a")]),
  "lose-for-good": ({ world, memory, id }) => {
    world.memory.library.markZoneGone(1, 5);
    memory.places.lose([id("a")]);
  },
};

describe("every door brings rows where the table says:", () => {
  for (const deed of Object.keys(TRANSITIONS) as Deed[]) {
    for (const state of FILE_STATES) {
      const next = after(state, deed) ?? state;
      test(`"${deed}" makes of a ${state} row: ${next}`, () => {
        const rows = setUp("a");
        using world = rows.world;
        INTO[state](rows, "a");
        expect(rows.row("a").state).toBe(state);
        const { id } = rows.row("a");
        DEEDS[deed](rows);
        expect(world.memory.files.byId(id)?.state ?? "forgotten").toBe(next);
      });
    }
  }
});

test("stateOf() reads every row that the doors can make", () => {
  for (const state of FILE_STATES) {
    const rows = setUp("a");
    using _ = rows.world;
    INTO[state](rows, "a");
    expect(stateOf(rows.row("a")).kind).toBe(state);
    for (const deed of Object.keys(TRANSITIONS) as Deed[]) {
      const again = setUp("a");
      using __ = again.world;
      INTO[state](again, "a");
      DEEDS[deed](again);
      for (const row of again.world.rows()) expect(stateOf(row).kind).toBe(row.state);
    }
  }
});

test("what is staged or saved is known by its proof, its size and what was written into it", () => {
  const rows = setUp("a", "b");
  using _ = rows.world;
  const facets = [{ facet: "embedded", hash: "h" }];
  rows.stage("a", { written: facets });
  expect(stateOf(rows.row("a"))).toEqual({
    kind: "staged",
    final: finalOf("c1", { written: facets }),
    older: null,
  });
  rows.save("a");
  const { written: _written, ...held } = finalOf("c1");
  expect(stateOf(rows.row("a"))).toEqual({ kind: "saved", held });
  const proof = { kind: "apple", checksum: "c1" } as const;
  const { memory } = rows;
  memory.haves.save([{ id: rows.id("b"), final: finalOf("c1", { proof }) }], 1, 1);
  expect(stateOf(rows.row("b"))).toEqual({ kind: "saved", held: { ...held, proof } });
});

test("a row whose photo changed between two names knows both versions that may be there", () => {
  const rows = setUp("a");
  using _ = rows.world;
  const { memory, id } = rows;
  rows.save("a");
  memory.wants.wantAgain(id("a"), "c2", 20);
  memory.haves.stage(id("a"), finalOf("c2", { sizeBytes: 20 }), finalOf("c1"));
  memory.wants.wantAgain(id("a"), "c3", 30);
  const state = stateOf(rows.row("a"));
  expect(state.kind === "outdated" && state.olders.map(({ content }) => content)).toEqual([
    "c1",
    "c2",
  ]);
  // The one that is there by its size is the one that is kept in mind when nothing selects it any more.
  memory.wants.leaveOut(id("a"), 20);
  expect(rows.row("a")).toMatchObject({ state: "left-out", held: "sha256:sha c2", checksum: "c2" });
});
