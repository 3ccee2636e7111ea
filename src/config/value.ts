/** Turns what was written for a setting into its value, or says what is wrong with it. */
import { UsageError } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import type { Setting } from "./settings/setting.ts";

export type SettingValue = string | number | boolean | Secret;

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
    const shown = setting.kind === "secret" ? "" : ` "${text}"`;
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
    default:
      return parseWord(setting, text, reject);
  }
}

/** Reads the value of a key of the configuration file. `where` names the key and the file. */
export function parseTomlValue(setting: Setting, value: unknown, where: string): SettingValue {
  const reject = (reason: string) => {
    const shown = setting.kind === "secret" ? "" : ` ${JSON.stringify(value)}`;
    return new UsageError(`Bad value${shown} for ${where}: ${reason}`, undefined, "merged");
  };
  switch (setting.kind) {
    case "integer":
      if (!Number.isInteger(value)) throw reject("it is not a whole number");
      return inRange(value as number, setting, reject);
    case "boolean":
    case "switch":
      if (typeof value !== "boolean") throw reject("use true or false, without quotes");
      return value;
    default:
      if (typeof value !== "string") throw reject("it must be a text in quotes");
      return parseWord(setting, value, reject);
  }
}

type Reject = (reason: string) => UsageError;
type Integer = Extract<Setting, { kind: "integer" }>;
type Word = Exclude<Setting, { kind: "integer" | "boolean" | "switch" }>;

function inRange(value: number, setting: Integer, reject: Reject): number {
  if (value >= setting.min && value <= setting.max) return value;
  throw reject(`${value} is not in ${setting.min}..=${setting.max}`);
}

function parseWord(setting: Word, text: string, reject: Reject): SettingValue {
  if (setting.kind === "choice") {
    if (!setting.choices.includes(text)) throw reject(`use one of ${setting.choices.join(", ")}`);
    return text;
  }
  const isJudgedLater = setting.kind === "string" && setting.isEmptyJudgedLater;
  if (text.trim() === "" && !isJudgedLater) throw reject("it must not be empty");
  return setting.kind === "secret" ? new Secret(text) : text;
}
