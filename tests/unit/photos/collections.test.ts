import { describe, expect, test } from "bun:test";
import { collectionKey } from "../../../src/photos/collection.ts";
import type { AssetHalf, MasterHalf } from "../../../src/photos/page.ts";
import { smartFoldersOf } from "../../../src/photos/smart-folders.ts";

const asset = (fields: Partial<AssetHalf>): AssetHalf => ({
  id: "A",
  masterId: "M",
  resources: {},
  ...fields,
});
const master = (fields: Partial<MasterHalf> = {}): MasterHalf => ({
  id: "M",
  name: "A.JPG",
  itemType: "public.jpeg",
  dataClassType: 1,
  resources: {},
  ...fields,
});
const MOVIE = { checksum: "c", sizeBytes: 1, uti: "com.apple.quicktime-movie" };

describe("smartFoldersOf()", () => {
  const image = (fields: Partial<AssetHalf>, of = master()) =>
    smartFoldersOf("image", asset(fields), of);
  const rows: { name: string; found: string[]; wanted: string[] }[] = [
    { name: "nothing", found: image({}), wanted: [] },
    { name: "a favourite", found: image({ isFavorite: true }), wanted: ["Favorites"] },
    { name: "a panorama", found: image({ subtype: 1 }), wanted: ["Panoramas"] },
    { name: "a screenshot", found: image({ subtypeV2: 3 }), wanted: ["Screenshots"] },
    { name: "a Live Photo by its kind", found: image({ subtypeV2: 2 }), wanted: ["Live"] },
    {
      name: "a Live Photo by its movie",
      found: image({}, master({ resources: { OriginalVidCompl: MOVIE } })),
      wanted: ["Live"],
    },
    {
      name: "portrait and long exposure bits",
      found: image({ renderType: 6 }),
      wanted: ["Portrait", "Long Exposure"],
    },
    { name: "a burst", found: image({ burstId: "b" }), wanted: ["Bursts"] },
    {
      name: "a GIF",
      found: image({}, master({ itemType: "com.compuserve.gif" })),
      wanted: ["Animated"],
    },
    { name: "a video", found: smartFoldersOf("movie", asset({}), master()), wanted: ["Videos"] },
    {
      name: "slow motion, which is a video too",
      found: smartFoldersOf("movie", asset({ subtype: 100 }), master()),
      wanted: ["Videos", "Slo-mo"],
    },
    {
      name: "a hidden favourite",
      found: image({ isFavorite: true, isHidden: true }),
      wanted: ["Hidden"],
    },
    {
      name: "a hidden one in the trash",
      found: image({ isHidden: true, isDeleted: true }),
      wanted: ["Recently Deleted"],
    },
  ];
  for (const { name, found, wanted } of rows) {
    test(`knows ${name}`, () => expect(found as string[]).toEqual(wanted));
  }
});

test("collectionKey() tells collections apart", () => {
  expect(collectionKey({ kind: "library" })).toBe("library");
  expect(collectionKey({ kind: "smart", name: "Hidden" })).toBe("smart:Hidden");
  expect(collectionKey({ kind: "album", id: "X" })).toBe("album:X");
});
