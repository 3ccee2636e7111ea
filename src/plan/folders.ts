/**
 * The folder an asset's files go to.
 *
 * A template is checked once, when the program starts, and compiled once. What it yields is split at `/` and every
 * segment is cleaned on its own, so neither a template nor an album can lead out of the root.
 */
import { UsageError } from "../lib/errors.ts";
import { component } from "./clean.ts";
import { localTime, type LocalTime } from "./local-time.ts";
import { compileFormat, unknownCode } from "./strftime.ts";

/** What fills in a template. */
export interface FolderFacts {
  readonly createdMs: number;
  /** Empty when the asset is in no album, or the template does not name albums. */
  readonly album: string;
  readonly zone: string;
}

type Token = "album" | "library";
type FolderOf = (facts: FolderFacts) => string;

const ALBUM = "{album}";
const LIBRARY = "{library}";
// Of one day, and different in everything else: what a format makes of both alike says nothing of the time of day.
const EARLY = { ...localTime(0, "UTC"), offsetSeconds: -3661 };
const LATE = { ...localTime(86_399_999, "UTC"), offsetSeconds: 7322 };
const COMPILED_MAX = 64;
const compiled = new Map<string, FolderOf>();

/** Refuses a template with unknown codes or words in braces, or a misplaced `{album}` or `{library}`. */
export function checkTemplate(template: string): void {
  const { tokens, format } = readTemplate(template);
  for (const token of [ALBUM, LIBRARY]) {
    if (!format.includes(token)) continue;
    const problem = `Misplaced ${token} in folder structure "${template}"`;
    throw new UsageError(problem, placementHint(token, tokens), "merged");
  }
  const [unknown] = /\{[^{}]*\}/.exec(format) ?? [];
  if (unknown !== undefined) {
    throw new UsageError(
      `Unknown ${unknown} in folder structure "${template}"`,
      `there are ${LIBRARY}, ${ALBUM} and strftime codes as in %Y/%m/%d`,
      "merged",
    );
  }
  const code = unknownCode(format);
  if (code === null) return;
  throw new UsageError(
    `Unknown code "${code}" in folder structure "${template}"`,
    "use strftime codes as in %Y/%m/%d, and %% for a percent sign",
    "merged",
  );
}

/** True when files of one asset go to a folder per album. */
export function namesAlbums(template: string): boolean {
  return readTemplate(template).tokens.includes("album");
}

/** The folder relative to the root, with `/` between segments; empty for the root itself. */
export function folderFor(template: string, timeZone: string, facts: FolderFacts): string {
  const key = `${timeZone}\0${template}`;
  let folderOf = compiled.get(key);
  if (!folderOf) {
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    folderOf = compileTemplate(template, timeZone);
    compiled.set(key, folderOf);
  }
  return folderOf(facts);
}

function compileTemplate(template: string, timeZone: string): FolderOf {
  const { tokens, format } = readTemplate(template);
  const formatted = compileFormat(format);
  const isDaily = formatted(EARLY) === formatted(LATE);
  const textOf = (facts: FolderFacts, time: LocalTime) => {
    let text = "";
    for (const token of tokens) text += `${tokenValue(token, facts)}/`;
    return text + formatted(time);
  };
  // Most assets share their folder with the one before.
  let lastText = "";
  let lastFolder = "";
  let last: { readonly facts: FolderFacts; readonly time: LocalTime } | null = null;
  return (facts) => {
    const time = localTime(facts.createdMs, timeZone);
    const isSame =
      isDaily &&
      last !== null &&
      isSameDay(time, last.time) &&
      facts.album === last.facts.album &&
      facts.zone === last.facts.zone;
    if (isSame) return lastFolder;
    last = { facts, time };
    const text = textOf(facts, time);
    if (text !== lastText) {
      lastFolder = cleanPath(text);
      lastText = text;
    }
    return lastFolder;
  };
}

function isSameDay(one: LocalTime, other: LocalTime): boolean {
  return one.yearDay === other.yearDay && one.year === other.year;
}

function cleanPath(text: string): string {
  return text
    .split("/")
    .filter((part) => part !== "")
    .map(component)
    .join("/");
}

/** Takes the leading tokens off a template; what is left is a date format. */
function readTemplate(template: string): { tokens: Token[]; format: string } {
  let format = /^none$/i.test(template) ? "" : withoutPython(template);
  const tokens: Token[] = [];
  for (const [token, text] of [["library", LIBRARY] as const, ["album", ALBUM] as const]) {
    const rest = format.replace(/^\/+/, "");
    if (rest !== text && !rest.startsWith(`${text}/`)) continue;
    tokens.push(token);
    format = rest.slice(text.length);
  }
  return { tokens, format };
}

/** Python's `{:%Y}` and `{0:%Y}`, as a part of the template or around it. */
function withoutPython(template: string): string {
  return template.replace(/\{0?:([^{}]*)\}/gu, "$1").replace(/^\{:(.*)\}$/su, "$1");
}

function tokenValue(token: Token, facts: FolderFacts): string {
  const value = token === "album" ? facts.album : facts.zone;
  return value === "" ? "" : component(value);
}

function placementHint(token: string, tokens: readonly Token[]): string {
  const place = `${token} may stand once, as the whole first segment`;
  return tokens.length > 0
    ? `${place}; {library} comes before {album}`
    : `${place}, as in ${token}/%Y`;
}
