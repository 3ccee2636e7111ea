import { describe, expect, test } from "bun:test";
import type { Final } from "../../../../src/state/files/row.ts";
import { appleChecksum, bytesOf } from "../../../support/engine/content.ts";
import { wantFile } from "../../../support/engine/want-file.ts";
import { SCOPE, aWant, finalOf, setUp } from "./setup.ts";

const NONE = { saved: 0, pending: 0, failed: 0, unverified: 0, unproven: 0 };

describe("the rows of files", () => {
  test("insert() gives a name to one file only, whatever its case", () => {
    const { world } = setUp("a.jpg");
    using _ = world;
    const other = aWant({ asset: "B", path: "A.jpg" });
    expect(() => wantFile(world.memory, other)).toThrow();
  });

  test("stage() and save() note what the bytes are, and wash the failures off", () => {
    const { world, memory, row, id, stage, save } = setUp("a");
    using _ = world;
    memory.haves.fail(id("a"), "remote/gone: 404", 1);
    stage("a");
    expect(row("a")).toMatchObject({ state: "staged", held: null });
    save("a");
    expect(row("a")).toMatchObject({
      state: "saved",
      held: "sha256:sha c1",
      held_bytes: 9,
      verdict: "agrees",
      staged: null,
      saved_at: 77,
      attempts: 0,
      error: null,
    });
  });

  test("wantAgain() keeps what is held, to know our old bytes by", () => {
    const { world, memory, row, id, save } = setUp("a");
    using _ = world;
    save("a");
    memory.wants.wantAgain(id("a"), "c2", 20);
    expect(row("a")).toMatchObject({
      state: "outdated",
      checksum: "c2",
      size_bytes: 20,
      held: "sha256:sha c1",
      held_bytes: 9,
    });
  });

  test("lose() wants the file again and trusts no proof", () => {
    const { world, memory, row, id, save } = setUp("a");
    using _ = world;
    save("a");
    memory.places.lose([id("a")]);
    expect(row("a")).toMatchObject({ state: "promised", held: null, checksum: "c1" });
  });

  test("a link of ours stays known as one when it is lost, and not under another name", () => {
    const { world, memory, row, id } = setUp("a");
    using _ = world;
    memory.haves.save([{ id: id("a"), final: finalOf("c1", { origin: "link" }) }], 1, 1);
    memory.places.lose([id("a")]);
    expect(row("a")).toMatchObject({ state: "promised", origin: "link" });
    memory.haves.moveOn(row("a"), "b", "B");
    expect(row("b")).toMatchObject({ state: "promised", origin: null });
  });

  test("leaveOut() takes back what was never kept, and forgets nothing that ever was saved", () => {
    const { world, memory, files, id, save, stage } = setUp("a", "b", "c", "d");
    using _ = world;
    save("b");
    save("c");
    memory.wants.wantAgain(id("c"), "c2", 20);
    stage("d");
    const ids = ["a", "b", "c", "d"].map(id);
    for (const one of ids) memory.wants.leaveOut(one);
    expect(ids.map((one) => files.byId(one)?.state ?? null)).toEqual([
      null,
      "left-out",
      "left-out",
      "dropped",
    ]);
  });

  test("withdraw() forgets a promise nobody wants, not one that was selected again meanwhile", () => {
    const { world, memory, id } = setUp("a", "b", "c");
    using _ = world;
    for (const path of ["a", "b"]) memory.wants.doubt(id(path));
    memory.wants.takeIn(id("b"));
    for (const path of ["a", "b", "c"]) memory.haves.withdraw(id(path));
    expect(world.rows().map(({ path }) => path)).toEqual(["b", "c"]);
  });

  test("due() goes in order, leaves out what is saved or failed in this cycle", () => {
    const { world, memory, files, id, save } = setUp("a", "b", "c", "d");
    using _ = world;
    save("a");
    memory.haves.fail(id("b"), "x", 5);
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
    const { world, memory, files, id, save } = setUp("a", "b", "c");
    using _ = world;
    expect(files.backlog(SCOPE)).toEqual({ files: 3, bytes: 30 });
    save("a");
    memory.haves.fail(id("b"), "x", 1);
    expect(files.backlog(SCOPE)).toEqual({ files: 2, bytes: 20 });
    expect(files.counts()).toEqual({ ...NONE, saved: 1, pending: 1, failed: 1 });
  });

  test("counts() and backlog() are zeros when there is nothing", () => {
    const { world, files } = setUp();
    using _ = world;
    expect(files.backlog(SCOPE)).toEqual({ files: 0, bytes: 0 });
    expect(files.counts()).toEqual(NONE);
  });

  test("counts() tells how many saved files nobody could prove", () => {
    const { world, memory, files, id, stage } = setUp("a", "b", "c");
    using _ = world;
    const save = (path: string, changes: Partial<Final>) =>
      memory.haves.save([{ id: id(path), final: finalOf("c1", changes) }], 1, 1);
    save("a", { verdict: "disagrees" });
    save("b", { verdict: "opaque", origin: "unproven" });
    stage("c", { verdict: "disagrees" });
    expect(files.counts()).toMatchObject({ saved: 2, unverified: 1, unproven: 1 });
  });

  test("giveUp() ends a promise whose bytes are lost, and goes back to the older file", () => {
    const { world, memory, row, id, stage } = setUp("a", "b", "c");
    using _ = world;
    stage("a");
    memory.haves.stage(id("b"), finalOf("c1"), finalOf("c0"));
    stage("c");
    for (const path of ["a", "b"]) memory.wants.leaveOut(id(path));
    for (const path of ["a", "b", "c"]) memory.haves.giveUp(id(path));
    expect(world.rows().map(({ path }) => path)).toEqual(["b", "c"]);
    expect(row("b")).toMatchObject({ state: "left-out", held: "sha256:sha c0", checksum: "c0" });
    expect(row("c")).toMatchObject({ state: "staged" });
  });

  test("stage() and save() leave a row alone that wants other bytes by now", () => {
    const { world, memory, row, id } = setUp("a");
    using _ = world;
    memory.wants.wantAgain(id("a"), "c2", 20);
    expect(memory.haves.stage(id("a"), finalOf("c1"), null)).toBe(false);
    memory.haves.save([{ id: id("a"), final: finalOf("c1") }], 1, 1);
    expect(row("a")).toMatchObject({ state: "promised", staged: null, held: null });
  });

  test("twinsOf() names files with the same bytes: of the photo first, none known by size alone", () => {
    const { world, memory, files, row, id } = setUp("b", "c", "d");
    using _ = world;
    for (const [album, path] of [
      ["", "a1"],
      ["x", "a2"],
      ["y", "a3"],
    ] as const)
      wantFile(memory, aWant({ asset: "A", album, path, pathKey: path.toUpperCase() }));
    const checksum = appleChecksum(bytesOf("x", 1));
    const proof = { kind: "apple", checksum } as const;
    for (const { id: one } of world.rows()) memory.wants.wantAgain(one, checksum, 1);
    const save = (path: string, changes: Partial<Final> = {}) =>
      memory.haves.save([{ id: id(path), final: finalOf(checksum, changes) }], 1, 1);
    save("b", { proof });
    save("c", { proof, origin: "unproven" });
    save("d");
    save("a2");
    save("a3", { origin: "unproven" });
    expect(files.twinsOf(row("a1")).map(({ path }) => path)).toEqual(["a2", "b"]);
    memory.wants.leaveOut(id("b"));
    expect(files.twinsOf(row("a1")).map(({ path }) => path)).toEqual(["a2", "b"]);
  });

  test("rename() moves the claim on a name", () => {
    const { world, memory, files, row } = setUp("a");
    using _ = world;
    memory.wants.rename(row("a"), "b", "B");
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

  test("inStates() walks all rows in pages", () => {
    const { world, files, save } = setUp("a", "b", "c", "d");
    using _ = world;
    save("b");
    const pages = [...files.inStates(["promised", "staged"], 2)];
    expect(pages.map((rows) => rows.map(({ path }) => path))).toEqual([["a", "c"], ["d"]]);
  });
});
