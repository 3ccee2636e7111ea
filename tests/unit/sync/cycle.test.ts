import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalError, RemoteError } from "../../../src/lib/errors.ts";
import { NO_FILTER_WORDS } from "../../../src/plan/filters.ts";
import { NO_FILTERS } from "../../../src/plan/selection.ts";
import { appleChecksum, bytesOf } from "../../support/engine/content.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { SUMMER_MS, ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

test("runCycle() brings every file of the library, its bytes, its time and its row", async () => {
  using world = new World();
  const photos = [aPhoto({ id: "A" }), aPhoto({ id: "B", name: "B.HEIC", movieBytes: 700 })];
  world.source.add(...photos);
  const tally = await world.cycle();
  expect(tally).toMatchObject({ seen: 2, saved: 2, failed: 0, filesDownloaded: 3 });
  const files = world.files();
  expect([...files.keys()]).toEqual(["2018/07/31/A.JPG", "2018/07/31/B.JPG", "2018/07/31/B.MOV"]);
  for (const row of world.rows()) {
    const bytes = files.get(row.path)!;
    expect(appleChecksum(bytes)).toBe(row.checksum);
    expect(row).toMatchObject({
      state: "saved",
      held: `apple:${row.checksum}`,
      verdict: "agrees",
      origin: "own",
    });
    const { mtimeMs } = statSync(join(world.root, row.path));
    expect(mtimeMs).toBe(Math.trunc(SUMMER_MS / 1000) * 1000);
  }
});

test("runCycle() asks one question and fetches nothing when nothing is new", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
  await world.cycle();
  const tally = await world.cycle();
  expect(world.source.calls).toHaveLength(1);
  expect(world.source.opened).toEqual([]);
  expect(tally).toMatchObject({ seen: 0, filesDownloaded: 0 });
});

test("runCycle() adopts a file that is there already, without fetching it", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  world.source.add(photo);
  await world.cycle();
  world.closeMemory();
  rmSync(world.databasePath);
  const tally = await world.cycle();
  expect(tally).toMatchObject({ saved: 1, filesAdopted: 1, filesDownloaded: 0 });
  expect(world.source.opened).toEqual([]);
});

test("runCycle() removes the part of a file that had got its name before a crash", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  world.source.add(photo);
  await world.cycle();
  const { path, checksum } = world.rows()[0]!;
  const part = await world.door().destination.openPart(path, checksum);
  part.append(photo.contents[0]!);
  part.close();
  expect(world.files().size).toBe(2);
  world.closeMemory();
  rmSync(world.databasePath);
  expect(await world.cycle()).toMatchObject({ filesAdopted: 1 });
  expect([...world.files().keys()]).toEqual([path]);
});

test("runCycle() does not go on failing a file that was replaced at Apple and then purged", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  const changed = aPhoto({ id: "A", content: "new", master: { id: photo.master.id } });
  world.source.add(photo, aPhoto({ id: "B" }));
  await world.cycle();
  world.source.replace(changed);
  world.source.remove("A", photo.master.id);
  await world.cycle();
  expect(await world.cycle()).toMatchObject({ failed: 0, filesFailed: 0 });
});

test("runCycle() fetches again what was removed from the folder, and only that", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
  await world.cycle();
  const path = join(world.root, "2018/07/31/A.JPG");
  rmSync(path);
  utimesSync(dirname(path), new Date(), new Date(0));
  const tally = await world.cycle();
  expect(tally).toMatchObject({ seen: 1, saved: 1, filesDownloaded: 1 });
  expect(world.source.opened).toHaveLength(1);
  expect(world.files().has("2018/07/31/A.JPG")).toBe(true);
});

test("runCycle() replaces its own older version when the content changed at Apple", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }));
  await world.cycle();
  const changed = aPhoto({ id: "A", content: "new", sizeBytes: 1200, master: { id: "MASTER-A" } });
  world.source.replace(changed);
  const tally = await world.cycle();
  expect(tally).toMatchObject({ seen: 1, saved: 1, filesDownloaded: 1 });
  expect([...world.files()].map(([path, bytes]) => [path, bytes.length])).toEqual([
    ["2018/07/31/A.JPG", 1200],
  ]);
});

test("runCycle() keeps a file the person changed, and puts the new content beside it", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }));
  await world.cycle();
  const own = bytesOf("edited by hand", 1000);
  writeFileSync(join(world.root, "2018/07/31/A.JPG"), own);
  world.source.replace(
    aPhoto({ id: "A", content: "new", sizeBytes: 1200, master: { id: "MASTER-A" } }),
  );
  await world.cycle();
  const files = world.files();
  expect(Buffer.compare(files.get("2018/07/31/A.JPG")!, own)).toBe(0);
  expect(files.get("2018/07/31/A-1200.JPG")).toHaveLength(1200);
});

