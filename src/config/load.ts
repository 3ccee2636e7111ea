/** Which configuration file is read, and whether it may be missing. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../lib/errors.ts";
import type { CommandName } from "./command.ts";
import type { Environment } from "./environment.ts";
import { DEFAULT_CONFIG_PATH, expandHome, isDefaultConfigPath } from "./paths.ts";
import { parseToml } from "./toml.ts";
import type { Entry } from "./value.ts";

/** Where the container image keeps it. */
const CONTAINER_CONFIG_PATH = "/config/config.toml";

export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
}

/** Reads the configuration file; `given` is what `--config` or its variable says, if anything. */
export function loadConfigFile(
  given: string | undefined,
  command: CommandName,
  env: Environment,
  cwd: string,
): ConfigFile {
  const path = choosePath(given, env, cwd);
  const text = readText(path);
  if (text === null) {
    const isWellKnown = path === CONTAINER_CONFIG_PATH || isDefaultConfigPath(path, env);
    if (!isWellKnown) refuseMissing(path, command, env);
    return { path, exists: false, entries: [], warnings: [] };
  }
  const entries = parseToml(text, path);
  return { path, exists: true, entries, warnings: warningsOf(entries, path) };
}

function choosePath(given: string | undefined, env: Environment, cwd: string): string {
  const path = resolve(cwd, expandHome(given ?? DEFAULT_CONFIG_PATH, env));
  if (!isDefaultConfigPath(path, env) || existsSync(path)) return path;
  return existsSync(CONTAINER_CONFIG_PATH) ? CONTAINER_CONFIG_PATH : path;
}

/** The text of the file; null when it does not exist. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const error = new UsageError(`Cannot read ${path}: ${code}`, undefined, "merged");
    error.cause = cause;
    throw error;
  }
}

/** A path that was given and does not exist is a mistake, unless this run is going to create the file. */
function refuseMissing(path: string, command: CommandName, env: Environment): void {
  const isCreated = command === "sync" && env["KEI_NO_AUTO_CONFIG"] !== "1";
  if (isCreated && existsSync(dirname(path))) return;
  throw new UsageError(
    `There is no configuration file ${path}`,
    isCreated ? "its folder does not exist either" : "check --config and KEI_CONFIG",
    "merged",
  );
}

function warningsOf(entries: readonly Entry[], path: string): string[] {
  if (!entries.some(({ setting }) => setting.kind === "secret")) return [];
  const warnings = [
    `${path} holds the password in plain text; password_file or password_command would be safer`,
  ];
  if ((statSync(path).mode & 0o077) !== 0) {
    warnings.push(`${path} holds a password and other users may read it; run: chmod 600 ${path}`);
  }
  return warnings;
}
