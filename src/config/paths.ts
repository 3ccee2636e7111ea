/** The person's home and the paths that start there. */
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../lib/errors.ts";
import type { Environment } from "../lib/environment.ts";

export const DEFAULT_CONFIG_PATH = "~/.config/kei/config.toml";

export const DEFAULT_DATA_DIR = "~/.config/kei/cookies";

/** Replaces a leading `~/` by the home folder; nothing else is expanded. */
export function expandHome(path: string, env: Environment): string {
  if (!path.startsWith("~/")) return path;
  const home = homeOf(env);
  if (home !== null) return join(home, path.slice(2));
  throw new UsageError(
    `Cannot tell which folder "~/" means in "${path}"`,
    "set HOME, or give full paths to --config and --data-dir",
    "merged",
  );
}

/** True for the place where the configuration file is looked for when none is named. */
export function isDefaultConfigPath(path: string, env: Environment): boolean {
  return homeOf(env) !== null && path === expandHome(DEFAULT_CONFIG_PATH, env);
}

function homeOf(env: Environment): string | null {
  if (env["HOME"]) return env["HOME"];
  try {
    return homedir();
  } catch {
    return null; // a container without HOME and without /etc/passwd
  }
}
