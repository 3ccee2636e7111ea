import { CHANGES } from "../../../src/state/origin.ts";
import { describe, expect, test } from "bun:test";
import { RemoteError } from "../../../src/lib/errors.ts";
import type { Page } from "../../../src/photos/page.ts";
import { Urls, whyNone } from "../../../src/sync/urls.ts";
import type { Source } from "../../../src/sync/ports.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto, type Photo } from "../../support/engine/photo.ts";
import { ZONE, aPage } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

/** A world whose library knows these photos, and the addresses of it. */
function setUp(count: number, changes: (source: Source) => Source = (source) => source) {
  const world = new World();
  const photos = Array.from({ length: count }, (_, n) =>
    aPhoto({ id: `A${n}`, sizeBytes: 10 + n }),
  );
  world.source.add(...photos);
  const { library } = world.memory;
  const zone = world.memory.zones.see(ZONE);
  const pages: Page[] = [];
  const halves = aPage({
    masters: photos.map(({ master }) => master),
    assets: photos.map(({ asset }) => asset),
  });
  library.apply(zone.id, halves, CHANGES, 0);
  const onPage = (_zone: number, page: Page) => void pages.push(page);
  const urls = new Urls(
    changes(world.source),
    world.memory,
    () => ZONE,
    onPage,
    world.clock,
    () => [],
  );
  return { world, photos, urls, pages, wanted: (photo: Photo) => wantedOf(photo, zone.id) };
}

describe("whyNone()", () => {
  const photo = aPhoto({ id: "A" });
  const master = photo.master.id;
  const wanted = wantedOf(photo, 1);
  const fault = (record: string, isTransient: boolean) => ({ record, isTransient, message: "X" });
  const other = aPhoto({ id: "A", content: "other" });
  const rows: { name: string; page: Partial<Page>; code: string }[] = [
    { name: "both gone", page: { tombstones: ["A", master] }, code: "remote/gone" },
    {
      name: "the content gone",
      page: { assets: [photo.asset], tombstones: [master] },
      code: "remote/gone",
    },
    {
      name: "other content by now",
      page: { assets: [other.asset], masters: [other.master] },
      code: "remote/gone",
    },
    {
      name: "both there, no address",
      page: { assets: [photo.asset], masters: [photo.master] },
      code: "remote/pending",
    },
    {
      name: "the content not now",
      page: { assets: [photo.asset], faults: [fault(master, true)] },
      code: "remote/unavailable",
    },
    {
      name: "the asset not now",
      page: { masters: [photo.master], faults: [fault("A", true)] },
      code: "remote/unavailable",
    },
    { name: "a refusal", page: { faults: [fault("A", false)] }, code: "remote/refused" },
    { name: "nothing", page: {}, code: "remote/unavailable" },
    {
      name: "a fault of another",
      page: { tombstones: ["A"], faults: [fault("B", true)] },
      code: "remote/gone",
    },
  ];
  for (const { name, page, code } of rows) {
    test(`is ${code} for ${name}`, () => {
      expect(whyNone(wanted, master, aPage(page))).toMatchObject({ code });
    });
  }
});

function wantedOf({ asset, master }: Photo, zone: number) {
  return { id: 1, zone, asset: asset.id, checksum: master.resources.Original!.checksum };
}

