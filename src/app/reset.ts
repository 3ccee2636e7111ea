/** `kei reset state`, `kei reset sync-token` and `kei reset session`: forget, without touching a photo. */
import { existsSync } from "node:fs";
import { accountFiles } from "../auth/account-files.ts";
import { shortPatience, takeAccountLock } from "../auth/lock.ts";
import { removePrivateFile } from "../auth/private-file.ts";
import type { Config } from "../config/config.ts";
import { Bug, UsageError } from "../lib/errors.ts";
import { databaseIsThere, removeDatabase } from "../state/open.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemory } from "./open.ts";

/** Runs the three commands. They wait for a running kei to end, so that nobody loses what it is using. */
export async function run(config: Config, io: Io): Promise<number> {
  const { dataDir, auth } = config;
  if (config.command === "reset session") {
    const { session } = accountFiles(dataDir, auth.username);
    if (!existsSync(session)) return nothing(`No session found at ${session}`, io);
    return alone(config, io, () => resetSession(session, config, io));
  }
  const path = databasePath(config);
  if (!databaseIsThere(path)) return nothing(`No state database found at ${path}`, io);
  return alone(config, io, () => resetMemory(path, config, io));
}

function nothing(line: string, io: Io): number {
  io.stdout(line);
  return 0;
}

async function alone(config: Config, io: Io, act: () => Promise<number>): Promise<number> {
  const { dataDir, auth } = config;
  const account = { dataDir, username: auth.username };
  const { clock, signal } = io;
  const tell = (line: string) => io.talk.tell(line);
  const lock = await takeAccountLock(account, shortPatience, { clock, signal, tell });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

async function resetSession(path: string, config: Config, io: Io): Promise<number> {
  const question = "Sign out on this machine? The next sign-in needs a new code. [y/N] ";
  if (!(await isWanted(question, config, io))) return nothing("Cancelled", io);
  removePrivateFile(path);
  return nothing(`Deleted ${path}`, io);
}

async function resetMemory(path: string, config: Config, io: Io): Promise<number> {
  if (config.command === "reset sync-token") return resetTokens(config, io);
  if (config.command !== "reset state") throw new Bug(`"${config.command}" resets something`);
  const question = `Delete ${path}? No photo is deleted; the next sync adopts them. [y/N] `;
  if (!(await isWanted(question, config, io))) return nothing("Cancelled", io);
  removeDatabase(path);
  return nothing(`Deleted ${path}`, io);
}

/** Throws UsageError when nobody can be asked: what was piped in is no answer of a person. */
async function isWanted(question: string, config: Config, io: Io): Promise<boolean> {
  if (config.assumeYes) return true;
  if (io.isTty) return io.confirm(question);
  throw new UsageError(
    "There is no terminal to ask at, so nothing was deleted",
    `kei ${config.command} --yes does not ask`,
    "merged",
  );
}

function resetTokens(config: Config, io: Io): number {
  const memory = openMemory(config);
  try {
    const count = memory.forgetTokens();
    const tokens = `${count} sync token${count === 1 ? "" : "s"}`;
    return nothing(`Cleared ${tokens}; the next sync lists everything`, io);
  } finally {
    memory.close();
  }
}