test("runCycle() ends a purged photo without failing it, when it goes before it is fetched", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  world.source.add(photo, aPhoto({ id: "B" }));
  const open: typeof world.source.open = (address, from) => {
    if (!address.includes(photo.master.resources.Original!.checksum)) {
      return world.source.open(address, from);
    }
    world.source.remove("A", photo.master.id);
    throw new RemoteError("gone", "No such content");
  };
  const tally = await world.cycle({ open });
  expect(tally).toMatchObject({ seen: 2, saved: 1, failed: 0 });
});

describe("runCycle(), when a photo goes after a power cut took the row of its file back to a promise,", () => {
  const PATH = "2018/07/31/A.JPG";

  const PROMISE =
    "state = 'promised', held = NULL, held_bytes = NULL, origin = NULL, saved_at = NULL";

  async function afterPowerCut(world: World, row = PROMISE): Promise<void> {
    const photo = aPhoto({ id: "A" });
    world.source.add(photo, aPhoto({ id: "B" }));
    await world.cycle();
    world.closeMemory();
    using db = new Database(world.databasePath);
    db.run(`UPDATE files SET ${row} WHERE path = ?`, [PATH]);
    world.source.remove("A", photo.master.id);
  }

  test("keeps the file in mind", async () => {
    using world = new World();
    await afterPowerCut(world);
    expect(await world.cycle()).toMatchObject({ failed: 0, filesDownloaded: 0 });
    expect(world.rows().map(({ path, state }) => [path, state])).toContainEqual([PATH, "left-out"]);
    expect(world.files().has(PATH)).toBe(true);
    expect(await world.cycle()).toMatchObject({ seen: 0 });
  });

  test("gives up bytes that were about to get their name and are lost", async () => {
    using world = new World();
    const final = { content: appleChecksum(aPhoto({ id: "A" }).contents[0]!), written: [] };
    const staged = JSON.stringify({ ...final, proof: "sha256:s", sizeBytes: 9, origin: "own" });
    await afterPowerCut(
      world,
      `state = 'staged', held = NULL, saved_at = NULL, staged = '${staged}'`,
    );
    rmSync(join(world.root, PATH));
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 0 });
    expect(await world.cycle()).toMatchObject({ failed: 0, filesFailed: 0 });
    expect(world.rows().map(({ path }) => path)).toEqual(["2018/07/31/B.JPG"]);
  });

  test("forgets the promise when a stranger has the name", async () => {
    using world = new World();
    await afterPowerCut(world);
    writeFileSync(join(world.root, PATH), bytesOf("a stranger's", 1000));
    expect(await world.cycle()).toMatchObject({ failed: 0, filesDownloaded: 0 });
    expect(world.rows().map(({ path }) => path)).toEqual(["2018/07/31/B.JPG"]);
    expect([...world.files().keys()].toSorted()).toEqual([PATH, "2018/07/31/B.JPG"]);
  });
});

test("runCycle() does not go on failing a lost file whose photo Apple no longer has", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  world.source.add(photo, aPhoto({ id: "B" }));
  await world.cycle();
  world.source.remove("A", photo.master.id);
  await world.cycle();
  const path = join(world.root, "2018/07/31/A.JPG");
  rmSync(path);
  utimesSync(dirname(path), new Date(), new Date(0));
  await world.cycle();
  const tally = await world.cycle();
  expect(tally).toMatchObject({ failed: 0, filesFailed: 0 });
});

test("runCycle() finishes files in flight and says interrupted when it is stopped", async () => {
  using world = new World();
  world.source.add(...["A", "B", "C", "D", "E"].map((id) => aPhoto({ id })));
  const stopping = new AbortController();
  const tally = await world.cycle({
    threads: 1,
    signal: stopping.signal,
    open: (address, from) => {
      stopping.abort(new Error("stop"));
      return world.source.open(address, from);
    },
  });
  expect(tally.saved).toBe(1);
  expect(tally.seen).toBe(tally.saved + tally.interrupted);
  expect(await world.cycle()).toMatchObject({ saved: 4, interrupted: 0, failed: 0 });
});

test("runCycle() plans the library anew, without asking Apple, when settings change", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A", name: "A.HEIC", movieBytes: 500 }));
  const { rules } = world.door();
  await world.cycle({ rules: { ...rules, liveMode: "image-only" } });
  expect([...world.files().keys()]).toEqual(["2018/07/31/A.JPG"]);
  const tally = await world.cycle({ rules });
  expect(tally).toMatchObject({ seen: 1, saved: 1, filesDownloaded: 1 });
  expect(world.source.calls.some((call) => call.startsWith("listing"))).toBe(false);
  expect([...world.files().keys()]).toEqual(["2018/07/31/A.JPG", "2018/07/31/A.MOV"]);
});

