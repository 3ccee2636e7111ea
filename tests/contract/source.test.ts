/** What every Source promises, asked of the library in memory and of Apple as simulated. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page, Zone } from "../../src/photos/page.ts";
import type { Source } from "../../src/sync/ports.ts";
import { TestClock } from "../support/engine/clock.ts";
import { MemorySource } from "../support/engine/memory-source.ts";
import { aPhoto } from "../support/engine/photo.ts";
import { SimulatedApple } from "../support/engine/simulated-source.ts";

const ASSETS = 130;

/** A library under test and what can happen to it. */
interface Library {
  readonly source: Source;
  /** Names of what is neither hidden nor deleted. */
  names(): Promise<string[]>;
  /** Adds a photo and answers with its name. */
  add(): Promise<string>;
  favor(name: string): Promise<void>;
  /** Removes a photo for good. */
  purge(name: string): Promise<void>;
  close(): Promise<void>;
}

async function inMemory(): Promise<Library> {
  const source = new MemorySource(new TestClock());
  const photos = Array.from({ length: ASSETS }, (_item, n) =>
    aPhoto({ id: `A${n}`, sizeBytes: 10 + n, createdMs: Date.UTC(2020, 0, 1) + n }),
  );
  source.add(...photos);
  const known = new Map(photos.map((photo) => [photo.asset.id, photo]));
  let added = 0;
  return {
    source,
    names: async () => [...known.keys()],
    async add() {
      const photo = aPhoto({ id: `NEW${added++}`, createdMs: Date.UTC(2021, 0, 1) });
      known.set(photo.asset.id, photo);
      source.add(photo);
      return photo.asset.id;
    },
    favor: async (name) => source.putAsset({ ...known.get(name)!.asset, isFavorite: true }),
    async purge(name) {
      source.remove(name, known.get(name)!.master.id);
      known.delete(name);
    },
    close: async () => undefined,
  };
}

async function simulated(): Promise<Library> {
  const apple = await SimulatedApple.start(ASSETS);
  const source = await apple.source();
  return {
    source,
    names: () => apple.assetNames(),
    async add() {
      const { recordNames } = await apple.admin("library/add", { assets: [{ kind: "heic" }] });
      return (recordNames as string[])[0]!;
    },
    async favor(recordName) {
      await apple.admin("library/favorite", { recordName });
    },
    async purge(recordName) {
      await apple.admin("library/purge", { recordName });
    },
    close: () => apple[Symbol.asyncDispose](),
  };
}

const idsOf = (page: Page) => page.assets.map(({ id }) => id);