describe("Urls", () => {
  test("address() uses what came with a page, while it lasts", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    const { checksum } = wanted(photos[0]!);
    const expiresMs = world.clock.now() + 60 * MINUTE_MS;
    urls.add([{ checksum, url: "kept", expiresMs }]);
    expect(await urls.address(wanted(photos[0]!), signal)).toBe("kept");
    world.clock.nowMs += 56 * MINUTE_MS;
    expect(await urls.address(wanted(photos[0]!), signal)).toBe("kept");
    world.clock.nowMs += 2 * MINUTE_MS;
    expect(await urls.address(wanted(photos[0]!), signal)).toStartWith("memory:");
  });

  test("address() trusts an address without an expiry for less than half an hour", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    urls.add([{ checksum: wanted(photos[0]!).checksum, url: "kept", expiresMs: null }]);
    world.clock.nowMs += 20 * MINUTE_MS;
    expect(await urls.address(wanted(photos[0]!), signal)).toBe("kept");
    world.clock.nowMs += 10 * MINUTE_MS;
    expect(await urls.address(wanted(photos[0]!), signal)).toStartWith("memory:");
  });

  test("address() asks for several at a time, assets with their masters, at most 100 names", async () => {
    const { world, photos, urls, wanted } = setUp(120);
    using _ = world;
    const addresses = await Promise.all(photos.map((photo) => urls.address(wanted(photo), signal)));
    photos.forEach((photo, n) => expect(addresses[n]).toContain(wanted(photo).checksum));
    const lookups = world.source.calls.filter((call) => call.startsWith("lookup"));
    expect(lookups).toHaveLength(3);
    for (const call of lookups) expect(call.split(",").length).toBeLessThanOrEqual(100);
  });

  test("address() hands the records it got on to the library", async () => {
    const { world, photos, urls, pages, wanted } = setUp(1);
    using _ = world;
    await urls.address(wanted(photos[0]!), signal);
    expect(pages).toHaveLength(1);
    expect(pages[0]!.assets.map(({ id }) => id)).toEqual(["A0"]);
  });

  test("address() says gone when Apple has none for these bytes", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    const other = { ...wanted(photos[0]!), checksum: "other bytes" };
    const thrown = await urls.address(other, signal).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ fault: "gone" });
  });

  test("address() asks once at a time, and all that wait share the failure", async () => {
    let [asked, asking, most] = [0, 0, 0];
    const down = new RemoteError("unavailable", "down");
    const { world, photos, urls, wanted } = setUp(150, (source) =>
      over(source, {
        lookup: async () => {
          asked += 1;
          most = Math.max(most, (asking += 1));
          await Bun.sleep(20);
          asking -= 1;
          throw down;
        },
      }),
    );
    using _ = world;
    const first = photos.slice(0, 100).map((photo) => urls.address(wanted(photo), signal));
    await Bun.sleep(15); // the first are being asked for
    const later = photos.slice(100).map((photo) => urls.address(wanted(photo), signal));
    const results = await Promise.allSettled([...first, ...later]);
    for (const one of results) expect(one).toEqual({ status: "rejected", reason: down });
    expect([asked, most]).toEqual([1, 1]);
    expect(await urls.address(wanted(photos[0]!), signal).catch(() => asked)).toBe(2);
  });

  test("address() lets others be asked for when Apple refuses some", async () => {
    const { world, photos, urls, wanted } = setUp(60, (source) =>
      over(source, {
        lookup: (zone, names) =>
          names.includes("A0")
            ? Promise.reject(new RemoteError("refused", "not these"))
            : source.lookup(zone, names),
      }),
    );
    using _ = world;
    const results = await Promise.allSettled(
      photos.map((photo) => urls.address(wanted(photo), signal)),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  });

  test("expire() drops all addresses that are as old, and none that are younger", async () => {
    const { world, photos, urls, wanted } = setUp(3);
    using _ = world;
    const [older, same, younger] = photos.map((photo) => wanted(photo).checksum);
    const at = (minutes: number) => world.clock.now() + minutes * MINUTE_MS;
    urls.add([
      { checksum: older!, url: "older", expiresMs: at(30) },
      { checksum: same!, url: "same", expiresMs: at(40) },
      { checksum: younger!, url: "younger", expiresMs: at(50) },
    ]);
    urls.expire({ checksum: same! });
    const addresses = await Promise.all(photos.map((photo) => urls.address(wanted(photo), signal)));
    expect(addresses).toEqual([
      expect.stringContaining("memory:"),
      expect.stringContaining("memory:"),
      "younger",
    ]);
    expect(world.source.calls).toHaveLength(1);
    urls.expire({ checksum: "never seen" });
    expect(await urls.address(wanted(photos[2]!), signal)).toBe("younger");
  });

  test("forget() makes the next one ask anew", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    const { checksum } = wanted(photos[0]!);
    urls.add([{ checksum, url: "stale", expiresMs: null }]);
    urls.forget({ checksum });
    expect(await urls.address(wanted(photos[0]!), signal)).toStartWith("memory:");
  });

  test("add() keeps a bounded number, and what was there first", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    const many = Array.from({ length: 10_000 }, (_item, n) => ({
      checksum: `checksum ${n}`,
      url: `url ${n}`,
      expiresMs: null,
    }));
    urls.add(many);
    const { checksum } = wanted(photos[0]!);
    urls.add([{ checksum, url: "one too many", expiresMs: null }]);
    expect(await urls.address({ ...wanted(photos[0]!), checksum: "checksum 0" }, signal)).toBe(
      "url 0",
    );
    expect(await urls.address(wanted(photos[0]!), signal)).toStartWith("memory:");
  });

  test("address() is not asked when the run is stopped", async () => {
    const { world, photos, urls, wanted } = setUp(1);
    using _ = world;
    const stopped = AbortSignal.abort(new Error("stop"));
    const thrown = await urls.address(wanted(photos[0]!), stopped).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: "stop" });
    expect(world.source.calls).toEqual([]);
  });
});