test("runCycle() brings what was too new for an interval, once it is old enough", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A", createdMs: SUMMER_MS }), aPhoto({ id: "B", createdMs: 2000 }));
  const upTo = (createdAfterMs: number) => ({
    filterWords: { ...NO_FILTER_WORDS, createdAfter: "30d" },
    filters: { ...NO_FILTERS, createdAfterMs },
  });
  expect(await world.cycle(upTo(SUMMER_MS - 1))).toMatchObject({ saved: 1 });
  expect(await world.cycle(upTo(SUMMER_MS - 1))).toMatchObject({ seen: 0 });
  expect(await world.cycle(upTo(SUMMER_MS))).toMatchObject({ seen: 1, saved: 1 });
  expect(world.source.calls.some((call) => call.startsWith("listing"))).toBe(false);
  expect(await world.cycle(upTo(SUMMER_MS))).toMatchObject({ seen: 0 });
});

test("runCycle() stops with a bug when an asset that a page named has no outcome", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
  const { runs } = world.memory;
  const outcomes = runs.outcomes.bind(runs);
  runs.outcomes = (cycle, attemptsMax) =>
    outcomes(cycle, attemptsMax).map(({ outcome, assets }) => ({ outcome, assets: assets - 1 }));
  await expect(world.cycle()).rejects.toMatchObject({ code: "bug" });
});

test("runCycle() reports what came first when the disk fills up while Apple is asked", async () => {
  using world = new World();
  world.source.add(
    ...Array.from({ length: 300 }, (_, at) => aPhoto({ id: `A${at}`, sizeBytes: 50 })),
  );
  const full = new LocalError("full", "The disk is full", "/photos");
  const opened = Promise.withResolvers<void>();
  const source = over(world.source, {
    listing: async (zone, collection, rank) => {
      if (rank > 0) await opened.promise;
      if (rank > 0) throw new RemoteError("unavailable", "down");
      return world.source.listing(zone, collection, rank);
    },
  });
  const open = () => {
    setTimeout(opened.resolve, 20);
    return Promise.reject(full);
  };
  await expect(world.cycle({ source, open })).rejects.toBe(full);
});

test("runCycle() does not wait for Apple when the disk is full", async () => {
  using world = new World();
  world.source.add(
    ...Array.from({ length: 300 }, (_, at) => aPhoto({ id: `A${at}`, sizeBytes: 50 })),
  );
  const full = new LocalError("full", "The disk is full", "/photos");
  const source = over(world.source, {
    listing: (zone, collection, rank) =>
      rank > 0 ? new Promise(() => undefined) : world.source.listing(zone, collection, rank),
  });
  await expect(world.cycle({ source, open: () => Promise.reject(full) })).rejects.toBe(full);
});

test("runCycle() stores no token when a listing breaks off, and is whole the next time", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }));
  const broken = over(world.source, {
    lookup: () => Promise.reject(new RemoteError("unavailable", "down")),
    count: () => Promise.resolve(500),
    listing: (zone, collection, rank) =>
      rank === 0
        ? world.source.listing(zone, collection, rank)
        : Promise.reject(new RemoteError("unavailable", "down")),
  });
  const thrown = await world.cycle({ source: broken }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "remote/unavailable" });
  expect(world.memory.zones.find(ZONE)!.token).toBeNull();
  expect(world.memory.setting("token:private")).toBeNull();
  expect(await world.cycle()).toMatchObject({ failed: 0, listingFaults: 0 });
  expect(world.files().size).toBe(1);
});

test("runCycle() names what is gone from iCloud before it could be saved, and counts only what stays on disk", async () => {
  using world = new World();
  const [lost, kept] = [aPhoto({ id: "A" }), aPhoto({ id: "B" })];
  world.source.add(lost, kept);
  const open = async (address: string, from: number) => {
    if (address.includes(appleChecksum(lost.contents[0]!))) throw new RemoteError("gone", "404");
    return world.source.open(address, from);
  };
  expect(await world.cycle({ open })).toMatchObject({ failed: 1 });
  world.source.remove("A", "B", lost.master.id, kept.master.id);
  const tally = await world.cycle({ open });
  expect(tally).toMatchObject({ failed: 0, assetsGone: 1 });
  const warnings = world.eventsOf("warning").map(({ message }) => message);
  expect(warnings).toContain("Gone from iCloud before it could be saved: 2018/07/31/A.JPG");
  expect(warnings).toContain("Gone from iCloud, kept on disk: 1");
});

test("runCycle() counts what it keeps although Apple's checksum disagrees, once", async () => {
  using world = new World();
  const photo = aPhoto({ id: "A" });
  world.source.add(photo);
  world.source.corrupt(photo.master.resources.Original!.checksum, bytesOf("other", 1000));
  expect(await world.cycle()).toMatchObject({ saved: 1, filesUnverified: 1 });
  expect(world.memory.files.counts()).toMatchObject({ unverified: 1 });
  expect(await world.cycle()).toMatchObject({ filesUnverified: 0 });
});
