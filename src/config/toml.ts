/** The text of a configuration file as a source of settings. Unknown keys are errors at every level. */
import { UsageError } from "../lib/errors.ts";
import { nearest } from "../lib/near.ts";
import type { Setting } from "./settings/setting.ts";
import { SETTINGS } from "./settings/table.ts";
import { lineOfKey, mistakeIn } from "./toml-mistake.ts";
import { parseTomlValue, type Entry } from "./value.ts";

/** Reads a whole file. `path` is only used in messages. */
export function parseToml(text: string, path: string): Entry[] {
  const keys = settingsByKey();
  return flatten(parseText(text, path)).map(([key, value]) => {
    const setting = keys.get(key);
    const place = () => `${path}${lineWords(text, key)}`;
    if (!setting) throw unknownKey(key, place(), keys);
    const parsed = parseTomlValue(setting, value, () => `${key} in ${place()}`);
    return { setting, source: "toml", spelling: key, value: parsed };
  });
}

function settingsByKey(): Map<string, Setting> {
  const keys = new Map<string, Setting>();
  for (const setting of SETTINGS) {
    if (setting.toml) keys.set(setting.toml, setting);
    for (const alias of setting.aliases ?? []) if (alias.toml) keys.set(alias.toml, setting);
  }
  return keys;
}

function parseText(text: string, path: string): object {
  try {
    return Bun.TOML.parse(text);
  } catch {
    // The parser quotes the text, which may hold a password: its error goes no further.
    throw unreadable(text, path);
  }
}

function unreadable(text: string, path: string): UsageError {
  const mistake = mistakeIn(text);
  const where = mistake ? `: ${mistake.kind} (line ${mistake.line}, column ${mistake.column})` : "";
  return new UsageError(`Cannot read ${path}${where}`, undefined, "merged");
}

function lineWords(text: string, key: string): string {
  const line = lineOfKey(text, key);
  return line === null ? "" : `, line ${line}`;
}

/** Dotted keys and their values; a section without keys is told by its own name. */
function flatten(table: object, prefix = ""): [string, unknown][] {
  return Object.entries(table).flatMap(([name, value]): [string, unknown][] => {
    const key = prefix + name;
    if (!isTable(value)) return [[key, value]];
    if (Object.keys(value).length > 0) return flatten(value, `${key}.`);
    return isSection(key) ? [] : [[key, value]];
  });
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value?.constructor === Object;
}

function isSection(key: string): boolean {
  return [...settingsByKey().keys()].some((known) => known.startsWith(`${key}.`));
}

function unknownKey(key: string, place: string, keys: Map<string, Setting>): UsageError {
  const guess = nearest(key, keys.keys()) ?? onlyLonger(key, keys) ?? sameLastWord(key, keys);
  return new UsageError(
    `Unknown key "${key}" in ${place}`,
    guess ? `did you mean ${guess}?` : undefined,
    "merged",
  );
}

/** `auth.user` for `auth.username`; a beginning of several says nothing. */
function onlyLonger(key: string, keys: Map<string, Setting>): string | null {
  const longer = [...keys.keys()].filter((known) => known.startsWith(key));
  return longer.length === 1 ? longer[0]! : null;
}

/** `threads_num` written outside its section, or in the wrong one. */
function sameLastWord(key: string, keys: Map<string, Setting>): string | null {
  const word = key.split(".").at(-1);
  return [...keys.keys()].find((known) => known.split(".").at(-1) === word) ?? null;
}
