import { CHANGES } from "../../../src/state/origin.ts";
import { describe, expect, test } from "bun:test";
import type { AlbumRecord } from "../../../src/photos/page.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { ZONE, aMaster, aPage, anAsset } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

function setUp() {
  const world = new World();
  const { library } = world.memory;
  const zone = world.memory.zones.see(ZONE).id;
  const apply = (page: Parameters<typeof aPage>[0], listing = 0, nowMs = 5) =>
    library.apply(zone, aPage(page), { listing, collection: null }, nowMs);
  return { world, library, zone, apply };
}

function anAlbum(changes: Partial<AlbumRecord> = {}): AlbumRecord {
  return { id: "ALBUM", name: "Trip", kind: "album", parentId: null, isDeleted: false, ...changes };
}

const A = aPhoto({ id: "A" });
const WHOLE = { masters: [A.master], assets: [A.asset] };

describe("Library.apply()", () => {
  test("touches an asset whichever half comes last", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    expect(apply({ assets: [A.asset] }).touched).toEqual(["A"]);
    expect(library.halves(zone, "A")).toMatchObject({
      asset: A.asset,
      master: null,
      isGone: false,
      isStale: false,
    });
    expect(apply({ masters: [A.master] }).touched).toEqual(["A"]);
    expect(library.halves(zone, "A")).toMatchObject({
      asset: A.asset,
      master: A.master,
      isGone: false,
      isStale: false,
    });
  });

  test("touches every asset of a master", () => {
    const { world, apply } = setUp();
    using _ = world;
    const copy = anAsset({ id: "COPY", masterId: A.master.id });
    apply({ ...WHOLE, assets: [A.asset, copy] });
    expect(apply({ masters: [A.master] }).touched.toSorted()).toEqual(["A", "COPY"]);
  });

  test("lays a partial change over what is known, field by field", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    const thumb = { checksum: "t", sizeBytes: 1, uti: "public.jpeg" };
    const metadata = { captionEnc: "aGk=", keywordsEnc: "eA==" };
    const asset = { ...A.asset, isHidden: true, metadata, resources: { JPEGThumb: thumb } };
    apply({ masters: [A.master], assets: [asset] });
    const full = { checksum: "f", sizeBytes: 2, uti: "public.heic" };
    const change = {
      id: "A",
      masterId: null,
      isFavorite: true,
      createdMs: undefined,
      metadata: { captionEnc: "Ynll" },
      resources: { JPEGFull: full },
    };
    expect(apply({ assets: [change] }).touched).toEqual(["A"]);
    expect(library.halves(zone, "A")!.asset).toEqual({
      ...asset,
      isFavorite: true,
      metadata: { captionEnc: "Ynll", keywordsEnc: "eA==" },
      resources: { JPEGThumb: thumb, JPEGFull: full },
    });
  });

  test("replaces an asset by a whole one, so that a flag that is absent is off", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    apply({ ...WHOLE, assets: [{ ...A.asset, isDeleted: true }] });
    apply({ assets: [A.asset] });
    expect(library.halves(zone, "A")!.asset.isDeleted).toBeUndefined();
  });

  test("takes nothing over from a partial change of something unknown", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    const change = anAsset({ id: "X", masterId: null });
    expect(apply({ assets: [change] })).toMatchObject({ touched: [], named: [], gone: [] });
    expect(library.halves(zone, "X")).toBeNull();
  });

  test("takes the tombstone of an asset, of its master, and of nobody", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    const copy = anAsset({ id: "COPY", masterId: A.master.id });
    const other = aPhoto({ id: "B" });
    apply({ masters: [A.master, other.master], assets: [A.asset, copy, other.asset] });
    expect(apply({ tombstones: ["B", "nobody"] }).gone).toEqual(["B"]);
    expect(apply({ tombstones: [A.master.id] }).gone.toSorted()).toEqual(["A", "COPY"]);
    expect([...library.assetNames(zone)].flat()).toEqual([]);
    expect(library.halves(zone, "B")!.asset).toEqual(other.asset);
  });

  test("believes the tombstone when a page has both", () => {
    const { world, apply } = setUp();
    using _ = world;
    expect(apply({ ...WHOLE, tombstones: ["A"] })).toMatchObject({ touched: [], gone: ["A"] });
  });

  test("takes back what was gone when it comes again", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    apply(WHOLE);
    apply({ tombstones: ["A"] });
    apply({ assets: [A.asset] });
    expect([...library.assetNames(zone)].flat()).toEqual(["A"]);
  });

  test("keeps memberships by record and by name, and drops them by tombstone", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    const membership = { albumId: "ALBUM", assetId: "A" };
    apply({ ...WHOLE, albums: [anAlbum()] });
    expect(apply({ memberships: [membership, membership] }).touched).toEqual(["A"]);
    expect(world.memory.albums.memberOf(zone, "A")).toEqual(["album:ALBUM"]);
    apply({ tombstones: ["A-IN-ALBUM"] });
    expect(world.memory.albums.memberOf(zone, "A")).toEqual([]);
    expect([...library.assetNames(zone)].flat()).toEqual(["A"]);
  });

  test("waits with a membership for its album and its asset", () => {
    const { world, zone, apply } = setUp();
    using _ = world;
    const membership = { albumId: "ALBUM", assetId: "A" };
    apply({ memberships: [membership] });
    apply({ ...WHOLE, albums: [anAlbum()] });
    expect(world.memory.albums.memberOf(zone, "A")).toEqual(["album:ALBUM"]);
  });

  test("drops an album with its memberships, by tombstone and by flag", () => {
    const { world, zone, apply } = setUp();
    using _ = world;
    const albums = [anAlbum(), anAlbum({ id: "OTHER", name: "Other" })];
    const memberships = albums.map(({ id }) => ({ albumId: id, assetId: "A" }));
    apply({ ...WHOLE, albums, memberships });
    expect(world.memory.albums.memberOf(zone, "A")).toEqual(["album:ALBUM", "album:OTHER"]);
    apply({ tombstones: ["ALBUM"] });
    apply({ albums: [anAlbum({ id: "OTHER", isDeleted: true })] });
    apply({ albums });
    expect(world.memory.albums.memberOf(zone, "A")).toEqual([]);
  });

  test("renames an album", () => {
    const { world, zone, apply } = setUp();
    using _ = world;
    const memberships = [{ albumId: "ALBUM", assetId: "A" }];
    apply({ ...WHOLE, albums: [anAlbum()], memberships });
    apply({ albums: [anAlbum({ name: "Journey" })] });
    expect(world.memory.albums.all(zone)).toMatchObject([{ title: "Journey" }]);
  });

  test("keeps zones apart", () => {
    const { world, library, apply } = setUp();
    using _ = world;
    apply(WHOLE);
    const shared = world.memory.zones.see({ ...ZONE, name: "SharedSync-1" });
    expect(library.halves(shared.id, "A")).toBeNull();
    library.apply(shared.id, aPage({ tombstones: ["A"] }), CHANGES, 0);
    expect([...library.assetNames(1)].flat()).toEqual(["A"]);
  });
});

