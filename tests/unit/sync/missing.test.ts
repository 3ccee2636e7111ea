import { describe, expect, test } from "bun:test";
import { foldPath } from "../../../src/plan/fold.ts";
import type { Memory } from "../../../src/state/memory.ts";
import { noteFolders, restoreMissing } from "../../../src/sync/missing.ts";
import type { FolderLook } from "../../../src/sync/missing.ts";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";
import { saveRow } from "../../support/engine/final.ts";
import { isOnDisk } from "../../../src/state/files/row.ts";
import { wantFile } from "../../support/engine/want-file.ts";

const ROOT = { root: "/photos", accept: false };
const SECOND_NS = 1_000_000_000n;

/** A disk of folders with their times in seconds and the names in them. */
class FakeDisk implements FolderLook {
  readonly folders = new Map<string, { seconds: number; names: string[] }>();
  readonly read: string[] = [];
  /** Links that lead nowhere. */
  readonly dead = new Set<string>();

  put(folder: string, seconds: number, ...names: string[]): void {
    this.folders.set(folder, { seconds, names });
  }

  time(folder: string): string | null {
    const found = this.folders.get(folder);
    return found ? String(BigInt(found.seconds) * SECOND_NS) : null;
  }

  names(folder: string): Set<string> {
    this.read.push(folder);
    return new Set(this.folders.get(folder)?.names);
  }

  exists(path: string): boolean {
    if (this.dead.has(path)) return false;
    const slash = path.lastIndexOf("/");
    const folder = this.folders.get(slash < 0 ? "" : path.slice(0, slash));
    return folder?.names.includes(path.slice(slash + 1)) ?? false;
  }

  /** Sizes that are not what saved files have. */
  readonly sizes = new Map<string, number>();

  sizeAt(path: string): number | null {
    return this.sizes.get(path) ?? (this.exists(path) ? 1 : null);
  }

  isLink(path: string): boolean {
    return this.dead.has(path);
  }

  spelled(path: string): string {
    const paths = [...this.folders].flatMap(([folder, { names }]) =>
      names.map((name) => (folder === "" ? name : `${folder}/${name}`)),
    );
    return paths.find((other) => other.normalize("NFC") === path.normalize("NFC")) ?? path;
  }

  isEmptyRoot(): boolean {
    return [...this.folders.values()].every(({ names }) => names.length === 0);
  }
}

/** Rows of one asset each that are saved, in folders the memory has heard of. */
function save(memory: Memory, ...paths: string[]): void {
  saveRows(memory, paths, (n) => [`A${n}`, ""]);
}

function saveRows(
  memory: Memory,
  paths: readonly string[],
  keyOf: (n: number) => [asset: string, album: string],
): void {
  const zone = memory.zones.see(ZONE).id;
  for (const [n, path] of paths.entries()) {
    const pathKey = foldPath(path);
    const [asset, album] = keyOf(n);
    wantFile(memory, {
      zone,
      asset,
      rendition: "original",
      album,
      path,
      pathKey,
      checksum: "c",
      sizeBytes: 1,
      createdMs: 0,
    });
    saveRow(memory, memory.files.atKey(pathKey)!);
    const slash = path.lastIndexOf("/");
    memory.folders.touch(slash < 0 ? "" : path.slice(0, slash));
  }
}

function wantedPaths(world: World): string[] {
  return world.rows().flatMap((row) => (isOnDisk(row) ? [] : [row.path]));
}

