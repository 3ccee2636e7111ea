import { expect, test } from "bun:test";
import { foldPath } from "../../../src/plan/fold.ts";
import { AlbumTitles } from "../../../src/sync/album-titles.ts";
import { ZONE } from "../../support/engine/records.ts";
import { wantFile } from "../../support/engine/want-file.ts";
import { World } from "../../support/engine/world.ts";

/** A library with files in albums, each `asset/rendition/album`; the first `saved` of them are on disk. */
function setUp(files: readonly string[], saved = 0) {
  const world = new World();
  const { memory } = world;
  const zone = memory.library.zone(ZONE).id;
  for (const [index, file] of files.entries()) {
    const [asset = "", rendition = "", album = ""] = file.split("/");
    const path = `${album}/${asset}-${rendition}`;
    const pathKey = foldPath(path);
    const content = { checksum: "c", sizeBytes: 1, createdMs: 0 };
    const renditions = { still: "original", movie: "live_original" } as const;
    const key = renditions[rendition as keyof typeof renditions];
    wantFile(memory, { zone, asset, rendition: key, album, path, pathKey, ...content });
    const { id } = memory.files.atKey(pathKey)!;
    const bytes = { id, checksum: "c", sha256: "s", bytes: 1, isVerified: true };
    if (index < saved) memory.files.save([bytes], 1, 1);
  }
  const name = (id: string, title: string | null, kind: "album" | "folder" = "album") =>
    memory.library.applyAlbum(
      zone,
      { id, name: title, kind, parentId: null, isDeleted: false },
      new Set(),
    );
  const albums = () => world.rows().map((row) => `${row.path} in ${row.album}`);
  return { world, name, albums, titles: () => new AlbumTitles(memory, zone), memory, zone };
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
  expect(known.renamedFiles).toBe(2);
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

test.each<[string, "album" | "folder", boolean]>([
  ["an album", "album", false],
  ["a folder, which holds no files", "folder", true],
])("with the old title borne by %s", (_, kind, isFollowed) => {
  const { world, name, albums, titles } = setUp(["A/still/Sea"]);
  using __ = world;
  name("1", "Sea");
  name("2", "Sea", kind);
  const known = titles();
  name("1", "Ocean");
  known.follow();
  expect(albums()).toEqual([`Sea/A-still in ${isFollowed ? "Ocean" : "Sea"}`]);
});

test("the files of one of Apple's own folders stay with it", () => {
  const { world, name, albums, titles } = setUp(["A/still/Favorites"]);
  using _ = world;
  name("1", "Favorites");
  const known = titles();
  name("1", "Best");
  known.follow();
  expect(albums()).toEqual(["Favorites/A-still in Favorites"]);
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