describe("Library and listings", () => {
  test("startListing() gives a higher number each time", () => {
    const { world, zone } = setUp();
    using _ = world;
    const first = world.memory.zones.startListing(zone);
    expect(world.memory.zones.startListing(zone)).toBeGreaterThan(first);
  });

  test("apply() tells the rows that a page named, and those that wait for their content record", () => {
    const { world, apply } = setUp();
    using _ = world;
    const whole = apply({ masters: [A.master], assets: [A.asset, anAsset({ id: "B" })] });
    expect([whole.named.length, whole.waiting]).toEqual([2, [whole.named[1]!]]);
    expect(apply({ assets: [A.asset] })).toMatchObject({ named: [whole.named[0]], waiting: [] });
    expect(apply({ assets: [anAsset({ id: "new", masterId: null })] }).named).toEqual([]);
  });

  test("missingMasters() names content records that never arrived, none of assets that are gone", () => {
    const { world, library, apply } = setUp();
    using _ = world;
    const lost = anAsset({ id: "X", masterId: "GONE" });
    const { named } = apply({ assets: [A.asset, lost], masters: [aMaster()] });
    apply({ tombstones: ["X"] });
    expect(library.missingMasters(named)).toEqual([A.master.id]);
    expect(library.missingMasters(named.slice(1))).toEqual([]);
    apply({ masters: [A.master] });
    expect(library.missingMasters(named)).toEqual([]);
  });

  test("assetNames() walks all pages", () => {
    const { world, library, zone, apply } = setUp();
    using _ = world;
    apply({ assets: Array.from({ length: 7 }, (_item, n) => anAsset({ id: `A${n}` })) });
    const pages = [...library.assetNames(zone, {}, 3)];
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(Array.from({ length: 7 }, (_item, n) => `A${n}`));
  });
});
