/** Files that are here already: whose they are decides what may become of them. */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { appleChecksum, bytesOf } from "../../support/engine/content.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import type { Photo } from "../../support/engine/photo.ts";
import { World } from "../../support/engine/world.ts";

const PATH = "2018/07/31/A.JPG";
const [MINE, THEIRS] = [bytesOf("my own", 1000), bytesOf("A", 1000)];

function put(world: World, path: string, bytes: Uint8Array): void {
  const absolute = join(world.root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, bytes);
}

function bytesAt(world: World, path: string): Buffer {
  return readFileSync(join(world.root, path));
}

/** The photo with a checksum that nobody can recompute, and the bytes behind it. */
function withOpaque(world: World, photo: Photo): Photo {
  const [still] = photo.contents;
  const checksum = Buffer.from(bytesOf(appleChecksum(still!), 33)).toString("base64");
  const original = { ...photo.master.resources.Original!, checksum };
  world.source.corrupt(checksum, still!);
  return { ...photo, master: { ...photo.master, resources: { Original: original } } };
}

const changed = (id: string, sizeBytes = 1000) =>
  aPhoto({ id, content: "new", sizeBytes, master: { id: `MASTER-${id}` } });

const settings = (
  folderStructure: string,
  albumCopies: "copy" | "hardlink" | "symlink" = "copy",
  relayout = false,
): Partial<CycleDoor> => ({
  rules: { ...DEFAULT_RULES, folderStructure },
  options: { ...DEFAULT_SYNC, albumCopies, relayout },
});

function withAlbums(world: World, ...titles: string[]): void {
  for (const id of titles)
    world.source.putAlbum({ id, name: id, kind: "album", parentId: null, isDeleted: false });
}

describe("a person's own file of the size of a photo whose checksum proves nothing", () => {
  test("is adopted, counted as unproven, and left where it is when the photo changes", async () => {
    using world = new World();
    put(world, PATH, MINE);
    world.source.add(withOpaque(world, aPhoto({ id: "A" })));
    expect(await world.cycle()).toMatchObject({ filesAdopted: 1, filesDownloaded: 0 });
    expect(world.memory.files.counts()).toMatchObject({ unproven: 1 });
    world.source.replace(withOpaque(world, changed("A")));
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 1, filesLeft: 1 });
    expect(world.eventsOf("file-left")).toEqual([
      { kind: "file-left", path: PATH, newPath: "2018/07/31/A-1000.JPG" },
    ]);
    expect(bytesAt(world, PATH).equals(MINE)).toBe(true);
    expect(bytesAt(world, "2018/07/31/A-1000.JPG").equals(bytesOf("new", 1000))).toBe(true);
    expect(world.rows()).toMatchObject([{ path: "2018/07/31/A-1000.JPG", origin: "own" }]);
    expect(world.memory.files.counts()).toMatchObject({ unproven: 0 });
  });

  test("is never copied into another album, and never moved", async () => {
    using world = new World();
    withAlbums(world, "Sea", "Trip");
    put(world, "Sea/A.JPG", MINE);
    world.source.add(withOpaque(world, aPhoto({ id: "A" })));
    await world.cycle(settings("{album}"));
    expect(bytesAt(world, "Sea/A.JPG").equals(MINE)).toBe(true);
    expect(bytesAt(world, "Trip/A.JPG").equals(THEIRS)).toBe(true);
    await world.cycle(settings("{album}/%Y", "copy", true));
    expect(bytesAt(world, "Sea/A.JPG").equals(MINE)).toBe(true);
    expect(existsSync(join(world.root, "Trip/2018/A.JPG"))).toBe(true);
  });
});

describe("a person's own file with the very bytes of a photo", () => {
  test.each(["edited", "purged and back"] as const)("stays when the photo is %s", async (how) => {
    using world = new World();
    put(world, PATH, THEIRS);
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle();
    expect(world.rows()).toMatchObject([{ path: PATH, origin: "adopted" }]);
    if (how === "purged and back") {
      world.source.remove("A", "MASTER-A");
      await world.cycle();
      world.source.add(changed("A", 1200));
    }
    world.source.replace(changed("A", 1200));
    await world.cycle();
    expect(bytesAt(world, PATH).equals(THEIRS)).toBe(true);
    expect(world.rows()).toMatchObject([{ path: "2018/07/31/A-1200.JPG", state: "saved" }]);
  });

  test("moves with a new layout, as the person asked", async () => {
    using world = new World();
    put(world, PATH, THEIRS);
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle();
    await world.cycle(settings("%Y", "copy", true));
    expect([...world.files().keys()]).toEqual(["2018/A.JPG"]);
  });

  test("is linked into an album by its own name, and that name does not give way either", async () => {
    using world = new World();
    withAlbums(world, "Sea", "Trip");
    put(world, "Sea/A.JPG", THEIRS);
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle(settings("{album}", "hardlink"));
    expect(world.source.opened).toEqual([]);
    world.source.replace(changed("A", 1200));
    await world.cycle(settings("{album}", "hardlink"));
    expect(bytesAt(world, "Sea/A.JPG").equals(THEIRS)).toBe(true);
    expect(world.rows().map(({ path }) => path)).toEqual(["Sea/A-1200.JPG", "Trip/A-1200.JPG"]);
  });
});

