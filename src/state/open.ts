/**
 * Opens the database of one account.
 *
 * Promises: file mode 0600; a newer database is refused, an unreadable one is said plainly with the way out; a copy
 * for dry runs never touches the original. WAL with full sync: a committed row survives a power cut, unless it was
 * committed lightly on purpose.
 */
import { constants, Database } from "bun:sqlite";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalError } from "../lib/errors.ts";
import { requireOwnFile, requireOwnFolder } from "../lib/trust.ts";
import { isCannotOpen, isFull, translated, WAY_OUT } from "./database-error.ts";
import { BASE_VERSION, MIGRATIONS } from "./schema.ts";

export type { Database };

/** What SQLite appends to the name of a database for what belongs to it. */
const ENDINGS = ["", "-wal", "-shm", "-journal"];
const LATEST = BASE_VERSION + MIGRATIONS.length;

/** Opens for writing, creating and migrating as needed. Throws LocalError. */
export function openDatabase(path: string): Database {
  return translated(path, () => {
    const isThere = databaseIsThere(path);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Created with its mode before SQLite opens it, so that it is never readable by others.
    if (isThere) chmodSync(path, 0o600);
    else closeSync(openSync(path, "wx", 0o600));
    const db = new Database(path, { create: true, readwrite: true });
    db.run("PRAGMA busy_timeout = 5000");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = FULL");
    db.run("PRAGMA wal_autocheckpoint = 10000");
    db.run("PRAGMA cache_size = -8000");
    migrate(db, path);
    checkTables(db, path);
    return db;
  });
}

/**
 * Whether there is a database; throws LocalError when that cannot be seen, or when others could have put it there: SQLite
 * would follow and take whatever stands in its place.
 */
export function databaseIsThere(path: string): boolean {
  return translated(path, () => {
    requireOwnFolder(dirname(path));
    for (const ending of ENDINGS) requireOwnFile(path + ending);
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  });
}

/** Removes a database and what belongs to it. */
export function removeDatabase(path: string): void {
  for (const ending of ENDINGS) rmSync(path + ending, { force: true });
}

/**
 * Opens for reading what is there, also where nothing can be written; null when there is no database yet. Never changes
 * it: an older one is read as a copy that is up to date.
 */
export function openDatabaseReadOnly(path: string): Database | null {
  if (!databaseIsThere(path)) return null;
  return translated(path, () => {
    const db = openWhereverItIs(path);
    if (checkVersion(db, path) === LATEST) {
      checkTables(db, path);
      return db;
    }
    if (isBlank(db)) throw emptyDatabase(path);
    db.close();
    return inPassingFolder((folder) => openScratchCopy(path, join(folder, "copy.db")));
  });
}

function openWhereverItIs(path: string): Database {
  try {
    return openedForReading(path);
  } catch (error) {
    if (!isCannotOpen(error)) throw error;
  }
  // On a disk that cannot be written SQLite makes no index of what is not merged into the database yet.
  if (!statSync(`${path}-wal`, { throwIfNoEntry: false })?.size) return openedAsItIs(path);
  return inPassingFolder((folder) => {
    const copy = join(folder, "copy.db");
    for (const ending of ["", "-wal"]) copyFileSync(path + ending, copy + ending);
    return openedForReading(copy);
  });
}

function openedForReading(path: string): Database {
  const db = new Database(path, { readonly: true });
  db.run("PRAGMA busy_timeout = 5000");
  db.query("SELECT count(*) FROM sqlite_master").get();
  return db;
}

function openedAsItIs(path: string): Database {
  const address = encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23");
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  return new Database(`file:${address}?immutable=1`, flags);
}

// The open database keeps its files until it is closed; nobody else can find them any more.
function inPassingFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "kei-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A private copy of the database at `path`, for runs that must not change it; removed when closed. */
export function openScratchCopy(path: string, scratchPath: string): Database {
  rmSync(scratchPath, { force: true });
  if (databaseIsThere(path)) {
    translated(path, () => {
      const original = openWhereverItIs(path);
      checkVersion(original, path);
      try {
        copyInto(scratchPath, original);
      } finally {
        original.close();
      }
    });
  }
  const db = openDatabase(scratchPath);
  // The open database keeps its files until it is closed; nobody else can find them any more.
  db.run("PRAGMA journal_mode = MEMORY");
  db.run("PRAGMA synchronous = OFF");
  rmSync(scratchPath, { force: true });
  return db;
}

// Only what is written can find no room, and the original is only read.
function copyInto(path: string, original: Database): void {
  try {
    original.run("VACUUM INTO ?", [path]);
  } catch (cause) {
    if (!isFull(cause)) throw cause;
    throw new LocalError("full", "There is no room for a copy of the database", path, {
      hint: "set TMPDIR to a folder on another disk",
      cause,
    });
  }
}

function migrate(db: Database, path: string): void {
  const version = checkVersion(db, path);
  for (let step = version; step < LATEST; step++) {
    db.transaction(() => {
      db.run(MIGRATIONS[step - BASE_VERSION]!);
      db.run(`PRAGMA user_version = ${step + 1}`);
    }).immediate();
  }
}

function checkVersion(db: Database, path: string): number {
  const row = db.query<{ user_version: number }, []>("PRAGMA user_version").get();
  const version = row?.user_version ?? 0;
  if (version > LATEST) {
    throw new LocalError("newer", `The database was written by a newer kei`, path, {
      hint: "update kei, or point --data-dir to another folder",
    });
  }
  if (version === 0) return BASE_VERSION;
  if (version < BASE_VERSION) {
    throw new LocalError("corrupt", `This is not a database of this kei`, path, {
      hint: "point --data-dir to another folder",
    });
  }
  return version;
}

/** Throws LocalError unless all tables are there, with all their columns: a disk may have lost some of what was written. */
function checkTables(db: Database, path: string): void {
  const found = columnsOf(db);
  for (const column of expectedColumns()) {
    if (!found.has(column)) {
      throw new LocalError("corrupt", `The database is damaged: it has no ${column}`, path, {
        hint: WAY_OUT,
      });
    }
  }
}

let expected: ReadonlySet<string> | null = null;

function expectedColumns(): ReadonlySet<string> {
  if (expected === null) {
    using db = new Database(":memory:");
    for (const step of MIGRATIONS) db.run(step);
    expected = columnsOf(db);
  }
  return expected;
}

// As `table.column`.
function columnsOf(db: Database): ReadonlySet<string> {
  const rows = db
    .query<{ name: string }, []>(
      `SELECT tables.name || '.' || columns.name AS name
       FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table'`,
    )
    .all();
  return new Set(rows.map(({ name }) => name));
}

function isBlank(db: Database): boolean {
  return columnsOf(db).size === 0;
}

function emptyDatabase(path: string): LocalError {
  return new LocalError("corrupt", "The database is empty", path, {
    hint: "restore it from a backup, or run `kei sync`: it lists the library again and adopts the files it finds",
  });
}
