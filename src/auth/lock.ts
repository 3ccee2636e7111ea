/**
 * One kei per account: two of them on one session would each invalidate the other's thread through a sign-in.
 *
 * The lock is an exclusive SQLite transaction, so the operating system releases it however the process ends. A small
 * file beside it says who holds it; that one is a courtesy and may be stale or missing.
 */
import { Database } from "bun:sqlite";
import { hostname } from "node:os";
import type { Clock } from "../lib/clock.ts";
import { AuthError } from "../lib/errors.ts";
import { requireOwnFile } from "../lib/trust.ts";
import { accountFiles } from "./account-files.ts";
import { at, readJson } from "./json.ts";
import {
  ensurePrivateFile,
  ensurePrivateFolder,
  localErrorFrom,
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "./private-file.ts";

export interface AccountLock {
  /** Lets the next one in; a second call does nothing. */
  release(): void;
}

export interface LockPatience {
  readonly tries: number;
  readonly pauseMs: number;
}

/** For commands that must not wait. */
export const noPatience: LockPatience = { tries: 1, pauseMs: 0 };
/** For a person at the terminal: a cycle that is just ending may be over in a moment. */
export const shortPatience: LockPatience = { tries: 6, pauseMs: 3000 };

// An otherwise unreferenced database is collected, and its lock with it.
const held = new Map<string, Database>();

/** Takes the lock, trying as often as patience allows; throws `AuthError` "busy" that names the holder. */
export async function takeAccountLock(
  account: { dataDir: string; username: string },
  patience: LockPatience,
  deps: { clock: Clock; signal?: AbortSignal; tell?: (line: string) => void },
): Promise<AccountLock> {
  ensurePrivateFolder(account.dataDir);
  const { lock: path } = accountFiles(account.dataDir, account.username);
  for (let left = patience.tries; left > 1; left -= 1) {
    const lock = takeNow(path, deps.clock);
    if (lock) return lock;
    if (left === patience.tries) {
      const seconds = ((left - 1) * patience.pauseMs) / 1000;
      deps.tell?.(`${inUse(path)}; waiting up to ${seconds} s for it to end`);
    }
    await deps.clock.sleep(patience.pauseMs, deps.signal);
  }
  const lock = takeNow(path, deps.clock);
  if (!lock) throw busy(path);
  return lock;
}

function takeNow(path: string, clock: Clock): AccountLock | null {
  // Opening and closing the file ourselves while this process holds it would drop the lock: POSIX locks work so.
  if (held.has(path)) return null;
  const database = openExclusive(path);
  if (!database) return null;
  held.set(path, database);
  noteHolder(path, clock);
  return { release: () => release(path, database) };
}

function noteHolder(path: string, clock: Clock): void {
  const holder = { pid: process.pid, host: hostname(), since: new Date(clock.now()).toISOString() };
  asCourtesy(() => writePrivateFile(holderPath(path), `${JSON.stringify(holder)}\n`));
}

/** What the file beside the lock does is never worth failing for; null when it could not be done. */
function asCourtesy<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch {
    return null;
  }
}

function release(path: string, database: Database): void {
  if (held.get(path) !== database) return;
  // Before the lock goes: afterwards it would be the next one's file.
  asCourtesy(() => removePrivateFile(holderPath(path)));
  held.delete(path);
  database.close();
}

function openExclusive(path: string): Database | null {
  let database: Database | null = null;
  try {
    // Beside a database, what stands under these names is taken for a part of it, and removed.
    for (const ending of ["-journal", "-wal", "-shm"]) requireOwnFile(path + ending);
    ensurePrivateFile(path);
    database = new Database(path);
    database.run("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return null;
    throw localErrorFrom(error, "lock the account", path);
  }
}

function busy(path: string): AuthError {
  return new AuthError("busy", `${inUse(path)}: ${path}`, {
    hint: "wait for it to end, or stop it",
  });
}

function inUse(path: string): string {
  const holder = readJson(asCourtesy(() => readPrivateFile(holderPath(path))) ?? "");
  const pid = at(holder, "pid");
  const who =
    typeof pid === "number"
      ? ` (process ${pid} on ${at(holder, "host")}, since ${at(holder, "since")})`
      : "";
  return `Another kei is using this account${who}`;
}

function holderPath(path: string): string {
  return `${path}.json`;
}
