import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Memory } from "../../../src/state/memory.ts";
import { openDatabase, openDatabaseReadOnly, openScratchCopy } from "../../../src/state/open.ts";
import { BASE_VERSION, MIGRATIONS } from "../../../src/state/schema.ts";
import { canMount, smallDisk } from "../../support/small-disk.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const LATEST = BASE_VERSION + MIGRATIONS.length;

function versionOf(path: string): number {
  const db = new Database(path);
  const row = db.query<{ user_version: number }, []>("PRAGMA user_version").get()!;
  db.close();
  return row.user_version;
}

function withVersion(path: string, version: number): void {
  const db = new Database(path);
  db.run(`PRAGMA user_version = ${version}`);
  db.close();
}

function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

describe("openDatabase()", () => {
  test("makes the database with its folder, for its owner alone, at the latest version", () => {
    using folder = new TempFolder();
    const path = folder.at("data", "kei.db");
    openDatabase(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder.at("data")).mode & 0o777).toBe(0o700);
    expect(versionOf(path)).toBe(LATEST);
  });

  test("takes the rights of others away from a database it finds", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    openDatabase(path).close();
    chmodSync(path, 0o644);
    openDatabase(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("keeps what is in it when it is opened again", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const first = new Memory(openDatabase(path), path);
    first.setSetting("a", "1");
    first.close();
    const second = new Memory(openDatabase(path), path);
    expect(second.setting("a")).toBe("1");
    second.close();
  });

  test("brings a database along in which zones had nothing but their names", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const old = new Database(path);
    old.run(MIGRATIONS[0]!);
    old.run(`PRAGMA user_version = ${BASE_VERSION + 1}`);
    old.run(`INSERT INTO zones (id, name, owner, database, token, listing) VALUES
      (4, 'PrimarySync', '_you', 'shared', 't', 2), (7, 'SharedSync-1', '_you', 'shared', 's', 3)`);
    old.run(
      `INSERT INTO collections (zone, key, newest) VALUES (4, 'library', 0), (7, 'library', 0)`,
    );
    old.close();
    const memory = new Memory(openDatabase(path), path);
    expect(memory.zones.all()).toEqual([
      // A stranger's zone had taken its place.
      { id: 4, database: "private", owner: null, name: "PrimarySync", token: null, listing: 2 },
      { id: 7, database: "shared", owner: "_you", name: "SharedSync-1", token: "s", listing: 3 },
    ]);
    expect([4, 7].map((id) => memory.collections.find(id, "library", 0) !== null)).toEqual([
      false,
      true,
    ]);
    memory.close();
  });

  test("syncs every commit", () => {
    using folder = new TempFolder();
    const db = openDatabase(folder.at("kei.db"));
    const modes = [db.query("PRAGMA journal_mode").get(), db.query("PRAGMA synchronous").get()];
    expect(modes).toEqual([{ journal_mode: "wal" }, { synchronous: 2 }]);
    db.close();
  });

  const refused = [
    { name: "newer", version: LATEST + 1, fault: "newer" },
    { name: "of an older program", version: 7, fault: "corrupt" },
  ];
  for (const { name, version, fault } of refused) {
    test(`refuses a database that is ${name}, with the way out`, () => {
      using folder = new TempFolder();
      const path = folder.at("kei.db");
      withVersion(path, version);
      for (const open of [openDatabase, openDatabaseReadOnly]) {
        const thrown = failure(() => open(path));
        expect(thrown).toMatchObject({ fault, path, hint: expect.any(String) });
      }
      expect(versionOf(path)).toBe(version);
    });
  }

  test("says plainly that a file is no database, and leaves it as it is", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const junk = "this is no database ".repeat(500);
    writeFileSync(path, junk);
    const thrown = failure(() => openDatabase(path));
    expect(thrown).toMatchObject({ fault: "corrupt", message: "The database is damaged" });
    expect(thrown).toMatchObject({ hint: expect.stringContaining("move it away") });
    expect(readFileSync(path, "utf8")).toBe(junk);
  });

  test("says that the folder cannot be made", () => {
    using folder = new TempFolder();
    writeFileSync(folder.at("data"), "");
    const thrown = failure(() => openDatabase(folder.at("data", "kei.db")));
    expect(thrown).toMatchObject({ code: expect.stringMatching(/^local\//) });
  });
});

describe("openDatabaseReadOnly()", () => {
  test("answers null before there is a database, and makes none", () => {
    using folder = new TempFolder();
    expect(openDatabaseReadOnly(folder.at("kei.db"))).toBeNull();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("reads beside a writer", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const writer = new Memory(openDatabase(path), path);
    writer.setSetting("a", "1");
    const reader = new Memory(openDatabaseReadOnly(path)!, path);
    expect(reader.setting("a")).toBe("1");
    reader.close();
    writer.close();
  });
});

describe("a database that is not as kei left it", () => {
  test("an empty file is said to be one, and is filled by whoever may write", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    writeFileSync(path, "", { mode: 0o600 });
    const thrown = failure(() => openDatabaseReadOnly(path));
    expect(thrown).toMatchObject({ fault: "corrupt", message: "The database is empty", path });
    expect(thrown).toMatchObject({ hint: expect.stringContaining("kei sync") });
    openDatabase(path).close();
    expect(versionOf(path)).toBe(LATEST);
  });

  test("one that lost a table or a column is damaged, with the way out", () => {
    for (const loss of ["DROP TABLE files", "ALTER TABLE assets DROP COLUMN skip"]) {
      using folder = new TempFolder();
      const path = folder.at("kei.db");
      openDatabase(path).close();
      const db = new Database(path);
      db.run(loss);
      db.close();
      for (const open of [openDatabase, openDatabaseReadOnly]) {
        const thrown = failure(() => open(path));
        expect(thrown).toMatchObject({ fault: "corrupt", path });
        expect(thrown).toMatchObject({ hint: expect.stringContaining("kei reset state") });
      }
    }
  });

  test("rot in the middle of it is said when it is met", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    openDatabase(path).close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096, bytes.length);
    writeFileSync(path, bytes);
    const memory = () => {
      const db = openDatabaseReadOnly(path)!;
      return new Memory(db, path);
    };
    const thrown = failure(() => memory().reading(() => memory().files.counts()));
    expect(thrown).toMatchObject({ fault: "corrupt", hint: expect.any(String) });
  });

  test("an older one is read as one of today, and stays as it is", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const db = new Database(path);
    db.run(MIGRATIONS[0]!);
    db.run(`PRAGMA user_version = ${BASE_VERSION + 1}`);
    db.close();
    const before = readFileSync(path);
    const memory = new Memory(openDatabaseReadOnly(path)!, path);
    expect(memory.files.counts()).toMatchObject({ saved: 0, pending: 0, failed: 0 });
    memory.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("something else in the place of a database", () => {
  const plants: Record<string, (path: string) => unknown> = {
    "a link": (path) => symlinkSync("elsewhere", path),
    "a folder": (path) => mkdirSync(path),
    "a pipe": (path) => Bun.spawnSync(["mkfifo", path]),
  };
  for (const [what, plant] of Object.entries(plants)) {
    for (const ending of ["", "-wal", "-shm", "-journal"]) {
      test(`${what} at kei.db${ending} is refused by all who open it, and stays`, () => {
        using folder = new TempFolder();
        const path = folder.at("kei.db");
        plant(path + ending);
        for (const open of [openDatabase, openDatabaseReadOnly]) {
          expect(failure(() => open(path))).toMatchObject({ path: path + ending });
        }
        expect(readdirSync(folder.path)).toEqual([`kei.db${ending}`]);
      });
    }
  }

  test("a folder that others can write is refused, and a file in its place is named", () => {
    using folder = new TempFolder();
    mkdirSync(folder.at("data"));
    chmodSync(folder.at("data"), 0o777);
    writeFileSync(folder.at("file"), "");
    for (const open of [openDatabase, openDatabaseReadOnly]) {
      const refused = failure(() => open(folder.at("data", "kei.db")));
      expect(refused).toMatchObject({ fault: "denied", path: folder.at("data") });
      expect(failure(() => open(folder.at("file", "kei.db")))).toMatchObject({
        path: folder.at("file"),
      });
    }
  });
});

test.skipIf(!canMount)("openDatabaseReadOnly() reads from a disk that cannot be written", () => {
  for (const endings of [[""], ["", "-wal"]]) {
    using folder = tempFolder();
    using disk = smallDisk(join(folder.path, "disk"), 5);
    const original = join(folder.path, "kei.db");
    const path = join(folder.path, "disk", "odd # name?.db");
    const writer = new Memory(openDatabase(original), original);
    writer.setSetting("a", "1");
    // With its journal it is as a crash leaves it.
    if (endings.length === 1) writer.close();
    for (const ending of endings) copyFileSync(original + ending, path + ending);
    if (endings.length > 1) writer.close();
    disk.remount("ro");
    const memory = new Memory(openDatabaseReadOnly(path)!, path);
    expect(memory.setting("a")).toBe("1");
    memory.close();
  }
});

describe("openScratchCopy()", () => {
  test("has what the original has, and changes nothing of it", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const original = new Memory(openDatabase(path), path);
    original.setSetting("a", "1");
    original.close();
    const before = readFileSync(path);
    const copyPath = folder.at("copy.db");
    const copy = new Memory(openScratchCopy(path, copyPath), copyPath);
    expect(copy.setting("a")).toBe("1");
    copy.transaction(() => copy.setSetting("a", "2"));
    copy.runs.start(1);
    expect(copy.setting("a")).toBe("2");
    copy.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("copy"))).toEqual([]);
  });

  test.skipIf(!canMount)("that finds no room says where, and not that it is the original", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    const original = new Memory(openDatabase(path), path);
    original.setSetting("a", "1".repeat(2 << 20));
    original.close();
    using _ = smallDisk(folder.at("disk"), 1);
    const copyPath = folder.at("disk", "copy.db");
    expect(() => openScratchCopy(path, copyPath)).toThrow(
      expect.objectContaining({ fault: "full", path: copyPath }),
    );
  });

  test("begins empty when there is no original, and makes none", () => {
    using folder = new TempFolder();
    const copy = openScratchCopy(folder.at("kei.db"), folder.at("copy.db"));
    expect(copy.query("SELECT count(*) AS n FROM files").get()).toEqual({ n: 0 });
    copy.close();
    expect(existsSync(folder.at("kei.db"))).toBe(false);
  });

  test("is not made of a newer database", () => {
    using folder = new TempFolder();
    const path = folder.at("kei.db");
    withVersion(path, LATEST + 1);
    const thrown = failure(() => openScratchCopy(path, folder.at("copy.db")));
    expect(thrown).toMatchObject({ fault: "newer" });
  });
});
