import { describe, expect, test } from "bun:test";
import { AuthError, LocalError } from "../../../src/lib/errors.ts";
import { decideOnly } from "../../../src/sync/cycle.ts";
import { inEnvelopes } from "../../../src/sync/events.ts";
import type { Envelope, Event } from "../../../src/sync/events.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { World } from "../../support/engine/world.ts";

const LOST = new AuthError("password", "Apple refused the password");

/** Kinds of the first and the last event, and how often a cycle was told to begin and to end. */
function frameOf(events: readonly Event[]) {
  const count = (kind: Event["kind"]) => events.filter((event) => event.kind === kind).length;
  return [events[0]?.kind, events.at(-1)?.kind, count("cycle-started"), count("cycle-ended")];
}
const FRAME: ReturnType<typeof frameOf> = ["cycle-started", "cycle-ended", 1, 1];

describe("a cycle's events", () => {
  test("begin and end with it, and end with its tally", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const tally = await world.cycle();
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ isTrial: false, tally, error: null });
  });

  test("end with how long it took", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    await world.clock.sleep(86_400_000); // the clock stood somewhere when it began
    const open: typeof world.source.open = async (address, from) => {
      await world.clock.sleep(5000);
      return world.source.open(address, from);
    };
    const { elapsedMs } = await world.cycle({ open });
    expect(elapsedMs).toBeGreaterThanOrEqual(5000);
    expect(elapsedMs).toBeLessThan(10_000);
  });

  test("end with what stopped it when Apple cannot be asked", async () => {
    using world = new World();
    const source = over(world.source, { changedZones: () => Promise.reject(LOST) });
    await expect(world.cycle({ source })).rejects.toBe(LOST);
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ error: LOST, tally: { isCutShort: true } });
  });

  test("end with what stopped it before Apple was asked", async () => {
    using world = new World();
    const gone = new LocalError("missing", "No disk", "/photos");
    world.memory.files.backlog = () => {
      throw gone;
    };
    await expect(world.cycle()).rejects.toBe(gone);
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ error: gone, tally: null });
  });

  test("end with a tally when somebody stops it", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }), aPhoto({ id: "C" }));
    const stopping = new AbortController();
    const { signal } = stopping;
    const open: typeof world.source.open = (address, from) => {
      stopping.abort();
      return world.source.open(address, from);
    };
    const tally = await world.cycle({ signal, open, threads: 1 });
    expect(tally.interrupted).toBe(2);
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ tally, error: null });
  });

  test("end with a tally after a trial, and with what stopped it", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const tally = await decideOnly(world.door());
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ isTrial: true, tally, error: null });
    world.events.length = 0;
    const source = over(world.source, { changedZones: () => Promise.reject(LOST) });
    await expect(decideOnly(world.door({ source }))).rejects.toBe(LOST);
    expect(frameOf(world.events)).toEqual(FRAME);
    expect(world.events.at(-1)).toMatchObject({ isTrial: true, tally: null, error: LOST });
  });
});

test("inEnvelopes() says whose an event is, and of which cycle", () => {
  const heard: Envelope[] = [];
  const observe = inEnvelopes("me@example.com", (envelope) => void heard.push(envelope));
  const again: Event = { kind: "signed-in-again" };
  observe(again);
  observe({ kind: "cycle-started", cycle: 7 });
  observe(again);
  observe({ kind: "cycle-ended", isTrial: false, tally: null, error: LOST });
  observe(again);
  expect(heard.map(({ account, cycle }) => [account, cycle])).toEqual(
    [null, 7, 7, 7, null].map((cycle) => ["me@example.com", cycle]),
  );
});
