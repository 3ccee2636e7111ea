/** `kei reset state` and `kei reset sync-token`: forget, without touching a photo. */
import type { Config } from "../config/config.ts";
import { databaseIsThere, removeDatabase } from "../state/open.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemory, withSession } from "./open.ts";

/** Runs both commands. They wait for a running kei to end, so that nobody loses the database it is using. */
export async function run(config: Config, io: Io): Promise<number> {
  const path = databasePath(config);
  if (!databaseIsThere(path)) {
    io.stdout(`No state database found at ${path}`);
    return 0;
  }
  return withSession(config, io, { isPatient: true, signal: io.signal }, async () =>
    config.command === "reset state" ? resetState(path, config, io) : resetTokens(config, io),
  );
}

async function resetState(path: string, config: Config, io: Io): Promise<number> {
  const question = `Delete ${path}? No photo is deleted; the next sync adopts them. [y/N] `;
  if (!config.assumeYes && !(await io.confirm(question))) {
    io.stdout("Cancelled");
    return 0;
  }
  removeDatabase(path);
  io.stdout(`Deleted ${path}`);
  return 0;
}

function resetTokens(config: Config, io: Io): number {
  const memory = openMemory(config);
  try {
    const count = memory.forgetTokens();
    io.stdout(
      `Cleared ${count} sync token${count === 1 ? "" : "s"}; the next sync lists everything`,
    );
    return 0;
  } finally {
    memory.close();
  }
}
