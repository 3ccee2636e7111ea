/** Turns what was written for a setting into its value, or says what is wrong with it. */
import { UsageError } from "../lib/errors.ts";
import { nearest } from "../lib/near.ts";
import { Secret } from "../lib/secret.ts";
import { reasonAgainstPath } from "./checks.ts";
import { readRate } from "./rate.ts";
import { readRecent } from "./recent.ts";
import type { Setting } from "./settings/setting.ts";

export type SettingValue = string | number | boolean | Secret | readonly string[];

/** Where a value came from, and how it was called there: `--threads`, `KEI_THREADS`, `download.threads`. */
export interface Entry {
  readonly setting: Setting;
  readonly source: "flag" | "env" | "toml";
  readonly spelling: string;
  readonly value: SettingValue;
}

/** Reads the text given to a flag or in a variable. `spelling` is how the setting was called there. */
export function parseText(setting: Setting, text: string, spelling: string): SettingValue {
  const reject = (reason: string) => {
    const shown = isPrivate(setting) ? "" : ` "${text}"`;
    return new UsageError(`Bad value${shown} for ${spelling}: ${reason}`);
  };
  switch (setting.kind) {
    case "integer":
      if (!/^[+-]?\d+$/.test(text.trim())) throw reject("it is not a whole number");
      return inRange(Number(text), setting, reject);
    case "boolean":
    case "switch":
      if (text !== "true" && text !== "false") throw reject("use true or false");
      return text === "true";
    case "list":
      return parseList(setting, splitList(setting, text), reject);
    default:
      return parseWord(setting, text, reject);
  }
}

/** Reads the value of a key of the configuration file. `where` names the key and its place, if it comes to that. */
export function parseTomlValue(
  setting: Setting,
  value: unknown,
  where: () => string,
): SettingValue {
  const reject = (reason: string) => {
    const shown = isPrivate(setting) ? "" : ` ${JSON.stringify(value)}`;
    return new UsageError(`Bad value${shown} for ${where()}: ${reason}`, undefined, "merged");
  };
  switch (setting.kind) {
    case "integer":
      if (typeof value === "string") throw reject("use a whole number, without quotes");
      if (!Number.isInteger(value)) throw reject("it is not a whole number");
      return inRange(value as number, setting, reject);
    case "boolean":
    case "switch":
      if (typeof value !== "boolean") throw reject("use true or false, without quotes");
      return value;
    case "list":
      return parseList(setting, textsOf(setting, value, reject), reject);
    case "recent":
      return parseWord(setting, typeof value === "number" ? String(value) : value, reject);
    default:
      return parseWord(setting, value, reject);
  }
}

/** A password, or what may hold one. */
function isPrivate(setting: Setting): boolean {
  return setting.kind === "secret" || (setting.kind === "string" && setting.isPrivate === true);
}

type Reject = (reason: string) => UsageError;
type Integer = Extract<Setting, { kind: "integer" }>;
type List = Extract<Setting, { kind: "list" }>;
type Word = Exclude<Setting, { kind: "integer" | "boolean" | "switch" | "list" }>;

function inRange(value: number, setting: Integer, reject: Reject): number {
  if (value >= setting.min && value <= setting.max) return value;
  throw reject(`${value} is not in ${setting.min}..=${setting.max}`);
}

function splitList(setting: List, text: string): string[] {
  return setting.splitsAtCommas ? text.split(",") : [text];
}

function textsOf(setting: List, value: unknown, reject: Reject): string[] {
  if (typeof value === "string") return splitList(setting, value);
  if (!Array.isArray(value)) throw reject("it must be a list of texts");
  return value.map((part: unknown) => {
    if (typeof part !== "string") throw reject("it must be a list of texts in quotes");
    return part;
  });
}

/** Names are taken as they stand, blanks included; choices are not that particular. */
function parseList(setting: List, texts: readonly string[], reject: Reject): readonly string[] {
  const { choices } = setting;
  if (texts.length === 0 && setting.default) throw reject("it must not be empty");
  const values = texts.map((text) => {
    if (text.trim() === "") throw reject("it must not be empty");
    return choices ? oneOf(choices, text.trim(), reject) : text;
  });
  return [...new Set(values)];
}

function oneOf(choices: readonly string[], text: string, reject: Reject): string {
  if (choices.includes(text)) return text;
  const guess = nearest(text, choices);
  const meant = guess === null ? "" : `did you mean ${guess}? `;
  throw reject(`${meant}use one of ${choices.join(", ")}`);
}

function parseWord(setting: Word, text: unknown, reject: Reject): SettingValue {
  if (typeof text !== "string") throw reject("it must be a text in quotes");
  if (setting.kind === "choice") return oneOf(setting.choices, text, reject);
  const isJudgedLater = setting.kind === "string" && setting.isEmptyJudgedLater;
  if (text.trim() === "" && !isJudgedLater) throw reject("it must not be empty");
  switch (setting.kind) {
    case "secret":
      return new Secret(text);
    case "path": {
      const reason = reasonAgainstPath(text);
      if (reason) throw reject(reason);
      return text;
    }
    case "rate": {
      const rate = readRate(text);
      if (rate.bytesPerSecond === null) throw reject(rate.reason);
      return rate.bytesPerSecond;
    }
    case "recent": {
      const recent = readRecent(text);
      if (recent.value === null) throw reject(recent.reason);
      return recent.value;
    }
    default:
      return text;
  }
}
