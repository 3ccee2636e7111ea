/** The last place where what the database or the disk says becomes one of our errors, for what was not expected to fail. */
import type { Config } from "../config/config.ts";
import { errnoOf } from "../lib/errno.ts";
import { explained } from "../state/database-error.ts";
import { databasePath } from "./open.ts";

/** Runs a command. Its errors name their own place: the file that the disk speaks of, or the database. */
export async function explaining<Result>(
  config: Config,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // An errno without a path could be of anything.
    if (errnoOf(error) !== "" && !hasPath(error)) throw error;
    throw explained(error, databasePath(config));
  }
}

function hasPath(error: unknown): boolean {
  return error instanceof Error && "path" in error && typeof error.path === "string";
}
