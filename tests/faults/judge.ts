/** What must be true after a run in which something failed. */
import { basename, dirname } from "node:path";
import type { Computer } from "../support/computer.ts";
import { filesBelow, sha256Of } from "../support/disk.ts";
import type { Result } from "../support/kei.ts";
import { filesOf } from "../support/manifest.ts";
import { STRANGERS } from "./life.ts";
import { isRemote } from "./kinds.ts";
import type { Call } from "./strace.ts";

const CODES = [0, 1, 2, 3];
const PART_SUFFIX = ".kei-tmp";

/** Contents by their hash, and how often each is on disk under a final name. */
export type Contents = ReadonlyMap<string, number>;

/** Bytes of a photo: those it may have, in the order in which they came to be. */
export type Versions = Map<string, string[]>;

/** Notes what the photos consist of now. */
export async function noteVersions({ simulator }: Computer, versions: Versions): Promise<void> {
  for (const asset of await simulator.manifest()) {
    for (const { key, sha256 } of filesOf(asset)) {
      const name = `${asset.masterName} ${key}`;
      const known = versions.get(name) ?? [];
      if (!known.includes(sha256)) versions.set(name, [...known, sha256]);
    }
  }
}

/** Everything on disk that has a final name and is not the person's own. */
export function contentsOf({ place }: Computer): Contents {
  const counts = new Map<string, number>();
  for (const { path } of filesBelow(place.photos)) {
    if (path in STRANGERS || path.endsWith(PART_SUFFIX)) continue;
    const hash = sha256Of(`${place.photos}/${path}`);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

/** What is wrong with the files, whatever failed. */
export function wrongFiles(computer: Computer, before: Contents, versions: Versions): string[] {
  const after = contentsOf(computer);
  const known = new Set([...versions.values()].flat());
  const newer = new Map([...versions.values()].flatMap(pairs));
  const alien = [...after.keys()].filter((hash) => !known.has(hash));
  const lost = [...before.keys()].filter((hash) => !isStillThere(hash, after, newer));
  return [
    ...alien.map((hash) => `under a final name: ${hash}, which is no photo`),
    ...lost.map((hash) => `lost: ${hash}`),
    ...wrongStrangers(computer),
  ];
}

function pairs(versions: readonly string[]): [string, string][] {
  return versions.slice(1).map((version, index) => [versions[index]!, version]);
}

function isStillThere(hash: string, after: Contents, newer: ReadonlyMap<string, string>): boolean {
  if (after.has(hash)) return true;
  const next = newer.get(hash);
  return next !== undefined && isStillThere(next, after, newer);
}

function wrongStrangers({ place }: Computer): string[] {
  const own = new Map(filesBelow(place.photos).map(({ path, sizeBytes }) => [path, sizeBytes]));
  if (own.size === 0) return [];
  return Object.entries(STRANGERS).flatMap(([path, text]) =>
    own.get(path) === text.length ? [] : [`the person's own ${path} was touched`],
  );
}

/** What is wrong with how the run ended and with what it said. */
export function wrongWords(
  { code, signal, stderr, stdout }: Result,
  hit: readonly Call[],
): string[] {
  // Where the runtime is refused what it needs, or kei its voice, nobody is there to speak.
  if (hit.some(({ kind, paths }) => !isRemote(kind) && paths.length === 0)) return [];
  const said = stderr + stdout;
  const wrong: string[] = [];
  if (signal !== null || !CODES.includes(code ?? -1)) wrong.push(`ended with ${code ?? signal}`);
  if (/inside kei|please report|should never happen/i.test(said)) wrong.push("took it for a bug");
  if (/^\s+at .*:\d+/m.test(stderr)) wrong.push("showed a stack");
  if (code === 0 || signal !== null || hit.length === 0) return wrong;
  if (!hit.some((call) => isNamed(call, said))) wrong.push("does not name what failed");
  return wrong;
}

/** A file of the database, a lock or a draft is named by what it belongs to. */
function isNamed({ kind, paths }: Call, said: string): boolean {
  if (isRemote(kind)) return /127\.0\.0\.1|localhost/.test(said);
  // Nobody knows a part by its name: its photo is said to have failed.
  if (paths.some((path) => path.endsWith(PART_SUFFIX)) && /failed IMG_\d+/.test(said)) return true;
  return paths.some((path) => {
    const owner = path.replace(
      /(-wal|-shm|-journal|\.json\.[0-9a-f-]+\.tmp|\.json|\.lock\.json.*)$/,
      "",
    );
    return [path, owner, dirname(path), basename(path)].some((name) => said.includes(name));
  });
}
