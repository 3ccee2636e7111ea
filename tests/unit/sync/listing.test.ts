import type { ListingPage } from "../../../src/photos/page.ts";
import { describe, expect, test } from "bun:test";
import { RemoteError } from "../../../src/lib/errors.ts";
import type { Tally } from "../../../src/sync/events.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import type { Source } from "../../../src/sync/ports.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { ZONE, aPage } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

/** A world with so many tiny photos, a day apart, all of one content. */
function worldOf(count: number): World {
  const world = new World();
  for (let n = 0; n < count; n++) {
    const createdMs = Date.UTC(2018, 0, 1) - n * 86_400_000;
    world.source.add(aPhoto({ id: `A${n}`, content: "same", sizeBytes: 10, createdMs }));
  }
  return world;
}

function tokenOf(world: World): string | null {
  return world.memory.zones.find(ZONE)!.token;
}

/** Refreshes and fetches nothing: the network is said to be gone. */
async function listOnly(world: World, source: Source = world.source): Promise<void> {
  const open = () => Promise.reject(new RemoteError("unreachable", "no network"));
  const thrown = await world.cycle({ source, open, retry: { maxRetries: 0, delayMs: 1 } }).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown !== null) expect(thrown).toMatchObject({ code: "remote/unreachable" });
}

/** A source whose page at one rank is answered by `change` instead. */
function withPage(
  source: Source,
  rank: number,
  change: (page: ListingPage) => ListingPage | Promise<ListingPage>,
): Source {
  return over(source, {
    listing: async (zone, collection, asked) => {
      const page = await source.listing(zone, collection, asked);
      return asked === rank ? change(page) : page;
    },
  });
}

function assetsIn(world: World): number {
  return [...world.memory.library.assetNames(1)].flat().length;
}

const EMPTY = { ...aPage(), isFull: false };

