/** Keeps what we hold in memory to ourselves: passwords and tokens are there in plain text while kei runs. */
import { forbidCoreFiles, forbidInspection } from "../lib/libc.ts";

/**
 * No core files, and on Linux no debugger and no look into `/proc` by programs of the same user. Best effort: says what
 * could not be had, null when all is well.
 */
export function keepMemoryPrivate(platform: NodeJS.Platform = process.platform): string | null {
  const missing = [
    forbidCoreFiles() ? null : "core files cannot be forbidden",
    platform !== "linux" || forbidInspection() ? null : "other programs of this user can look in",
  ].filter((each) => each !== null);
  return missing.length === 0 ? null : missing.join(", ");
}
