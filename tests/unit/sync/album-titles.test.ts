import { CHANGES } from "../../../src/state/origin.ts";
import { expect, test } from "bun:test";
import { foldPath } from "../../../src/plan/fold.ts";
import { AlbumTitles } from "../../../src/sync/album-titles.ts";
import { aPage, ZONE } from "../../support/engine/records.ts";
import { saveRow } from "../../support/engine/final.ts";
import { wantFile } from "../../support/engine/want-file.ts";
import { World } from "../../support/engine/world.ts";

/** A library with files in albums, each `asset/rendition/album`; the first `saved` of them are on disk. */
function setUp(files: readonly string[], saved = 0) {
  const world = new World();
  const { memory } = world;
  const zone = memory.zones.see(ZONE).id;
  for (const [index, file] of files.entries()) {
    const [asset = "", rendition = "", album = ""] = file.split("/");
    const path = `${album}/${asset}-${rendition}`;
    const pathKey = foldPath(path);
    const content = { checksum: "c", sizeBytes: 1, createdMs: 0 };
    const renditions = { still: "original", movie: "live_original" } as const;
    const key = renditions[rendition as keyof typeof renditions];
    wantFile(memory, { zone, asset, rendition: key, album, path, pathKey, ...content });
    if (index < saved) saveRow(memory, memory.files.atKey(pathKey)!);
  }
  const name = (id: string, title: string | null, kind: "album" | "folder" = "album") =>
    memory.albums.put(zone, { id, name: title, kind, parentId: null, isDeleted: false }, new Set());
  const put = (albumId: string, ...assets: string[]) =>
    memory.library.apply(
      zone,
      aPage({ memberships: assets.map((assetId) => ({ albumId, assetId })) }),
      CHANGES,
      0,
    );
  const albums = () => world.rows().map((row) => `${row.path} in ${row.album}`);
  return { world, name, put, albums, titles: () => new AlbumTitles(memory, zone), memory, zone };
}

test("all files of a renamed album belong to its new title and keep their names", () => {
  const { world, name, albums, titles } = setUp(["A/still/Sea", "A/movie/Sea", "B/still/Land"], 1);
  using _ = world;
  name("1", "Sea");
  name("2", "Land");
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual([
    "Sea/A-still in Ocean",
    "Sea/A-movie in Ocean",
    "Land/B-still in Land",
  ]);
  expect(known.renamedFiles).toBe(1);
  name("1", "Water");
  known.follow();
  expect(albums()[0]).toBe("Sea/A-still in Water");
  expect(known.renamedFiles).toBe(1);
});

test("a photo that has a file under the new title keeps both as they are", () => {
  const { world, name, albums, titles } = setUp(["A/still/Sea", "A/still/Ocean", "B/still/Sea"]);
  using _ = world;
  name("1", "Sea");
  name("2", "Ocean");
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual([
    "Sea/A-still in Sea",
    "Ocean/A-still in Ocean",
    "Sea/B-still in Ocean",
  ]);
});

test("where another album bears the old title, only photos that are not in that one follow", () => {
  const { world, name, put, albums, titles } = setUp([
    "A/still/Sea",
    "B/still/Sea",
    "C/still/Sea",
    "D/still/Sea",
  ]);
  using _ = world;
  name("1", "Sea");
  name("2", "Sea");
  name("3", "Sea", "folder");
  put("1", "A", "C");
  put("2", "B", "C");
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual([
    "Sea/A-still in Ocean",
    "Sea/B-still in Sea",
    "Sea/C-still in Sea",
    "Sea/D-still in Sea",
  ]);
});

test("a folder of the same title holds no files", () => {
  const { world, name, albums, titles } = setUp(["A/still/Sea"]);
  using _ = world;
  name("1", "Sea");
  name("2", "Sea", "folder");
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual(["Sea/A-still in Ocean"]);
});

test("two albums exchange their titles", () => {
  const { world, name, put, albums, titles } = setUp([
    "A/still/Sea",
    "B/still/Land",
    "C/still/Sea",
    "C/still/Land",
  ]);
  using _ = world;
  name("1", "Sea");
  name("2", "Land");
  put("1", "A", "C");
  put("2", "B", "C");
  const known = titles();
  name("1", "Land");
  name("2", "Sea");
  known.follow();
  expect(albums()).toEqual([
    "Sea/A-still in Land",
    "Land/B-still in Sea",
    "Sea/C-still in Sea",
    "Land/C-still in Land",
  ]);
});

test("an album that is new takes the title, and a photo that has moved on with the old one", () => {
  const { world, name, put, albums, titles } = setUp(["A/still/Trip", "B/still/Trip"]);
  using _ = world;
  name("1", "Trip");
  put("1", "A");
  const known = titles();
  name("1", "Trip 2023");
  name("2", "Trip");
  put("2", "A");
  known.follow();
  expect(albums()).toEqual(["Trip/A-still in Trip 2023", "Trip/B-still in Trip"]);
});

test.each([
  ["1", "2"],
  ["2", "1"],
])("an album takes the title that another gave up, albums %s and %s", (first, second) => {
  const { world, name, put, albums, titles } = setUp(["A/still/Sea", "A/still/Land"]);
  using _ = world;
  name(first, "Sea");
  name(second, "Land");
  put(first, "A");
  put(second, "A");
  const known = titles();
  name(first, "Land");
  name(second, "Home");
  known.follow();
  expect(albums()).toEqual(["Sea/A-still in Land", "Land/A-still in Home"]);
});

test("the files of one of Apple's own folders stay with it", () => {
  const { world, name, put, albums, titles } = setUp(["A/still/Favorites", "B/still/Favorites"]);
  using _ = world;
  name("1", "Favorites");
  put("1", "B");
  const known = titles();
  name("1", "Best");
  known.follow();
  expect(albums()).toEqual(["Favorites/A-still in Favorites", "Favorites/B-still in Best"]);
});

test("a title is remembered while the albums are forgotten and listed again", () => {
  const { world, name, albums, titles, memory, zone } = setUp(["A/still/Sea"]);
  using _ = world;
  name("1", "Sea");
  const known = titles();
  memory.library.forgetZone(zone);
  known.follow();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual(["Sea/A-still in Ocean"]);
});

test("a title is remembered when the run ends before the albums are listed again", () => {
  const { world, name, albums, titles, memory, zone } = setUp(["A/still/Sea"]);
  using _ = world;
  name("1", "Sea");
  titles().keep();
  memory.library.forgetZone(zone);
  titles().keep();
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual(["Sea/A-still in Ocean"]);
  name("1", "Sea");
  titles().follow();
  expect(albums()).toEqual(["Sea/A-still in Ocean"]);
});