describe("Listing.run()", () => {
  test("reads every range once when ranges are whole", async () => {
    using world = worldOf(301);
    await listOnly(world);
    const ranks = world.source.calls.filter((call) => call.startsWith("listing"));
    expect(ranks.sort()).toEqual([0, 100, 200, 300].map((rank) => `listing ${rank}`).sort());
    expect(assetsIn(world)).toBe(301);
    expect(tokenOf(world)).toBe(world.source.token);
  });

  test("walks on past the end when Apple counts too few", async () => {
    using world = worldOf(201);
    let asked = 0;
    const source = over(world.source, { count: async () => (asked++ === 0 ? 50 : 201) });
    await listOnly(world, source);
    expect(assetsIn(world)).toBe(201);
  });

  test("walks to the end when the count is unknown, and stores no token", async () => {
    using world = worldOf(201);
    const count = () => Promise.reject(new RemoteError("refused", "no such index"));
    await listOnly(world, over(world.source, { count }));
    expect(assetsIn(world)).toBe(201);
    expect(tokenOf(world)).toBeNull();
  });

  test("reads the rest of a range whose page came out short", async () => {
    using world = worldOf(201);
    const short = withPage(world.source, 100, (page) => ({
      ...page,
      assets: page.assets.slice(0, 60),
    }));
    await listOnly(world, short);
    expect(world.source.calls).toContain("listing 160");
    expect(world.source.calls.filter((call) => call === "listing 0")).toHaveLength(1);
    expect(assetsIn(world)).toBe(201);
  });

  test("asks again from the start when a page in the middle is empty, and is complete then", async () => {
    using world = worldOf(201);
    let isFirst = true;
    const gap = withPage(world.source, 100, (page) => {
      const answer = isFirst ? EMPTY : page;
      isFirst = false;
      return answer;
    });
    await listOnly(world, gap);
    expect(assetsIn(world)).toBe(201);
    expect(tokenOf(world)).toBe(world.source.token);
  });

  test("stops where nothing new comes, however high Apple counts", async () => {
    const answers = {
      empty: async () => EMPTY,
      same: (source: Source) => source.listing(ZONE, { kind: "library" }, 0),
    };
    for (const answer of Object.values(answers)) {
      using world = worldOf(20);
      let asked = 0;
      const source = over(world.source, {
        count: async () => 19_000_000,
        listing: async (zone, collection, rank) => {
          asked += 1;
          if (rank < 20) return world.source.listing(zone, collection, rank);
          return { ...(await answer(world.source)), isFull: true };
        },
      });
      const thrown = await world.cycle({ source }).catch((error: unknown) => error);
      expect(asked).toBeLessThan(1000);
      expect(assetsIn(world)).toBe(20);
      expect(tokenOf(world)).toBeNull();
      // Known to be too few: not complete, or given up.
      const isTold = (thrown as Tally).listingFaults === 1;
      expect(isTold || (thrown as RemoteError).code === "remote/endless").toBe(true);
    }
  });

  test("gives up pages in a circle, and pages that go on beyond Apple's count for ever", async () => {
    let made = 0;
    const fresh = () => {
      const photos = Array.from({ length: 100 }, () =>
        aPhoto({ id: `N${(made += 1)}`, sizeBytes: 10 }),
      );
      return aPage({
        assets: photos.map(({ asset }) => asset),
        masters: photos.map(({ master }) => master),
      });
    };
    const circle = [fresh(), fresh(), fresh()];
    const rows = [
      { count: null, page: (at: number) => circle[at % 3]! },
      { count: 100, page: fresh },
    ];
    for (const { count, page } of rows) {
      using world = new World();
      let asked = 0;
      const source = over(world.source, {
        changedZones: async () => ({ token: "t", zones: [ZONE] }),
        count: async () => count,
        listing: async () => ({ ...page((asked += 1)), token: "t", isFull: true }),
      });
      const open = () => Promise.reject(new RemoteError("unreachable", "no network"));
      const thrown = await world.cycle({ source, open }).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "remote/endless" });
      expect(asked).toBeLessThan(200);
    }
  });

  test("holds the token, says so, and counts a fault when assets stay missing", async () => {
    using world = worldOf(201);
    const gap = withPage(world.source, 100, () => EMPTY);
    await listOnly(world, gap);
    expect(assetsIn(world)).toBe(101);
    expect(tokenOf(world)).toBeNull();
    expect(world.memory.setting("token:private")).toBeNull();
    expect(world.eventsOf("listing-ended")).toMatchObject([
      { seen: 101, expected: 201, isComplete: false },
    ]);
    expect(world.eventsOf("cycle-ended")[0]!.tally!.listingFaults).toBe(1);
    await listOnly(world);
    expect(assetsIn(world)).toBe(201);
    expect(tokenOf(world)).toBe(world.source.token);
  });

  test("stores the first page's token, so that what changed meanwhile is in the next delta", async () => {
    using world = worldOf(201);
    const before = world.source.token;
    const late = aPhoto({ id: "LATE", sizeBytes: 10 });
    const source = withPage(world.source, 200, (page) => {
      world.source.add(late);
      return { ...page, token: world.source.token };
    });
    await listOnly(world, source);
    expect(tokenOf(world)).toBe(before);
    await listOnly(world);
    expect(world.source.calls).toContain(`changes ${before}`);
    expect(world.memory.library.halves(1, "LATE")).not.toBeNull();
  });

  test("asks again for a page with records Apple could not give just now", async () => {
    using world = worldOf(101);
    const busy = { record: "A100", message: "TRY_AGAIN_LATER", isTransient: true };
    let faults = 1;
    const source = withPage(world.source, 100, (page) =>
      faults-- > 0 ? { ...page, assets: [], faults: [busy] } : page,
    );
    await listOnly(world, source);
    expect(assetsIn(world)).toBe(101);
    expect(tokenOf(world)).toBe(world.source.token);
    expect(world.eventsOf("record-unreadable")).toEqual([]);
  });

  test("holds the token when such a record never comes", async () => {
    using world = worldOf(3);
    const busy = { record: "A2", message: "TRY_AGAIN_LATER", isTransient: true };
    const source = withPage(world.source, 0, (page) => ({ ...page, faults: [busy] }));
    await listOnly(world, source);
    expect(tokenOf(world)).toBeNull();
    expect(world.eventsOf("record-unreadable")).toMatchObject([{ record: "A2" }]);
  });

  test("stores the token in spite of a record Apple refuses for good, and names it", async () => {
    using world = worldOf(3);
    const refused = { record: "X", message: "ACCESS_DENIED", isTransient: false };
    const source = withPage(world.source, 0, (page) => ({ ...page, faults: [refused] }));
    await listOnly(world, source);
    expect(tokenOf(world)).toBe(world.source.token);
    expect(world.eventsOf("record-unreadable")).toMatchObject([{ record: "X" }]);
  });

  test("joins halves that come on different pages, in either order", async () => {
    using world = new World();
    const newer = aPhoto({ id: "N", createdMs: Date.UTC(2021, 0, 1), sizeBytes: 20 });
    const older = aPhoto({ id: "O", createdMs: Date.UTC(2020, 0, 1), sizeBytes: 30 });
    world.source.add(newer, older);
    const { urls } = await world.source.lookup(ZONE, [newer.master.id, older.master.id]);
    const pages: Record<number, ListingPage> = {
      0: {
        ...aPage({
          masters: [older.master],
          assets: [newer.asset],
          urls,
          token: world.source.token,
        }),
        isFull: true,
      },
      1: { ...aPage({ masters: [newer.master], assets: [older.asset] }), isFull: false },
    };
    const source = over(world.source, {
      listing: async (_zone, _collection, rank) => pages[rank] ?? EMPTY,
    });
    const tally = await world.cycle({ source });
    expect(tally).toMatchObject({ seen: 2, saved: 2 });
    // Addresses of halves that nobody asked for yet are not kept: one lookup brings them back.
    expect(world.source.calls.filter((call) => call.startsWith("lookup"))).toHaveLength(1);
  });

  test("looks up masters that come on no page", async () => {
    using world = worldOf(2);
    const bare = withPage(world.source, 0, (page) => ({ ...page, masters: [] }));
    const tally = await world.cycle({ source: bare });
    expect(world.source.calls).toContain("lookup MASTER-same");
    expect(tally).toMatchObject({ seen: 2, saved: 2, failed: 0 });
  });

  test("gives each of two assets that share a master a file of its own", async () => {
    using world = worldOf(2);
    const tally = await world.cycle();
    expect(tally).toMatchObject({ seen: 2, saved: 2 });
    expect(world.files().size).toBe(2);
  });

  test("warns when Apple is still indexing, and goes on", async () => {
    using world = worldOf(1);
    const tally = await world.cycle({
      source: over(world.source, { isIndexed: async () => false }),
    });
    expect(world.eventsOf("warning")[0]!.message).toContain("indexing");
    expect(tally.saved).toBe(1);
  });

  test("starts fetching with the first page, before the listing is done", async () => {
    using world = worldOf(100);
    world.source.add(aPhoto({ id: "NEWEST" }), aPhoto({ id: "NEXT" }));
    const stopping = new AbortController();
    let release = () => {};
    const isOpened = new Promise<void>((resolve) => (release = resolve));
    const source = withPage(world.source, 100, async (page) => {
      await isOpened;
      stopping.abort(new Error("seen enough"));
      return page;
    });
    const tally = await world.cycle({
      source,
      signal: stopping.signal,
      open: (address, from) => {
        release();
        return world.source.open(address, from);
      },
    });
    expect(tally.saved).toBeGreaterThan(0);
  });

  const lookedUp = (world: World) => world.source.calls.filter((call) => call.startsWith("lookup"));
  const full = (recent: number | null) => ({
    options: { ...DEFAULT_SYNC, isFull: true, selection: { ...DEFAULT_SYNC.selection, recent } },
  });

  test("asks by name for what it does not name any more", async () => {
    using world = new World();
    const [kept, hidden] = [aPhoto({ id: "A" }), aPhoto({ id: "B" })];
    world.source.add(kept, hidden);
    await world.cycle();
    world.source.putAsset({ ...hidden.asset, isHidden: true });
    expect(await world.cycle(full(null))).toMatchObject({ skipped: { current: 1, hidden: 1 } });
    expect(lookedUp(world)).toEqual(["lookup B", "lookup MASTER-B"]);
  });

  test("asks for nothing that lies beyond the newest so many", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A", createdMs: 2000 }), aPhoto({ id: "B", createdMs: 1000 }));
    await world.cycle();
    expect(await world.cycle(full(1))).toMatchObject({ listingFaults: 0 });
    expect(lookedUp(world)).toEqual([]);
  });
});
