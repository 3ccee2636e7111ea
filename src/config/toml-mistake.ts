/**
 * Where a text stops being TOML, and how. The parser's own words quote the text, which may hold a password, and tell no
 * place; so the place is found by parsing beginnings of the text, and only the kind of its complaint is passed on.
 */

export interface Mistake {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly kind: string;
}

/** What the parser's complaints begin with, and what is said of them. The first that fits counts. */
const KINDS: readonly (readonly [beginning: string, kind: string])[] = [
  ["Unterminated string", "a quote is not closed"],
  ["Strings must be quoted", "a text is not in quotes"],
  ["Missing value", "a value is missing"],
  ["Cannot redefine table", "a section is there twice"],
  ["Cannot redefine", "a key is there twice"],
  ["Expected ']' to close a table header", "the bracket of a section is not closed"],
  ["Expected ',' or ']'", "a list is not closed"],
  ["Expected ',' or '}'", "a brace is not closed"],
  ["Expected '=' after a key", '"=" is missing after a key'],
  ["Expected a key", "no key can begin like this"],
  ["Expected a newline", "something follows the value"],
  ["Invalid escape", "a backslash begins nothing; write texts with backslashes in single quotes"],
  ["A Unicode escape", "a backslash begins nothing; write texts with backslashes in single quotes"],
  ["Control character", "a control character stands in a text"],
  ["Integer is outside", "a number is too large"],
  ["Invalid date", "a date is none"],
];

const ELSE = "this is no TOML";

/** The mistake in a text that cannot be parsed; null for one that can. */
export function mistakeIn(text: string): Mistake | null {
  const kind = kindOf(text);
  if (kind === null) return null;
  const lines = text.split("\n");
  const isBroken = (count: number) => kindOf(lines.slice(0, count).join("\n")) === kind;
  const line = leastThat(isBroken, lines.length);
  const before = lines
    .slice(0, line - 1)
    .map((each) => `${each}\n`)
    .join("");
  const last = lines[line - 1]!;
  const isBrokenAt = (count: number) => kindOf(before + last.slice(0, count)) === kind;
  return { line, column: Math.max(1, leastThat(isBrokenAt, last.length)), kind };
}

/** The first line by whose end a key has its value; null when there is none. */
export function lineOfKey(text: string, key: string): number | null {
  const lines = text.split("\n");
  const isThere = (count: number) => hasKey(lines.slice(0, count).join("\n"), key);
  return isThere(lines.length) ? leastThat(isThere, lines.length) : null;
}

function hasKey(text: string, key: string): boolean {
  try {
    let value: unknown = Bun.TOML.parse(text);
    for (const name of key.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
      value = (value as Record<string, unknown>)[name];
    }
    return true;
  } catch {
    return false; // a beginning that ends within a value
  }
}

/** The kind of the first mistake, or null. */
function kindOf(text: string): string | null {
  try {
    Bun.TOML.parse(text);
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message.replace("TOML Parse error: ", "") : "";
    return KINDS.find(([beginning]) => said.startsWith(beginning))?.[1] ?? ELSE;
  }
}

/** The least number from which on something holds; it holds for `most`. */
function leastThat(holds: (count: number) => boolean, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
