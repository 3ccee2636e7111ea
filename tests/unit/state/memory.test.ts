import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { Memory } from "../../../src/state/memory.ts";
import { openDatabase, openScratchCopy } from "../../../src/state/open.ts";
import { World } from "../../support/engine/world.ts";

test("transaction() leaves nothing behind when the work throws", () => {
  using world = new World();
  const { memory } = world;
  memory.setSetting("a", "1");
  const act = () =>
    memory.transaction(() => {
      memory.setSetting("a", "2");
      memory.folders.touch("f");
      throw new Error("no");
    });
  expect(act).toThrow("no");
  expect(memory.setting("a")).toBe("1");
  expect(memory.folders.all()).toEqual([]);
});

test("transaction() answers what the work answers, and commits", () => {
  using world = new World();
  expect(world.memory.transaction(() => (world.memory.setSetting("a", "1"), 7))).toBe(7);
  world.closeMemory();
  expect(world.memory.setting("a")).toBe("1");
});

test("transaction() says that another program holds the database", () => {
  using world = new World();
  const path = world.databasePath;
  world.memory.setSetting("a", "1");
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  const impatient = new Database(path);
  const memory = new Memory(impatient, path);
  let thrown: unknown;
  try {
    memory.transaction(() => memory.setSetting("a", "2"));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ fault: "busy", path });
  other.run("ROLLBACK");
  other.close();
  memory.close();
});

test("lightly() syncs an ordinary database in the end, and a scratch copy never", () => {
  using world = new World();
  const levelAfter = (db: Database) => {
    new Memory(db, "x").lightly(() => undefined);
    return db.query("PRAGMA synchronous").get();
  };
  using scratch = openScratchCopy(world.databasePath, `${world.root}/copy.db`);
  using ordinary = openDatabase(world.databasePath);
  expect(levelAfter(ordinary)).toEqual({ synchronous: 2 });
  expect(levelAfter(scratch)).toEqual({ synchronous: 0 });
});

test("root is null before the first sync, and stays what it was set to", () => {
  using world = new World();
  expect(world.memory.root).toBeNull();
  world.memory.root = "/photos";
  world.closeMemory();
  expect(world.memory.root).toBe("/photos");
});
