import { describe, expect, test } from "bun:test";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";
import { wantFile } from "../../support/engine/want-file.ts";
import type { NamedWant } from "../../support/engine/want-file.ts";

function setUp(...paths: string[]) {
  const world = new World();
  world.memory.library.zone(ZONE);
  const { files } = world.memory;
  for (const path of paths)
    wantFile(world.memory, aWant({ asset: path, path, pathKey: path.toUpperCase() }));
  const id = (path: string) => files.atKey(path.toUpperCase())!.id;
  const save = (path: string, cycle = 1) =>
    files.save(
      [{ id: id(path), checksum: "c1", sha256: `sha ${path}`, bytes: 9, isVerified: true }],
      cycle,
      77,
    );
  return { world, files, id, save };
}

const SCOPE = { zones: [1], cycle: 1, attemptsMax: 9 };

function aWant(changes: Partial<NamedWant> = {}): NamedWant {
  return {
    zone: 1,
    asset: "A",
    rendition: "original",
    album: "",
    path: "a.jpg",
    pathKey: "A.JPG",
    checksum: "c1",
    sizeBytes: 10,
    createdMs: 1,
    ...changes,
  };
}

describe("Files", () => {
  test("insert() gives a name to one file only, whatever its case", () => {
    const { world } = setUp("a.jpg");
    using _ = world;
    const other = aWant({ asset: "B", path: "A.jpg" });
    expect(() => wantFile(world.memory, other)).toThrow();
  });

  test("stage() and save() note what the bytes are, and wash the failures off", () => {
    const { world, files, id, save } = setUp("a");
    using _ = world;
    files.fail(id("a"), "remote/gone: 404", 1);
    files.stage({ id: id("a"), checksum: "c1", sha256: "s", bytes: 9, isVerified: false });
    expect(files.byId(id("a"))).toMatchObject({
      status: "staged",
      sha256: "s",
      local_bytes: 9,
      is_verified: 0,
    });
    save("a");
    expect(files.byId(id("a"))).toMatchObject({
      status: "saved",
      sha256: "sha a",
      saved_at: 77,
      is_verified: 1,
      attempts: 0,
      error: null,
    });
  });

  test("wantAgain() keeps the old hash, to know our old bytes by", () => {
    const { world, files, id, save } = setUp("a");
    using _ = world;
    save("a");
    files.wantAgain(id("a"), "c2", 20);
    expect(files.byId(id("a"))).toMatchObject({
      status: "wanted",
      checksum: "c2",
      size_bytes: 20,
      sha256: "sha a",
      local_bytes: 9,
    });
  });

  test("wantLost() wants the file again and trusts no hash", () => {
    const { world, files, id, save } = setUp("a");
    using _ = world;
    save("a");
    files.wantLost([id("a")]);
    expect(files.byId(id("a"))).toMatchObject({ status: "wanted", sha256: null, checksum: "c1" });
  });

  test("withdraw() takes back what was never kept, and forgets nothing that ever was saved", () => {
    const { world, files, id, save } = setUp("a", "b", "c", "d");
    using _ = world;
    save("b");
    save("c");
    files.wantAgain(id("c"), "c2", 20);
    files.stage({ id: id("d"), checksum: "c1", sha256: "s", bytes: 9, isVerified: true });
    const ids = ["a", "b", "c", "d"].map(id);
    for (const one of ids) files.withdraw(one);
    expect(ids.map((one) => files.byId(one)?.path ?? null)).toEqual([null, "b", "c", "d"]);
  });

  test("withdrawDoubt() forgets a promise nobody wants, not one that was selected again meanwhile", () => {
    const { world, files, id } = setUp("a", "b", "c");
    using _ = world;
    for (const path of ["a", "b"]) files.doubt(id(path));
    files.takeIn(id("b"));
    for (const path of ["a", "b", "c"]) files.withdrawDoubt(id(path));
    expect(world.rows().map(({ path }) => path)).toEqual(["b", "c"]);
  });

  test("due() goes in order, leaves out what is saved or failed in this cycle", () => {
    const { world, files, id, save } = setUp("a", "b", "c", "d");
    using _ = world;
    save("a");
    files.fail(id("b"), "x", 5);
    const paths = (after: number, cycle: number, limit = 9) =>
      files.due(after, { ...SCOPE, cycle }, limit).map(({ path }) => path);
    expect(paths(0, 5)).toEqual(["c", "d"]);
    expect(paths(0, 6)).toEqual(["b", "c", "d"]);
    expect(paths(id("c"), 6)).toEqual(["d"]);
    expect(paths(0, 6, 1)).toEqual(["b"]);
    expect(files.failedIn(5).map(({ path }) => path)).toEqual(["b"]);
    expect(files.failedIn(6)).toEqual([]);
  });

  test("backlog() and counts() tell pending from failed", () => {
    const { world, files, id, save } = setUp("a", "b", "c");
    using _ = world;
    expect(files.backlog(SCOPE)).toEqual({ files: 3, bytes: 30 });
    save("a");
    files.fail(id("b"), "x", 1);
    expect(files.backlog(SCOPE)).toEqual({ files: 2, bytes: 20 });
    expect(files.counts()).toEqual({ saved: 1, pending: 1, failed: 1 });
  });

  test("counts() and backlog() are zeros when there is nothing", () => {
    const { world, files } = setUp();
    using _ = world;
    expect(files.backlog(SCOPE)).toEqual({ files: 0, bytes: 0 });
    expect(files.counts()).toEqual({ saved: 0, pending: 0, failed: 0 });
  });

  test("giveUp() ends a promise whose bytes are lost, and goes back to the older file", () => {
    const { world, files, id, save } = setUp("a", "b", "c");
    using _ = world;
    save("b");
    save("c");
    files.wantAgain(id("b"), "NEW", 20);
    const staged = (path: string, checksum: string) => ({
      id: id(path),
      checksum,
      sha256: "new",
      bytes: 20,
      isVerified: true,
    });
    files.stage(staged("a", files.byId(id("a"))!.checksum));
    files.stage(staged("b", "NEW"));
    const older = files.byId(id("b"))!.older_sha256;
    for (const path of ["a", "b", "c"]) files.giveUp(id(path));
    expect(world.rows()).toMatchObject([
      { path: "b", status: "saved", sha256: older, older_sha256: null },
      { path: "c", status: "saved" },
    ]);
    expect(older).not.toBeNull();
  });

  test("rename() moves the claim on a name", () => {
    const { world, files, id } = setUp("a");
    using _ = world;
    files.rename(files.byId(id("a"))!, "b", "B");
    expect(files.atKey("A")).toBeNull();
    expect(files.atKey("B")).toMatchObject({ path: "b" });
  });

  test("savedIn() names files right in a folder, neither below nor beside it", () => {
    const { world, files, save } = setUp("x", "f/a", "f/g/b", "fa/c", "f-/d", "f/wanted");
    using _ = world;
    for (const path of ["x", "f/a", "f/g/b", "fa/c", "f-/d"]) save(path);
    const paths = (key: string) => files.savedIn(key).map(({ path }) => path);
    expect(paths("F")).toEqual(["f/a"]);
    expect(paths("")).toEqual(["x"]);
    expect(paths("F/G")).toEqual(["f/g/b"]);
    expect(paths("NOWHERE")).toEqual([]);
  });

  test("savedIn() tells files from those below in a folder of emoji", () => {
    const { world, files, save } = setUp("😀😀😀/a", "😀😀😀/g/b");
    using _ = world;
    for (const path of ["😀😀😀/a", "😀😀😀/g/b"]) save(path);
    expect(files.savedIn("😀😀😀").map(({ path }) => path)).toEqual(["😀😀😀/a"]);
  });

  test("withStatus() walks all rows in pages", () => {
    const { world, files, save } = setUp("a", "b", "c", "d");
    using _ = world;
    save("b");
    const pages = [...files.withStatus(["wanted", "staged"], 2)];
    expect(pages.map((rows) => rows.map(({ path }) => path))).toEqual([["a", "c"], ["d"]]);
  });
});
