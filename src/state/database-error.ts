/** What SQLite says, as one of our own errors. */
import { SQLiteError } from "bun:sqlite";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";

export const WAY_OUT =
  "restore it from a backup, or move it away (`kei reset state` deletes it): the next sync lists the library again and adopts the files it finds";

/** Runs work on the database at `path` and translates what SQLite says; what the disk says names its own place. */
export function translated<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explained(error, path);
  }
}

/** The error as a LocalError, as far as SQLite said it, or the disk of a place that is known. */
export function explained(error: unknown, path: string): unknown {
  if (error instanceof SQLiteError) return databaseError(error, path);
  const place = placeOf(error);
  return place === null ? error : diskError(error, place);
}

/** True when SQLite cannot open a file, or not in the way it would like to. */
export function isCannotOpen(error: unknown): boolean {
  return error instanceof SQLiteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code ?? "");
}

/** True when the disk has no room for what was written. */
export function isFull(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_FULL");
}

function placeOf(error: unknown): string | null {
  const path = error instanceof Error && "path" in error ? error.path : null;
  return typeof path === "string" && path !== "" ? path : null;
}

/** What is said of a code of SQLite that begins like this; the first that fits. */
const MEANINGS: readonly {
  readonly code: RegExp;
  readonly fault: LocalError["fault"];
  readonly says: string;
  readonly hint?: string;
}[] = [
  {
    code: /^SQLITE_(BUSY|LOCKED)/,
    fault: "busy",
    says: "The database is in use by another program",
  },
  {
    code: /^SQLITE_(CORRUPT|NOTADB)/,
    fault: "corrupt",
    says: "The database is damaged",
    hint: WAY_OUT,
  },
  { code: /^SQLITE_FULL/, fault: "full", says: "The disk of the database is full" },
  { code: /^SQLITE_READONLY/, fault: "read-only", says: "The database cannot be written" },
  { code: /^SQLITE_(CANTOPEN|PERM|AUTH)/, fault: "denied", says: "The database cannot be opened" },
  { code: /^SQLITE_IOERR/, fault: "failed", says: "The disk of the database failed" },
];

// A table or column that is not there, or words that make no sense: no question of ours changed, so the database did.
const LOST = /no such (table|column|index)|malformed/;

function databaseError(error: SQLiteError, path: string): LocalError {
  const { message } = error;
  const code = error.code ?? "";
  const cause = error;
  if (LOST.test(message)) {
    return new LocalError("corrupt", `The database is damaged (${message})`, path, {
      cause,
      hint: WAY_OUT,
    });
  }
  const meaning = MEANINGS.find((one) => one.code.test(code));
  if (meaning)
    return new LocalError(meaning.fault, meaning.says, path, { cause, hint: meaning.hint });
  return new LocalError("failed", `The database failed (${code || message})`, path, { cause });
}
