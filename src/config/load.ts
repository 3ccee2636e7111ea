/** Which configuration file is read, and whether it may be missing. */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../lib/errors.ts";
import type { CommandName } from "./command.ts";
import type { Environment } from "../lib/environment.ts";
import { expandHome, isUsualConfigPath, usualConfigPath } from "./paths.ts";
import { parseToml } from "./toml.ts";
import { distrustOf } from "../lib/trust.ts";
import type { Entry } from "./value.ts";

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
  const isUsual = isUsualConfigPath(path, env);
  // One that was named may be a pipe of a shell, as in --config <(...); in a usual place nobody would ever write into it.
  const found = readFile(path, isUsual ? constants.O_NONBLOCK : 0);
  if (found === null) {
    if (!isUsual) refuseMissing(path, command, env);
    return { path, exists: false, entries: [], warnings: [] };
  }
  const entries = parseToml(found.text, path);
  return { path, exists: true, entries, warnings: warningsOf(entries, found) };
}

function choosePath(given: string | undefined, env: Environment, cwd: string): string {
  const path = given === undefined ? null : resolve(cwd, expandHome(given, env));
  // A usual place may well be named; when nothing is there, the others are looked at all the same.
  const isNamed = path !== null && (existsSync(path) || !isUsualConfigPath(path, env));
  return isNamed ? path : usualConfigPath(env);
}

interface Found {
  readonly path: string;
  readonly text: string;
  readonly uid: number;
  readonly mode: number;
}

/** The file, and who may write it: of the very file that was read. Null when it does not exist. */
function readFile(path: string, flags: number): Found | null {
  try {
    const file = openSync(path, constants.O_RDONLY | flags);
    try {
      const stats = fstatSync(file);
      if (flags !== 0 && !stats.isFile()) throw noFile(path);
      const { uid, mode } = stats;
      return { path, text: readFileSync(file, "utf8"), uid, mode };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const error = new UsageError(`Cannot read ${path}: ${code}`, undefined, "merged");
    error.cause = cause;
    throw error;
  }
}

function noFile(path: string): UsageError {
  const hint = "move it away, or name another file with --config";
  return new UsageError(`${path} is no ordinary file`, hint, "merged");
}

/** A path that was given and does not exist is a mistake, unless this run is going to create the file. */
function refuseMissing(path: string, command: CommandName, env: Environment): void {
  const isSaved = command === "sync" && env["KEI_NO_AUTO_CONFIG"] !== "1";
  const isCreated = isSaved || command === "config setup";
  if (isCreated && existsSync(dirname(path))) return;
  throw new UsageError(
    `There is no configuration file ${path}`,
    isCreated ? "its folder does not exist either" : "check --config and KEI_CONFIG",
    "merged",
  );
}

/** Throws when somebody else might have written a command into the file that we would run. */
function warningsOf(entries: readonly Entry[], found: Found): string[] {
  const distrust = distrustOf(found, process.geteuid?.() ?? null);
  if (distrust && entries.some(({ setting }) => setting.name === "password-command")) {
    const message = `${distrust.what}, so its password_command is not run`;
    throw new UsageError(message, `when the command is yours: ${distrust.remedy}`, "merged");
  }
  const warnings = passwordWarnings(entries, found);
  return distrust ? [`${distrust.what}; run: ${distrust.remedy}`, ...warnings] : warnings;
}

function passwordWarnings(entries: readonly Entry[], { path, mode }: Found): string[] {
  if (!entries.some(({ setting }) => setting.kind === "secret")) return [];
  const warnings = [
    `${path} holds the password in plain text; password_file or password_command would be safer`,
  ];
  if ((mode & 0o077) !== 0) {
    warnings.push(`${path} holds a password and other users may read it; run: chmod 600 ${path}`);
  }
  return warnings;
}