describe("restoreMissing()", () => {
  test("wants what is not there any more, in the folder itself and not below", () => {
    using world = new World();
    save(world.memory, "a/1.JPG", "a/2.JPG", "a/b/3.JPG", "0.JPG");
    const disk = new FakeDisk();
    disk.put("", 5, "0.JPG");
    disk.put("a", 5, "1.JPG");
    disk.put("a/b", 5, "3.JPG");
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(1);
    expect(wantedPaths(world)).toEqual(["a/2.JPG"]);
  });

  test("tells of files that have another size, without wanting them", () => {
    using world = new World();
    save(world.memory, "a/1.JPG", "a/2.JPG");
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG", "2.JPG");
    disk.sizes.set("a/2.JPG", 0);
    const altered: number[] = [];
    const onAltered = (files: number) => void altered.push(files);
    expect(restoreMissing(world.memory, disk, { ...ROOT, onAltered })).toBe(0);
    expect([altered, wantedPaths(world)]).toEqual([[1], []]);
  });

  test("wants everything of a folder that is gone", () => {
    using world = new World();
    save(world.memory, "a/1.JPG", "b/2.JPG");
    const disk = new FakeDisk();
    disk.put("b", 5, "2.JPG");
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(1);
    expect(wantedPaths(world)).toEqual(["a/1.JPG"]);
  });

  test("reads only folders whose time changed", () => {
    using world = new World();
    save(world.memory, "a/1.JPG", "b/2.JPG");
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG");
    disk.put("b", 5, "2.JPG");
    restoreMissing(world.memory, disk, ROOT);
    noteFolders(world.memory, disk, 60_000);
    disk.read.length = 0;
    disk.put("b", 50);
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(1);
    expect(disk.read).toEqual(["b"]);
  });

  test("wants the copies that were links to a lost file, in folders that did not change", () => {
    using world = new World();
    saveRows(world.memory, ["a/1.JPG", "b/1.JPG", "c/1.JPG"], (n) => ["A", `album ${n}`]);
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG");
    disk.put("b", 5, "1.JPG");
    disk.put("c", 5, "1.JPG");
    restoreMissing(world.memory, disk, ROOT);
    noteFolders(world.memory, disk, 60_000);
    disk.put("a", 9);
    disk.dead.add("b/1.JPG");
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(2);
    expect(wantedPaths(world)).toEqual(["a/1.JPG", "b/1.JPG"]);
  });

  test("takes names that are composed otherwise by now for the same", () => {
    using world = new World();
    save(world.memory, "Gr\u00fcn/\u00fc.JPG");
    const disk = new FakeDisk();
    disk.put("Gru\u0308n", 5, "u\u0308.JPG");
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(0);
    expect(world.rows().map(({ path }) => path)).toEqual(["Gru\u0308n/u\u0308.JPG"]);
    noteFolders(world.memory, disk, 60_000);
    expect(world.memory.folders.all().map(({ path }) => path)).toEqual(["Gru\u0308n"]);
    disk.read.length = 0;
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(0);
    expect(disk.read).toEqual([]);
  });

  test("keeps a link in mind that nobody would make again, while its photo will be fetched", () => {
    using world = new World();
    const { memory } = world;
    saveRows(memory, ["a/1.JPG", "b/1.JPG"], (n) => ["A", `album ${n}`]);
    memory.wants.leaveOut(memory.files.atKey(foldPath("b/1.JPG"))!.id);
    const disk = new FakeDisk();
    disk.put("a", 5);
    disk.put("b", 5);
    disk.dead.add("b/1.JPG");
    expect(restoreMissing(memory, disk, ROOT)).toBe(1);
    expect(world.rows().map(({ path, state }) => [path, state])).toEqual([
      ["a/1.JPG", "promised"],
      ["b/1.JPG", "left-out"],
    ]);
  });

  test("does not take a copy for lost whose folder is composed otherwise by now", () => {
    using world = new World();
    saveRows(world.memory, ["Gr\u00fcn/1.JPG", "Sea/1.JPG"], (n) => ["A", `album ${n}`]);
    const disk = new FakeDisk();
    disk.put("Gru\u0308n", 5, "1.JPG");
    disk.put("Sea", 5);
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(1);
    expect(wantedPaths(world)).toEqual(["Sea/1.JPG"]);
  });

  test("refuses when the folder that was full is suddenly empty", () => {
    using world = new World();
    save(world.memory, "a/1.JPG");
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG");
    restoreMissing(world.memory, disk, ROOT);
    disk.folders.clear();
    expect(() => restoreMissing(world.memory, disk, ROOT)).toThrow(/empty/);
    expect(wantedPaths(world)).toEqual([]);
  });

  test("takes another, empty folder for a wish to have everything there", () => {
    using world = new World();
    save(world.memory, "a/1.JPG");
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG");
    restoreMissing(world.memory, disk, ROOT);
    expect(restoreMissing(world.memory, new FakeDisk(), { ...ROOT, root: "/elsewhere" })).toBe(1);
    expect(world.memory.root).toBe("/elsewhere");
  });
});

describe("noteFolders()", () => {
  test("leaves out a folder written a moment ago", () => {
    using world = new World();
    save(world.memory, "a/1.JPG");
    const disk = new FakeDisk();
    disk.put("a", 59, "1.JPG");
    noteFolders(world.memory, disk, 60_000);
    restoreMissing(world.memory, disk, ROOT);
    expect(disk.read).toEqual(["a"]);
  });

  test("does not note a folder from which a file vanished since it was read", () => {
    using world = new World();
    save(world.memory, "a/1.JPG", "a/2.JPG");
    const disk = new FakeDisk();
    disk.put("a", 5, "1.JPG", "2.JPG");
    restoreMissing(world.memory, disk, ROOT);
    disk.put("a", 30, "1.JPG");
    noteFolders(world.memory, disk, 60_000);
    expect(restoreMissing(world.memory, disk, ROOT)).toBe(1);
  });

  test("forgets a folder that is gone, unless a saved file is to be in it", () => {
    using world = new World();
    save(world.memory, "a/1.JPG");
    world.memory.folders.touch("b");
    noteFolders(world.memory, new FakeDisk(), 60_000);
    expect(world.memory.folders.all().map(({ path }) => path)).toEqual(["a"]);
  });
});