test("a file that a person put in the place of ours is not moved by a new layout", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
  await world.cycle();
  put(world, PATH, MINE);
  const tally = await world.cycle(settings("%Y", "copy", true));
  expect(tally).toMatchObject({ filesMoved: 1 });
  expect(bytesAt(world, PATH).equals(MINE)).toBe(true);
  expect(existsSync(join(world.root, "2018/B.JPG"))).toBe(true);
});

test("a link that a person made stays when it is dead, although it leads into the library", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }));
  mkdirSync(join(world.root, "2018/07/31"), { recursive: true });
  const link = join(world.root, PATH);
  await Bun.$`ln -s nowhere.JPG ${link}`.quiet();
  await world.cycle();
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(world.rows()).toMatchObject([{ path: "2018/07/31/A-1000.JPG", state: "saved" }]);
});

describe("bytes that another photo has here already", () => {
  const copyOfA = (id: string) => aPhoto({ id, content: "A", master: { id: "MASTER-A" } });

  test.each([
    ["copy", "copied", 1],
    ["hardlink", "linked", 2],
    ["symlink", "copied", 1],
  ] as const)("are not fetched again: %s", async (albumCopies, how, names) => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle();
    // As when a photo goes over into another library: it is gone here and new there.
    world.source.remove("A");
    world.source.add(copyOfA("B"));
    await world.cycle(settings("%Y/%m/%d", albumCopies));
    expect(world.source.opened).toEqual([]);
    expect(world.eventsOf("file-saved")).toMatchObject([{ how }]);
    const path = world.rows().find(({ asset }) => asset === "B")!.path;
    expect(bytesAt(world, path).equals(THEIRS)).toBe(true);
    expect(statSync(join(world.root, path)).nlink).toBe(names);
  });

  test("are fetched when what is here is damaged or known by its size alone", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    await world.cycle();
    put(world, PATH, MINE);
    world.source.add(copyOfA("B"));
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 1 });
    expect(world.source.opened).toHaveLength(1);
  });

  test("do not follow the other photo when it changes", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), copyOfA("B"));
    await world.cycle(settings("%Y/%m/%d", "hardlink"));
    world.source.putAsset({ ...changed("A", 1200).asset, masterId: "MASTER-C" });
    world.source.putMaster({ ...changed("A", 1200).master, id: "MASTER-C" });
    world.source.corrupt(
      changed("A", 1200).master.resources.Original!.checksum,
      bytesOf("new", 1200),
    );
    await world.cycle(settings("%Y/%m/%d", "hardlink"));
    const of = (id: string) => world.rows().find(({ asset }) => asset === id)!.path;
    expect(bytesAt(world, of("A"))).toHaveLength(1200);
    expect(bytesAt(world, of("B")).equals(THEIRS)).toBe(true);
  });
});

describe("a saved file that was found damaged", () => {
  const REPAIR = { options: { ...DEFAULT_SYNC, isRepair: true } };
  const rows: { name: string; bytes: Uint8Array; paths: string[] }[] = [
    { name: "cut off", bytes: THEIRS.subarray(0, 100), paths: [PATH] },
    { name: "empty", bytes: new Uint8Array(), paths: [PATH] },
    {
      name: "shorter, with other words",
      bytes: bytesOf("x", 100),
      paths: ["2018/07/31/A-1000.JPG", PATH],
    },
    { name: "as long, with other words", bytes: MINE, paths: ["2018/07/31/A-1000.JPG", PATH] },
    {
      name: "longer",
      bytes: new Uint8Array([...THEIRS, 1]),
      paths: ["2018/07/31/A-1000.JPG", PATH],
    },
    { name: "gone", bytes: THEIRS, paths: [PATH] },
  ];
  for (const marksFiles of [false, true]) {
    test.each(rows)(
      `is fetched again, over nobody's work: $name, ${marksFiles}`,
      async ({ name, bytes, paths }) => {
        using world = new World(marksFiles);
        world.source.add(aPhoto({ id: "A" }));
        await world.cycle();
        const whole = bytesAt(world, PATH);
        if (name === "gone") rmSync(join(world.root, PATH));
        else put(world, PATH, bytes);
        world.memory.places.damage(world.rows().map(({ id }) => id));
        expect(await world.cycle(REPAIR)).toMatchObject({ filesDownloaded: 1, failed: 0 });
        expect([...world.files().keys()]).toEqual(paths);
        expect(bytesAt(world, paths[0]!).equals(whole)).toBe(true);
        expect(world.rows()).toMatchObject([{ path: paths[0]!, state: "saved" }]);
      },
    );
  }
});
