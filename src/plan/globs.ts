/** File name patterns as `--filename-exclude` takes them. */
import { UsageError } from "../lib/errors.ts";

/** Answers whether a whole name matches, without regard to case or to how its accents are composed. */
export type Glob = (name: string) => boolean;

/**
 * Compiles a pattern: `*` is any run of characters, `?` one, `[a-z]` one of a set, `[!a-z]` one outside it, `**` any
 * number of folders. A leading dot is nothing special.
 */
export function compileGlob(pattern: string): Glob {
  const matcher = new RegExp(`^${source(pattern.normalize("NFC"))}$`, "isu");
  return (name) => matcher.test(name.normalize("NFC"));
}

// In order: folders, a run, one character, a set, anything else.
const PIECE = /\*{2,}\/?|\*|\?|\[|./gsu;
const SET = /\[(!?)(\]?[^\]]*)\]/suy;

function source(pattern: string): string {
  let text = "";
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(pattern); match; match = PIECE.exec(pattern)) {
    const piece = match[0];
    if (piece === "*") text += ".*";
    else if (piece === "?") text += ".";
    else if (piece.startsWith("**")) text += folders(pattern, piece, match.index);
    else if (piece === "[") text += set(pattern, match.index);
    else text += RegExp.escape(piece);
  }
  return text;
}

function folders(pattern: string, piece: string, at: number): string {
  const isSegment = at === 0 || pattern[at - 1] === "/";
  const endsSegment = piece.endsWith("/") || at + piece.length === pattern.length;
  if (!/^\*\*\/?$/.test(piece) || !isSegment || !endsSegment) {
    throw refuse(pattern, "let ** stand alone between slashes, or use a single *");
  }
  return piece === "**" ? ".*" : "(?:.*/)?";
}

function set(pattern: string, at: number): string {
  SET.lastIndex = at;
  const match = SET.exec(pattern);
  const [whole, not, characters] = match ?? [];
  if (!whole || !characters) throw refuse(pattern, "close the set as in [abc], or write [[] for [");
  PIECE.lastIndex = at + whole.length;
  const members = characterRanges(characters).map(([from, to]) => {
    if (from > to) return ""; // an empty range matches nothing, as it always has
    return `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`;
  });
  return `[${not ? "^" : ""}${members.join("")}]`;
}

function characterRanges(characters: string): [number, number][] {
  const points = Array.from(characters, (character) => character.codePointAt(0)!);
  const ranges: [number, number][] = [];
  for (let index = 0; index < points.length; index += 1) {
    const isRange = points[index + 1] === 0x2d && index + 2 < points.length;
    ranges.push([points[index]!, points[isRange ? index + 2 : index]!]);
    if (isRange) index += 2;
  }
  return ranges;
}

function refuse(pattern: string, hint: string): UsageError {
  return new UsageError(`Cannot read file name pattern "${pattern}"`, hint);
}
