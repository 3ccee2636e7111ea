import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { LocalError, RemoteError } from "../../../src/lib/errors.ts";
import { withRetries } from "../../../src/lib/retry.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { foldPath } from "../../../src/plan/fold.ts";
import { appleChecksum } from "../../support/engine/content.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { ZONE, aPage } from "../../support/engine/records.ts";
import { withDeeds } from "../../support/engine/with-deeds.ts";
import { World } from "../../support/engine/world.ts";

/** A world of photos A, B and so on. */
function worldOf(...ids: string[]): World {
  const world = new World();
  world.source.add(...ids.map((id) => aPhoto({ id })));
  return world;
}

/** Fails the opening of one photo's bytes, so many times. */
function failing(world: World, id: string, error: Error, times = Infinity) {
  const { checksum } = aPhoto({ id }).master.resources.Original!;
  let left = times;
  return (address: string, fromByte: number) => {
    if (!address.includes(checksum) || left-- <= 0) return world.source.open(address, fromByte);
    return Promise.reject(error);
  };
}

describe("FetchLoop.run()", () => {
  test("gives a failed file a second chance within the cycle", async () => {
    using world = worldOf("A", "B");
    const open = failing(world, "A", new RemoteError("gone", "404"), 2);
    const tally = await world.cycle({ open });
    expect(tally).toMatchObject({ saved: 2, failed: 0 });
    // One that comes in the end is not told of as failed.
    expect(world.eventsOf("file-failed")).toEqual([]);
  });

  test("leaves a file that fails twice due, with its error, and the others saved", async () => {
    using world = worldOf("A", "B", "C");
    const tally = await world.cycle({ open: failing(world, "A", new RemoteError("gone", "404")) });
    expect(tally).toMatchObject({ seen: 3, saved: 2, failed: 1, filesFailed: 1 });
    expect(world.eventsOf("file-failed")).toMatchObject([{ path: "2018/07/31/A.JPG" }]);
    const [row] = world.rows().filter(({ asset }) => asset === "A");
    expect(row).toMatchObject({ state: "promised", error: "remote/gone: 404" });
    expect(await world.cycle()).toMatchObject({ seen: 1, saved: 1, failed: 0 });
    expect(world.source.calls.some((call) => call.startsWith("listing"))).toBe(false);
  });

  test("asks for the address of a file that Apple cannot be asked about as often as for one call", async () => {
    using world = worldOf("A");
    await world.cycle({ open: failing(world, "A", new RemoteError("gone", "404")) });
    let asked = 0;
    const down = () => (asked++, Promise.reject(new RemoteError("unavailable", "down")));
    const retry = { maxRetries: 3, delayMs: 10 };
    const { clock } = world;
    const door = { clock, random: () => 0, signal: new AbortController().signal };
    // As the client of the real service asks: with retries of its own.
    const source = over(world.source, { lookup: () => withRetries(down, retry, door) });
    const options = { ...DEFAULT_SYNC, retryFailed: true };
    const tally = await world.cycle({ source, retry, options });
    expect(tally.failed).toBe(1);
    // Four times, and the same once more at its second chance.
    expect(asked).toBe(8);
  });

  test("renews the addresses that are as old when one was too old, before they are tried", async () => {
    using world = worldOf("A", "B", "C", "D", "E");
    world.source.expireAddresses();
    const source = over(world.source, {
      listing: async (...asked) => {
        const page = await world.source.listing(...asked);
        const urls = page.urls.map(({ url, ...rest }) => ({
          ...rest,
          url: url.replace("#2", "#1"),
        }));
        return { ...page, urls };
      },
    });
    const tally = await world.cycle({ source, threads: 1 });
    expect(tally).toMatchObject({ saved: 5 });
    const lookups = world.source.calls.filter((call) => call.startsWith("lookup"));
    expect([lookups.length, world.source.opened.length]).toEqual([1, 6]);
  });

  test("counts one failed attempt per cycle", async () => {
    using world = worldOf("A");
    await world.cycle({ open: failing(world, "A", new RemoteError("gone", "404")) });
    expect(world.rows()).toMatchObject([{ attempts: 1 }]);
  });

  test("counts an outage of many runs against no file", async () => {
    using world = worldOf("A", "B", "C");
    const open = () => Promise.reject(new RemoteError("unavailable", "503"));
    for (let run = 0; run < 12; run += 1)
      expect(await world.cycle({ open })).toMatchObject({ failed: 3 });
    expect(world.rows().map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
    expect(await world.cycle()).toMatchObject({ saved: 3, failed: 0 });
  });

  test("counts an attempt against a file that fails while others come", async () => {
    using world = worldOf("A", "B", "C");
    await world.cycle({
      open: failing(world, "A", new RemoteError("unavailable", "503")),
      threads: 1,
    });
    expect(world.rows().map(({ asset, attempts }) => `${asset} ${attempts}`)).toContain("A 1");
  });

  test("counts an attempt against no file when those that were there already are all that came", async () => {
    using world = worldOf("A", "B");
    await world.cycle();
    world.closeMemory();
    rmSync(world.databasePath);
    rmSync(`${world.root}/2018/07/31/A.JPG`);
    const open = () => Promise.reject(new RemoteError("unavailable", "503"));
    expect(await world.cycle({ open, threads: 1 })).toMatchObject({ failed: 1, filesAdopted: 1 });
    expect(world.rows().map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  test("stops at an error that concerns the run, and leaves the rest due, not failed", async () => {
    using world = worldOf("A", "B", "C", "D", "E", "F", "G", "H");
    const full = new LocalError("full", "The disk is full", "/photos");
    let opened = 0;
    const destination = withDeeds(world.door().destination, {
      openPart: () => {
        opened += 1;
        return Promise.reject(full);
      },
    });
    const thrown = await world.cycle({ destination, threads: 2 }).catch((error: unknown) => error);
    expect(thrown).toBe(full);
    expect(opened).toBeLessThan(8);
    const { tally } = world.eventsOf("cycle-ended")[0]!;
    expect(tally).toMatchObject({ seen: 8, failed: 0, interrupted: 8 });
    expect(await world.cycle()).toMatchObject({ saved: 8 });
  });

  test("never runs more downloads at once than there are threads", async () => {
    using world = worldOf("A", "B", "C", "D", "E", "F");
    let [now, most] = [0, 0];
    const tally = await world.cycle({
      threads: 2,
      open: async (address, from) => {
        most = Math.max(most, ++now);
        await Bun.sleep(0);
        now -= 1;
        return world.source.open(address, from);
      },
    });
    expect(tally.saved).toBe(6);
    expect(most).toBeLessThanOrEqual(2);
  });

  test("does not call old bytes saved when the content changes while they are in flight", async () => {
    using world = worldOf("A");
    const changed = aPhoto({
      id: "A",
      content: "new",
      sizeBytes: 1500,
      master: { id: "MASTER-A" },
    });
    const checksum = changed.master.resources.Original!.checksum;
    await world.cycle({
      open: (address, from) => {
        const [row] = world.rows();
        // What a page of changes does while the file is on its way.
        if (row!.checksum !== checksum) {
          world.memory.wants.wantAgain(row!.id, checksum, 1500);
          world.source.replace(changed);
        }
        return world.source.open(address, from);
      },
    });
    await world.cycle();
    const [row] = world.rows();
    const bytes = world.files().get(row!.path)!;
    expect(row).toMatchObject({ state: "saved", checksum });
    expect(appleChecksum(bytes)).toBe(checksum);
  });

  test("counts nothing as saved whose row was withdrawn while it was in flight", async () => {
    using world = worldOf("A");
    await world.cycle({
      open: async (address, from) => {
        const stream = await world.source.open(address, from);
        for (const { id } of world.rows()) world.memory.wants.leaveOut(id);
        return stream;
      },
    });
    const known = world.rows().map(({ path }) => path);
    expect([...world.files().keys()]).toEqual(known);
  });

  test("fetches rows that a page makes due behind those already passed", async () => {
    using world = worldOf("A", "B");
    await world.cycle();
    const added = aPhoto({ id: "C" });
    const changed = aPhoto({
      id: "A",
      content: "new",
      sizeBytes: 1500,
      master: { id: "MASTER-A" },
    });
    world.source.add(added);
    world.source.replace(changed);
    const { urls } = await world.source.lookup(ZONE, ["MASTER-A", "MASTER-C"]);
    let release = () => {};
    const isOpened = new Promise<void>((resolve) => (release = resolve));
    const source = over(world.source, {
      changes: async (_zone, token) => {
        const first = { masters: [added.master], assets: [added.asset], urls, token: "t1" };
        if (token !== "t1") return { ...aPage(first), moreComing: true };
        await isOpened;
        return { ...aPage({ masters: [changed.master], token: "t2" }), moreComing: false };
      },
    });
    const tally = await world.cycle({
      source,
      open: (address, from) => {
        release();
        return world.source.open(address, from);
      },
    });
    expect(tally).toMatchObject({ seen: 2, saved: 2 });
  });

  test("fetches an edit of an old photo that comes while a long row of files is handed in", async () => {
    using world = worldOf("OLD");
    await world.cycle();
    const added = Array.from({ length: 300 }, (_, at) =>
      aPhoto({ id: `NEW-${at}`, sizeBytes: 50 }),
    );
    const edited = aPhoto({ id: "OLD", content: "edit", master: { id: "MASTER-OLD" } });
    world.source.add(...added);
    const opened = Promise.withResolvers<void>();
    const source = over(world.source, {
      changes: async (zone, token) => {
        const page = await world.source.changes(zone, token);
        if (page.moreComing) return page;
        await opened.promise;
        world.source.replace(edited);
        return world.source.changes(zone, token);
      },
    });
    const tally = await world.cycle({
      source,
      threads: 1,
      open: (address, from) => {
        if (world.source.opened.length === 20) opened.resolve();
        return world.source.open(address, from);
      },
    });
    expect(tally).toMatchObject({ seen: 301, saved: 301, interrupted: 0 });
  });

  test("fetches in the same run what changed while its second chance was prepared", async () => {
    using world = worldOf("A", "B");
    const changed = aPhoto({ id: "A", content: "new", master: { id: "MASTER-A" } });
    let opened = 0;
    const failsOnce = failing(world, "A", new RemoteError("gone", "404"), 2);
    const tally = await world.cycle({
      open: (address, from) => {
        // Only a look-up tells of the change: the listing is over.
        if (address.includes(aPhoto({ id: "A" }).master.resources.Original!.checksum)) opened += 1;
        if (opened === 2) world.source.replace(changed);
        return failsOnce(address, from);
      },
    });
    expect(tally).toMatchObject({ saved: 2, failed: 0 });
    expect(world.rows()[0]).toMatchObject({ state: "saved", attempts: 0, error: null });
  });

  test("fetches two files of one content once, and copies the second from the first", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B", content: "A" }));
    expect(await world.cycle()).toMatchObject({ saved: 2 });
    expect(world.source.opened.map(({ fromByte }) => fromByte)).toEqual([0]);
    expect(world.eventsOf("file-saved").map(({ how }) => how)).toEqual(["downloaded", "copied"]);
    expect(world.eventsOf("file-retried")).toEqual([]);
  });

  test("goes on when a stranger stands where a file should go", async () => {
    using world = worldOf("A");
    const { destination } = world.door();
    let isFirst = true;
    const tally = await world.cycle({
      destination: withDeeds(destination, {
        install: async (installations) => {
          if (isFirst) {
            isFirst = false;
            await Bun.write(`${world.root}/${installations[0]!.path}`, "a stranger came first");
          }
          return destination.install(installations);
        },
      }),
    });
    expect(tally).toMatchObject({ saved: 1, failed: 0 });
    expect([...world.files().keys()]).toEqual(["2018/07/31/A-1000.JPG", "2018/07/31/A.JPG"]);
    expect(world.files().get("2018/07/31/A.JPG")!.toString()).toBe("a stranger came first");
    expect(world.memory.files.atKey(foldPath("2018/07/31/A-1000.JPG"))!.state).toBe("saved");
    expect(world.source.opened).toHaveLength(1);
  });
});