for (const [name, open] of [
  ["the library in memory", inMemory],
  ["Apple as simulated", simulated],
] as const) {
  describe(`Source: ${name}`, () => {
    let library: Library;
    let source: Source;
    let zone: Zone;

    beforeAll(async () => {
      library = await open();
      source = library.source;
      const { zones } = await source.changedZones("private", null);
      zone = zones.find((one) => one.name === "PrimarySync")!;
    }, 20_000);
    afterAll(() => library.close());

    async function everything(): Promise<{ ids: string[]; pages: Page[] }> {
      const pages: Page[] = [];
      let ids: string[] = [];
      for (let rank = 0; ;) {
        const page = await source.listing(zone, rank);
        pages.push(page);
        ids = ids.concat(idsOf(page));
        if (page.assets.length === 0 || !page.isFull) return { ids, pages };
        rank += page.assets.length;
      }
    }

    /** All changes since a token, and the token at their end. */
    async function changesSince(token: string) {
      const pages: Page[] = [];
      for (let current = token; ;) {
        const page = await source.changes(zone, current);
        pages.push(page);
        current = page.token!;
        if (!page.moreComing) return { pages, token: current };
      }
    }

    async function now(): Promise<string> {
      return (await source.listing(zone, 0)).token!;
    }

    test("names its library, finished, with a token", async () => {
      expect(zone.database).toBe("private");
      expect(await source.isIndexed(zone)).toBe(true);
      expect((await source.changedZones("private", null)).token).not.toBe("");
    });

    test("lists every asset once, as many as it counts, with their masters", async () => {
      const { ids, pages } = await everything();
      const names = await library.names();
      expect(ids.toSorted()).toEqual(names.toSorted());
      expect(await source.count(zone)).toBe(names.length);
      const masters = new Set(pages.flatMap((page) => page.masters.map(({ id }) => id)));
      for (const asset of pages.flatMap((page) => page.assets)) {
        expect(masters.has(asset.masterId!)).toBe(true);
      }
      expect(pages.every((page) => page.faults.length === 0 && page.token !== null)).toBe(true);
    });

    test("lists the newest first", async () => {
      const { pages } = await everything();
      const dates = pages.flatMap((page) => page.assets.map(({ createdMs }) => createdMs ?? 0));
      expect(dates).toEqual(dates.toSorted((one, other) => other - one));
    });

    test("ends with an empty page that is not full", async () => {
      const page = await source.listing(zone, 100_000);
      expect(page).toMatchObject({ assets: [], masters: [], isFull: false });
    });

    test("gives an address for the original of each asset", async () => {
      const page = await source.listing(zone, 0);
      const found = new Set(page.urls.map(({ checksum }) => checksum));
      for (const { resources } of page.masters) {
        expect(found.has(resources.Original!.checksum)).toBe(true);
      }
    });

    test("tells no changes since just now, and keeps the token good", async () => {
      const token = await now();
      const first = await changesSince(token);
      expect(first.pages.flatMap(idsOf)).toEqual([]);
      expect((await changesSince(token)).pages.flatMap(idsOf)).toEqual([]);
      expect(
        (await source.changedZones("private", (await source.changedZones("private", null)).token))
          .zones,
      ).toEqual([]);
    });

    test("tells what was added, changed and purged since a token, with the zone", async () => {
      const [token, database] = [await now(), (await source.changedZones("private", null)).token];
      const added = await library.add();
      const [favored, purged] = (await library.names()).filter((one) => one !== added);
      await library.favor(favored!);
      await library.purge(purged!);
      const { zones } = await source.changedZones("private", database);
      expect(zones.map((one) => one.name)).toContain("PrimarySync");
      const { pages, token: after } = await changesSince(token);
      const assets = new Map(pages.flatMap((page) => page.assets.map((one) => [one.id, one])));
      expect(assets.has(added)).toBe(true);
      expect(assets.get(favored!)!.isFavorite).toBe(true);
      expect(pages.flatMap((page) => page.tombstones)).toContain(purged!);
      expect((await changesSince(after)).pages.flatMap(idsOf)).toEqual([]);
    });

    test("refuses a token it does not know", async () => {
      for (const token of ["bm9uc2Vuc2U=", "x"]) {
        const thrown = await source.changes(zone, token).catch((error: unknown) => error);
        expect(thrown).toMatchObject({ code: "remote/bad-token" });
      }
    });

    test("looks records up by name, and takes unknown ones for gone", async () => {
      const { assets } = await source.listing(zone, 0);
      const { id, masterId } = assets[0]!;
      const page = await source.lookup(zone, [id, masterId!, "NOBODY"]);
      expect(idsOf(page)).toEqual([id]);
      expect(page.masters.map((one) => one.id)).toEqual([masterId!]);
      expect(page.tombstones).toEqual(["NOBODY"]);
      expect(page.urls.length).toBeGreaterThan(0);
    });

    test("looks up a hundred names at once", async () => {
      const { assets } = await source.listing(zone, 0);
      const names = assets.slice(0, 100).map(({ id }) => id);
      const page = await source.lookup(zone, names);
      expect(idsOf(page).toSorted()).toEqual(names.toSorted());
    });
  });
}
