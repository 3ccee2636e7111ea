/**
 * Opens the database of one account.
 *
 * Promises: file mode 0600; a newer database is refused, an unreadable one is said plainly with the way out; a copy
 * for dry runs never touches the original. WAL with full sync: a committed row survives a power cut, unless it was
 * committed lightly on purpose.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { BASE_VERSION, MIGRATIONS } from "./schema.ts";

export type { Database };

const LATEST = BASE_VERSION + MIGRATIONS.length;

/** Opens for writing, creating and migrating as needed. Throws LocalError. */
export function openDatabase(path: string): Database {
  return translated(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Created with its mode before SQLite opens it, so that it is never readable by others.
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
    const db = new Database(path, { create: true, readwrite: true });
    db.run("PRAGMA busy_timeout = 5000");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = FULL");
    db.run("PRAGMA wal_autocheckpoint = 10000");
    db.run("PRAGMA cache_size = -8000");
    migrate(db, path);
    return db;
  });
}

/** Opens for reading what is there; null when there is no database yet. Never migrates. */
export function openDatabaseReadOnly(path: string): Database | null {
  if (!existsSync(path)) return null;
  return translated(path, () => {
    const db = new Database(path, { readonly: true });
    db.run("PRAGMA busy_timeout = 5000");
    checkVersion(db, path);
    return db;
  });
}

/** A private copy of the database at `path`, for runs that must not change it; removed when closed. */
export function openScratchCopy(path: string, scratchPath: string): Database {
  rmSync(scratchPath, { force: true });
  if (existsSync(path)) {
    const original = openDatabaseReadOnly(path);
    translated(path, () => original?.run("VACUUM INTO ?", [scratchPath]));
    original?.close();
  }
  const db = openDatabase(scratchPath);
  // The open database keeps its files until it is closed; nobody else can find them any more.
  db.run("PRAGMA journal_mode = MEMORY");
  db.run("PRAGMA synchronous = OFF");
  rmSync(scratchPath, { force: true });
  return db;
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

/** Runs database work and translates SQLite's errors. */
export function translated<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof SQLiteError ? databaseError(error, path) : diskError(error, path);
  }
}

const WAY_OUT =
  "restore it from a backup, or move it away: the next sync lists the library again and adopts the files it finds";

function databaseError(error: SQLiteError, path: string): LocalError {
  const code = error.code ?? "";
  const cause = error;
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new LocalError("busy", "The database is in use by another program", path, { cause });
  }
  if (code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB") {
    return new LocalError("corrupt", "The database is damaged", path, { cause, hint: WAY_OUT });
  }
  if (code === "SQLITE_FULL") {
    return new LocalError("full", "The disk of the database is full", path, { cause });
  }
  if (code.startsWith("SQLITE_READONLY")) {
    return new LocalError("read-only", "The database cannot be written", path, { cause });
  }
  return new LocalError("failed", `The database failed (${code || error.message})`, path, {
    cause,
  });
}
