/** The person's home and the paths that start there. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { UsageError } from "../lib/errors.ts";
import type { Environment } from "../lib/environment.ts";

const HOME_FOLDER = "~/.config/kei";
const CONFIG_NAME = "config.toml";
const DATA_NAME = "cookies";

export const DEFAULT_CONFIG_PATH = `${HOME_FOLDER}/${CONFIG_NAME}`;

export const DEFAULT_DATA_DIR = `${HOME_FOLDER}/${DATA_NAME}`;

/** Where the container image keeps it. */
const CONTAINER_CONFIG_PATH = "/config/config.toml";

/** Says whether something is at a path. */
export type IsThere = (path: string) => boolean;

/** Replaces `~`, alone or before a slash, by the home folder; nothing else is expanded. */
export function expandHome(path: string, env: Environment): string {
  if (path !== "~" && !path.startsWith("~/")) return path;
  const home = homeOf(env);
  if (home !== null) return join(home, path.slice(1));
  throw new UsageError(
    `Cannot tell which folder "~" means in "${path}"`,
    "set HOME, or give full paths to --config and --data-dir",
    "merged",
  );
}

/**
 * The configuration file when none is named: below XDG_CONFIG_HOME or `~/.config`, or the container's. The first that
 * is there; when none is, the first that could be.
 */
export function usualConfigPath(env: Environment, isThere: IsThere = existsSync): string {
  const homes = keiFolders(env).map((folder) => join(folder, CONFIG_NAME));
  const found = [...homes, CONTAINER_CONFIG_PATH].find(isThere);
  return found ?? homes[0] ?? expandHome(DEFAULT_CONFIG_PATH, env);
}

/** True for the places where the configuration file is looked for when none is named. */
export function isUsualConfigPath(path: string, env: Environment): boolean {
  const homes = keiFolders(env).map((folder) => join(folder, CONFIG_NAME));
  return [...homes, CONTAINER_CONFIG_PATH].includes(path);
}

/** The folder of session and database when none is named, by the same rule. */
export function usualDataDir(env: Environment, isThere: IsThere = existsSync): string {
  const folders = keiFolders(env).map((folder) => join(folder, DATA_NAME));
  return folders.find(isThere) ?? folders[0] ?? expandHome(DEFAULT_DATA_DIR, env);
}

/** The folders that may be ours; the base directory specification wants relative ones ignored. */
function keiFolders(env: Environment): string[] {
  const own = env["XDG_CONFIG_HOME"];
  const home = homeOf(env);
  return [
    ...(own && isAbsolute(own) ? [join(own, "kei")] : []),
    ...(home === null ? [] : [join(home, HOME_FOLDER.slice(2))]),
  ];
}

/** Folders for what can be made again, best first: the person's cache, or one among kei's own files. */
export function cachePlaces(env: Environment, dataDir: string): string[] {
  const home = homeOf(env);
  const xdg = env["XDG_CACHE_HOME"];
  const ofSystem = process.platform === "darwin" ? "Library/Caches" : ".cache";
  const cache = xdg && isAbsolute(xdg) ? xdg : home && join(home, ofSystem);
  return [...(cache ? [join(cache, "kei")] : []), join(dataDir, "cache")];
}

function homeOf(env: Environment): string | null {
  if (env["HOME"]) return env["HOME"];
  try {
    return homedir();
  } catch {
    return null; // a container without HOME and without /etc/passwd
  }
}
