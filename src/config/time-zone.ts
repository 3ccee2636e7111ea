/**
 * Which time zone this computer is in. The runtime takes a zone it does not know for UTC, and photos would land in the
 * folders of other days; so what TZ says is read here, as the C library reads it, and refused where it means nothing.
 */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../lib/errors.ts";
import { nearPaths } from "../lib/near.ts";
import { canonicalZone } from "../plan/local-time.ts";
import { parsePosixZone } from "../plan/posix-zone.ts";
import type { Environment } from "../lib/environment.ts";
import { zoneOfFile } from "./tzif.ts";

const LOCAL_TIME = "/etc/localtime";
const ZONE_FOLDERS = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];

/** The disk, as far as it tells the zone. */
export interface ZoneFiles {
  /** The path behind all links; null when there is nothing. */
  realPath(path: string): string | null;
  read(path: string): Uint8Array | null;
}

export const systemZoneFiles: ZoneFiles = {
  realPath: (path) => orNull(() => realpathSync(path)),
  read: (path) => orNull(() => readFileSync(path)),
};

/**
 * A name the runtime knows, or a rule in the manner of POSIX. Without TZ it is the zone of the computer, UTC when there
 * is none. Throws UsageError for a TZ that means nothing.
 */
export function timeZoneOf(env: Environment, files: ZoneFiles = systemZoneFiles): string {
  const given = env["TZ"];
  if (given === undefined) return zoneAt(LOCAL_TIME, env, files) ?? runtimeZone();
  // As for the C library: empty is UTC, and a colon says that a name or a path follows.
  const text = given.replace(/^:/, "").trim();
  if (text === "") return "UTC";
  if (text.startsWith("/")) return zoneAt(text, env, files) ?? refuse(given, null);
  const named = canonicalZone(text) ?? zoneInFolders(text, env, files);
  if (named !== null) return named;
  return parsePosixZone(text) ? text : refuse(given, text);
}

function runtimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A name that only the zone files of this computer know. */
function zoneInFolders(name: string, env: Environment, files: ZoneFiles): string | null {
  if (name.split("/").includes("..")) return null;
  for (const folder of zoneFolders(env)) {
    const zone = zoneAt(join(folder, name), env, files);
    if (zone !== null) return zone;
  }
  return null;
}

/** The zone of a file: by its name behind all links, else by what it holds. */
function zoneAt(path: string, env: Environment, files: ZoneFiles): string | null {
  const bytes = files.read(path);
  if (!bytes) return null;
  const real = files.realPath(path) ?? path;
  return nameOf(path, env) ?? nameOf(real, env) ?? zoneOfFile(bytes);
}

/** `Europe/Paris` for `/usr/share/zoneinfo/Europe/Paris`, wherever that folder is. */
function nameOf(path: string, env: Environment): string | null {
  const folder = zoneFolders(env).find((each) => path.startsWith(`${each}/`));
  const marked = path.lastIndexOf("/zoneinfo/");
  const start = folder ? folder.length + 1 : marked < 0 ? null : marked + "/zoneinfo/".length;
  return start === null ? null : canonicalZone(path.slice(start).replace(/^(posix|right)\//, ""));
}

function zoneFolders(env: Environment): string[] {
  const own = env["TZDIR"];
  return own ? [own.replace(/\/$/, "")] : ZONE_FOLDERS;
}

function refuse(given: string, name: string | null): never {
  // What stands for a zone on a clock, as CEST, is near many names and means none of them.
  const isGuess = name !== null && !/^[A-Z]{2,5}$/.test(name);
  const [near] = !isGuess ? [] : nearPaths(name, Intl.supportedValuesOf("timeZone"));
  const example = "use a name such as Europe/Paris, or a rule such as CET-1CEST,M3.5.0,M10.5.0/3";
  throw new UsageError(
    `TZ "${given}" is no time zone`,
    near ? `did you mean ${near}?` : example,
    "merged",
  );
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
