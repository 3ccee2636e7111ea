import { describe, expect, test } from "bun:test";
import { isLivePhoto } from "../../../src/photos/asset.ts";
import { joinHalves } from "../../../src/photos/join.ts";
import type { AssetHalf, MasterHalf, ResourceField } from "../../../src/photos/page.ts";
import { splitRelationName } from "../../../src/photos/relation-name.ts";
import { aMaster, anAsset } from "../../support/engine/records.ts";

function join(asset: Partial<AssetHalf>, master: Partial<MasterHalf> = {}) {
  return joinHalves("PrimarySync", anAsset(asset), aMaster(master));
}

const named = (...names: ResourceField[]) =>
  Object.fromEntries(names.map((name) => [name, { checksum: name, sizeBytes: 1, uti: "u" }]));

const EVERYTHING = named(
  "Original",
  "OriginalAlt",
  "OriginalVidCompl",
  "JPEGFull",
  "JPEGMed",
  "JPEGThumb",
  "VidFull",
  "VidMed",
  "VidSmall",
);

function renditionsOf(resources: MasterHalf["resources"], itemType = "public.jpeg") {
  const { renditions } = join({}, { resources, itemType });
  return Object.fromEntries(Object.entries(renditions).map(([name, one]) => [name, one!.checksum]));
}

describe("joinHalves()", () => {
  test("names the renditions of an image", () => {
    expect(renditionsOf(EVERYTHING)).toEqual({
      original: "Original",
      alternative: "OriginalAlt",
      medium: "JPEGMed",
      thumb: "JPEGThumb",
      adjusted: "JPEGFull",
      live_original: "OriginalVidCompl",
      live_medium: "VidMed",
      live_thumb: "VidSmall",
      live_adjusted: "VidFull",
    });
  });

  test("names the renditions of a movie, which is never live", () => {
    const itemType = "com.apple.quicktime-movie";
    expect(renditionsOf(EVERYTHING, itemType)).toEqual({
      original: "Original",
      medium: "VidMed",
      thumb: "VidSmall",
      adjusted: "VidFull",
    });
    expect(isLivePhoto(join({}, { resources: EVERYTHING, itemType }))).toBe(false);
  });

  test("takes the asset's copy of a resource before the master's", () => {
    const own = { checksum: "edited", sizeBytes: 2, uti: "public.heic" };
    const { renditions } = join({ resources: { JPEGThumb: own } }, { resources: EVERYTHING });
    expect(renditions.thumb).toEqual(own);
    expect(renditions.medium!.checksum).toBe("JPEGMed");
  });

  test("calls an image with a movie half live, and no other", () => {
    expect(isLivePhoto(join({}, { resources: named("Original", "OriginalVidCompl") }))).toBe(true);
    expect(isLivePhoto(join({}, { resources: named("Original", "JPEGFull") }))).toBe(false);
  });

  test("takes flags that are absent for off", () => {
    expect(join({})).toMatchObject({ isFavorite: false, isHidden: false, isDeleted: false });
    expect(join({ isFavorite: true, isHidden: true, isDeleted: true })).toMatchObject({
      isFavorite: true,
      isHidden: true,
      isDeleted: true,
    });
    expect(join({}).timeZoneOffset).toBeNull();
  });

  const dates: { name: string; ms: number | undefined; is: number }[] = [
    { name: "an ordinary day", ms: 1533021744816, is: 1533021744816 },
    { name: "a day before 1970", ms: -1, is: -1 },
    { name: "an old photograph of 1890", ms: Date.UTC(1890, 5, 1), is: Date.UTC(1890, 5, 1) },
    { name: "the year 4000", ms: Date.UTC(4000, 0, 1), is: Date.UTC(4000, 0, 1) },
    { name: "the year 0001", ms: Date.parse("0001-01-01T00:00:00Z"), is: 0 },
    { name: "beyond the year 9999", ms: Date.UTC(10_001, 0, 1), is: 0 },
    { name: "nothing", ms: undefined, is: 0 },
    { name: "not a number", ms: Number.NaN, is: 0 },
  ];
  for (const { name, ms, is } of dates) {
    test(`keeps or replaces the date of ${name}`, () => {
      expect(join({ createdMs: ms, addedMs: ms })).toMatchObject({ createdMs: is, addedMs: is });
    });
  }

  test("says the kind by type, then by name, then by class", () => {
    expect(join({}, { itemType: "public.mpeg-4" }).kind).toBe("movie");
    expect(join({}, { itemType: null, name: "a.mov" }).kind).toBe("movie");
    expect(join({}, { itemType: "public.new", name: "a.new", dataClassType: 2 }).kind).toBe(
      "movie",
    );
    expect(join({}, { itemType: null, name: null, dataClassType: null }).kind).toBe("image");
  });
});

describe("splitRelationName()", () => {
  test("reads asset and album", () => {
    expect(splitRelationName("A-1-IN-B-2")).toEqual({ assetId: "A-1", albumId: "B-2" });
  });

  test("is null for other names", () => {
    for (const name of ["A-1", "-IN-B", "AIN-B", ""]) expect(splitRelationName(name)).toBeNull();
  });
});
