import { describe, expect, test } from "bun:test";
import { AuthError, RemoteError } from "../../../src/lib/errors.ts";
import type { ContentSource } from "../../../src/download/ports.ts";
import type { ChangesPage, Zone } from "../../../src/photos/page.ts";
import { zoneKey } from "../../../src/photos/zones.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import type { Source } from "../../../src/sync/ports.ts";
import { appleChecksum } from "../../support/engine/content.ts";
import { MemorySource, over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { ZONE, aPage } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

/** A world that has done its first listing of photo A. */
async function settled(): Promise<World> {
  const world = new World();
  world.source.add(aPhoto({ id: "A" }));
  await world.cycle();
  return world;
}

function tokenOf(world: World): string | null {
  return world.memory.zones.find(ZONE)!.token;
}

const STRANGE: Zone = { name: "PrimarySync", owner: "_stranger", database: "shared" };
const SHARED: Zone = { name: "SharedSync-1", owner: "_you", database: "shared" };
const ALL = { ...DEFAULT_SYNC, libraries: ["all"] };

/** A world in whose shared database somebody else has zones; each holds a photo of its own. */
function sharing(world: World, ...zones: readonly Zone[]) {
  const tokens: string[] = [];
  const sources = zones.map((zone, index) => {
    const source = new MemorySource(world.clock);
    source.add(aPhoto({ id: `S${index}` }));
    return [zoneKey(zone), source] as const;
  });
  const of = (zone: Zone) => new Map(sources).get(zoneKey(zone)) ?? world.source;
  const source: Source = {
    changedZones: async (database, token) => {
      tokens.push(`${database} ${token}`);
      if (database === "private") return world.source.changedZones(database, token);
      return { token: "s", zones: token === null ? zones : [] };
    },
    isIndexed: (zone) => of(zone).isIndexed(zone),
    count: (zone, collection) => of(zone).count(zone, collection),
    listing: (zone, collection, rank) => of(zone).listing(zone, collection, rank),
    albums: (zone) => of(zone).albums(zone),
    changes: (zone, token) => of(zone).changes(zone, token),
    lookup: (zone, names) => of(zone).lookup(zone, names),
  };
  const open: ContentSource["open"] = async (address, fromByte) => {
    for (const one of [world.source, ...sources.map(([, each]) => each)]) {
      const stream = await one.open(address, fromByte).catch(() => null);
      if (stream) return stream;
    }
    throw new RemoteError("gone", "No such content");
  };
  return { source, open, tokens, options: ALL };
}

/** Answers the feed with these pages, one a call. */
function feedOf(source: Source, pages: readonly Partial<ChangesPage>[]): Source {
  const left = [...pages];
  return over(source, {
    changes: async () => ({ ...aPage(), moreComing: left.length > 1, ...left.shift() }),
  });
}

describe("Refresh", () => {
  test("run() follows changes from the stored token", async () => {
    using world = await settled();
    const before = tokenOf(world);
    world.source.add(aPhoto({ id: "B" }));
    const tally = await world.cycle();
    expect(world.source.calls).toContain(`changes ${before}`);
    expect(tokenOf(world)).toBe(world.source.token);
    expect(tally).toMatchObject({ seen: 1, saved: 1 });
    expect(world.eventsOf("listing-ended")).toMatchObject([{ seen: 1, isComplete: true }]);
  });

  test("run() never takes somebody else's zone for the account's own library", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle(sharing(world, STRANGE));
    expect([...world.files().keys()]).toEqual(["2018/07/31/A.JPG"]);
    expect(tokenOf(world)).toBe(world.source.token);
    expect(world.memory.zones.all()).toMatchObject([{ name: "PrimarySync", database: "private" }]);
  });

  test("run() keeps shared libraries apart that two people gave one name", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const { source, open } = sharing(world, SHARED, { ...SHARED, owner: "_other" });
    const tally = await world.cycle({ source, open, options: ALL });
    expect(tally).toMatchObject({ seen: 3, saved: 3 });
    const names = ["2018/07/31/A.JPG", "2018/07/31/S0.JPG", "2018/07/31/S1.JPG"];
    expect([...world.files().keys()].toSorted()).toEqual(names);
    expect(world.memory.zones.all()).toHaveLength(3);
  });

  test("run() names what a lost library had and was never saved, and asks for it no more", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const { source, open } = sharing(world, SHARED);
    const failing: ContentSource["open"] = (address, fromByte) =>
      address.includes(appleChecksum(aPhoto({ id: "S0" }).contents[0]!))
        ? Promise.reject(new RemoteError("gone", "404"))
        : open(address, fromByte);
    await world.cycle({ source, open: failing, options: ALL });
    const without = over(source, {
      changedZones: async (database, token) =>
        database === "shared"
          ? { token: "s2", zones: [], gone: [SHARED] }
          : source.changedZones(database, token),
      lookup: (zone, names) =>
        zone.database === "shared"
          ? Promise.reject(new RemoteError("zone-gone", "No such zone"))
          : source.lookup(zone, names),
    });
    const tally = await world.cycle({ source: without, open: failing, options: ALL });
    expect(tally).toMatchObject({ failed: 0, assetsGone: 0 });
    const warnings = world.eventsOf("warning").map(({ message }) => message);
    expect(warnings).toContain("Gone from iCloud before it could be saved: 2018/07/31/S0.JPG");
    expect(world.rows().map(({ asset }) => asset)).toEqual(["A"]);
  });

  test("run() loses the library of the owner it was told of, and no other of that name", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const other = { ...SHARED, owner: "_other" };
    const { source, open } = sharing(world, SHARED, other);
    await world.cycle({ source, open, options: ALL });
    const without = over(source, {
      changedZones: async (database, token) =>
        database === "shared"
          ? { token: "s2", zones: [], gone: [other] }
          : source.changedZones(database, token),
    });
    const tally = await world.cycle({ source: without, open, options: ALL });
    expect(tally.assetsGone).toBe(1);
    expect([SHARED, other].map((zone) => world.memory.zones.find(zone)!.token !== null)).toEqual([
      true,
      false,
    ]);
  });

  test("run() asks a database anew because of its own unfinished zones, not of the other's", async () => {
    for (const unfinished of ["private", "shared"] as const) {
      using world = new World();
      world.source.add(aPhoto({ id: "A" }));
      const door = sharing(world, SHARED);
      await world.cycle(door);
      world.memory.zones.setToken(
        world.memory.zones.find(unfinished === "shared" ? SHARED : ZONE)!.id,
        null,
      );
      const known = { private: world.source.token, shared: "s" };
      door.tokens.length = 0;
      await world.cycle(door);
      expect(door.tokens).toEqual(
        (["private", "shared"] as const).map(
          (database) => `${database} ${database === unfinished ? null : known[database]}`,
        ),
      );
    }
  });

  test("run() does not ask anew because of an unfinished zone that is not selected", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const left: Zone = { ...SHARED, name: "SharedSync-2" };
    const door = sharing(world, SHARED, left);
    await world.cycle(door);
    const options = { ...ALL, libraries: [ZONE.name, SHARED.name] };
    await world.cycle({ ...door, options });
    world.memory.zones.setToken(world.memory.zones.find(left)!.id, null);
    door.tokens.length = 0;
    await world.cycle({ ...door, options });
    expect(door.tokens).toEqual([`private ${world.source.token}`, "shared s"]);
  });

  test("run() refuses an account without a photo library", async () => {
    using world = new World();
    const source = over(world.source, { changedZones: async () => ({ token: "t", zones: [] }) });
    const thrown = await world.cycle({ source }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AuthError);
    expect(thrown).toMatchObject({ reason: "not-set-up" });
  });

  test("run() reads on through empty pages while more is coming", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "B" });
    world.source.add(photo);
    const empty = ["t1", "t2", "t3"].map((token) => ({ token }));
    const page = aPage({ masters: [photo.master], assets: [photo.asset], token: "t4" });
    const tally = await world.cycle({ source: feedOf(world.source, [...empty, page]) });
    expect(tally.saved).toBe(1);
    expect(tokenOf(world)).toBe("t4");
  });

  test("run() stores a page's token with the page, so that a broken feed goes on from there", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "B" });
    world.source.add(photo);
    const pages = [aPage({ masters: [photo.master], assets: [photo.asset], token: "t1" })];
    const asked: string[] = [];
    const source = over(world.source, {
      changes: async (_zone, token) => {
        asked.push(token);
        const page = pages.shift();
        if (!page) throw new RemoteError("unavailable", "down");
        return { ...page, moreComing: true };
      },
    });
    const database = world.memory.setting("token:private");
    const thrown = await world.cycle({ source }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "remote/unavailable" });
    expect(asked.at(-1)).toBe("t1");
    expect(tokenOf(world)).toBe("t1");
    expect(world.memory.setting("token:private")).toBe(database);
    expect(world.memory.library.halves(1, "B")).not.toBeNull();
  });

  test("run() lists everything again when Apple forgot the token, and fetches nothing twice", async () => {
    using world = await settled();
    world.source.forgetTokens();
    const tally = await world.cycle();
    expect(world.source.calls).toContain("listing 0");
    expect(tally).toMatchObject({ seen: 1, skipped: { current: 1 }, filesDownloaded: 0 });
    expect(tokenOf(world)).toBe(world.source.token);
  });

  test("run() does not call a feed finished that stops while more is coming", async () => {
    using world = await settled();
    const before = world.memory.setting("token:private");
    world.source.add(aPhoto({ id: "B" }));
    const stuck = over(world.source, {
      changes: async (_zone, token) => ({ ...aPage({ token }), moreComing: true }),
    });
    await world.cycle({ source: stuck }).catch(() => undefined);
    expect(world.memory.setting("token:private")).toBe(before);
    await world.cycle();
    expect(world.files().size).toBe(2);
  });

  test("run() gives up a feed that leads in a circle", async () => {
    using world = await settled();
    let asked = 0;
    const source = over(world.source, {
      changes: async () => ({ ...aPage({ token: `t${(asked += 1) % 5}` }), moreComing: true }),
    });
    world.source.add(aPhoto({ id: "B" }));
    const thrown = await world.cycle({ source }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "remote/endless" });
    expect(asked).toBeLessThan(20);
  });

  test("run() looks up the master of an asset that comes without one", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "B" });
    world.source.add(photo);
    const page = aPage({ assets: [photo.asset], token: world.source.token });
    const tally = await world.cycle({ source: feedOf(world.source, [page]) });
    expect(world.source.calls).toContain("lookup MASTER-B");
    expect(tally).toMatchObject({ saved: 1, failed: 0 });
  });

  test("run() looks up the new master of an asset that had another", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "A", content: "new", sizeBytes: 1300 });
    world.source.add(photo);
    const page = aPage({ assets: [photo.asset], token: world.source.token });
    const tally = await world.cycle({ source: feedOf(world.source, [page]) });
    expect(tally).toMatchObject({ saved: 1, failed: 0 });
  });

  test("run() looks up a partial asset nothing is known of, with its master", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "B" });
    world.source.add(photo);
    const partial = { id: "B", masterId: null, isFavorite: true, resources: {} };
    const page = aPage({ assets: [partial], token: world.source.token });
    const tally = await world.cycle({ source: feedOf(world.source, [page]) });
    expect(tally).toMatchObject({ saved: 1, failed: 0 });
    expect(world.files().size).toBe(2);
  });

  test("run() asks nobody about a change to an asset that is known", async () => {
    using world = await settled();
    const asset = aPhoto({ id: "A", asset: { isFavorite: true } }).asset;
    world.source.putAsset(asset);
    await world.cycle();
    expect(world.source.calls.filter((call) => call.startsWith("lookup"))).toEqual([]);
    expect(world.memory.library.halves(1, "A")!.asset.isFavorite).toBe(true);
  });

  test("run() keeps the token when Apple could not give a changed record just now", async () => {
    using world = await settled();
    const before = tokenOf(world);
    world.source.add(aPhoto({ id: "B" }));
    const busy = { record: "B", message: "TRY_AGAIN_LATER", isTransient: true };
    const page = aPage({ faults: [busy], token: world.source.token });
    await world
      .cycle({ source: feedOf(world.source, [page, page, page, page]) })
      .catch(() => undefined);
    expect(tokenOf(world)).toBe(before);
    await world.cycle();
    expect(world.files().size).toBe(2);
  });

  test("run() comes back to a master Apple could not give just now", async () => {
    using world = await settled();
    const photo = aPhoto({ id: "B" });
    world.source.add(photo);
    const busy = { record: photo.master.id, message: "TRY_AGAIN_LATER", isTransient: true };
    const source = over(
      feedOf(world.source, [{ assets: [photo.asset], token: world.source.token }]),
      {
        lookup: async () => aPage({ faults: [busy] }),
      },
    );
    await world.cycle({ source }).catch(() => undefined);
    await world.cycle();
    expect([...world.files().keys()]).toContain("2018/07/31/B.JPG");
  });

  const refusals = [
    {
      name: "goes on without the libraries of others when those cannot be listed",
      fault: "unavailable",
    },
    { name: "goes on without the libraries of others when Apple refuses them", fault: "refused" },
    { name: "stops when Apple cannot be reached in between", fault: "unreachable" },
  ] as const;
  for (const { name, fault } of refusals) {
    test(`run() ${name}`, async () => {
      using world = new World();
      world.source.add(aPhoto({ id: "A" }));
      const error = new RemoteError(fault, "no");
      const source = over(world.source, {
        changedZones: (database, token) =>
          database === "shared"
            ? Promise.reject(error)
            : world.source.changedZones(database, token),
      });
      const cycle = world.cycle({ source, options: ALL });
      if (fault === "unreachable") {
        await expect(cycle).rejects.toBe(error);
        return;
      }
      expect(await cycle).toMatchObject({ saved: 1, listingFaults: 1 });
      const [warning] = world.eventsOf("warning");
      expect(warning!.message).toBe("Libraries shared by others could not be listed: no");
    });
  }

  test("run() goes on with the other libraries when one is broken, and comes back to it", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const { source, open, options } = sharing(world, SHARED);
    const down = new RemoteError("unavailable", "down");
    const calls: string[] = [];
    const broken = over(source, {
      count: (zone, collection) => {
        if (zone.name !== SHARED.name) return source.count(zone, collection);
        return Promise.reject(down);
      },
      listing: (zone, collection, rank) => {
        calls.push(zone.name);
        return zone.name === SHARED.name
          ? Promise.reject(down)
          : source.listing(zone, collection, rank);
      },
    });
    const tally = await world.cycle({ source: broken, open, options });
    expect(tally).toMatchObject({ saved: 1, listingFaults: 1 });
    expect(calls).toEqual([ZONE.name, SHARED.name]);
    const tokens = () => ["private", "shared"].map((one) => world.memory.setting(`token:${one}`));
    expect(tokens()).toEqual([null, null]);
    const next = await world.cycle({ source, open, options });
    expect(next).toMatchObject({ saved: 1, listingFaults: 0 });
    expect(tokens()).toEqual([world.source.token, "s"]);
  });

  const anAlbum = (id: string, name: string) =>
    ({ id, name, kind: "album", parentId: null, isDeleted: false }) as const;
  const asking = (...albums: string[]) => ({
    options: { ...DEFAULT_SYNC, selection: { ...DEFAULT_SYNC.selection, albums } },
  });

  test("run() refuses an album that is nowhere, and names those that may be meant", async () => {
    using world = new World();
    world.source.putAlbum(anAlbum("1", "Trip"));
    world.source.putAlbum(anAlbum("2", "Pets"));
    const thrown = await world.cycle(asking("Tripp")).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      message: 'There is no album "Tripp"',
      hint: 'did you mean "Trip"? `kei list albums` shows all',
    });
    for (let n = 0; n < 9; n += 1) world.source.putAlbum(anAlbum(`T${n}`, `Trip${n}`));
    const again = await world.cycle(asking("Tripp")).catch((error: unknown) => error);
    expect((again as { hint: string }).hint.match(/"Trip\d?"/g)).toHaveLength(5);
    const none = await world.cycle(asking("Quite another")).catch((error: unknown) => error);
    expect(none).toMatchObject({ hint: "`kei list albums` shows all" });
  });

  test("run() refuses a name that means albums of several places", async () => {
    using world = new World();
    const folder = { ...anAlbum("F", "Family"), kind: "folder" } as const;
    world.source.putAlbum(folder);
    world.source.putAlbum({ ...anAlbum("1", "Trip"), parentId: "F" });
    world.source.putAlbum({ ...folder, id: "G", name: "Work" });
    world.source.putAlbum({ ...anAlbum("2", "Trip"), parentId: "G" });
    const thrown = await world.cycle(asking("Trip")).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      message: 'Several albums are called "Trip"',
      hint: 'say which: "Family/Trip", "Work/Trip"',
    });
  });

  test("run() asks for all zones when Apple forgot where the last question ended", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle();
    const asked: (string | null)[] = [];
    const source = over(world.source, {
      changedZones: (database, token) => {
        asked.push(token);
        if (token !== null) return Promise.reject(new RemoteError("bad-token", "unknown"));
        return world.source.changedZones(database, token);
      },
    });
    expect(await world.cycle({ source })).toMatchObject({ failed: 0, listingFaults: 0 });
    expect(asked).toEqual([world.source.token, null]);
  });

  test("run() does not take a list of albums for whole when Apple could not give one just now", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const selection = { ...DEFAULT_SYNC.selection, excludeAlbums: ["Trip"] };
    const options = { ...DEFAULT_SYNC, selection };
    const faults = [
      { record: "X", message: "unreadable", isTransient: false },
      { record: "Y", message: "try again", isTransient: true },
    ];
    const source = over(world.source, {
      albums: async (zone) => ({ ...(await world.source.albums(zone)), faults }),
    });
    const thrown = await world.cycle({ source, options }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "remote/unavailable" });
    expect(world.memory.collections.find(1, "albums", 0)).toBeNull();
    expect(await world.cycle({ options })).toMatchObject({ saved: 1, listingFaults: 0 });
    expect(world.memory.collections.find(1, "albums", 0)).not.toBeNull();
  });

  test("run() names records that cannot be read, and counts them", async () => {
    using world = await settled();
    world.source.add(aPhoto({ id: "B" }));
    const fault = { record: "X", message: "ACCESS_DENIED", isTransient: false };
    const page = aPage({ faults: [fault], token: world.source.token });
    const tally = await world.cycle({ source: feedOf(world.source, [page]) });
    expect(tally.recordsUnreadable).toBe(1);
    expect(world.eventsOf("record-unreadable")).toMatchObject([{ record: "X" }]);
  });

  test("run() keeps the file of a photo that is gone, and its row", async () => {
    using world = await settled();
    world.source.remove("A", "MASTER-A");
    await world.cycle();
    expect(world.files().size).toBe(1);
    expect(world.rows()).toMatchObject([{ asset: "A", state: "left-out" }]);
  });
});
