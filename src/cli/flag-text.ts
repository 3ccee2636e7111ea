/** A setting as it is shown to people: its flag, the name of its value, its notes. */
import type { Setting } from "../config/settings/setting.ts";

/** A greater limit is a limit of the machine and means nothing to a person. */
const RANGE_SHOWN_MAX = 1_000_000;

/** `  -u, --username EMAIL`, names below each other with and without a letter. */
export function flagColumn(setting: Setting): string {
  const short = setting.short ? `-${setting.short}, ` : "    ";
  const value = valueName(setting);
  return `  ${short}--${setting.name}${value ? ` ${value}` : ""}`;
}

/** What stands for the value of a flag; empty for one without. */
export function valueName(setting: Setting): string {
  switch (setting.kind) {
    case "string":
    case "secret":
    case "list":
      return setting.valueName;
    case "path":
      return "PATH";
    case "integer":
      return setting.unit === "s" ? "SECONDS" : "N";
    case "rate":
      return "RATE";
    case "date":
      return "DATE";
    case "recent":
      return "N|Nd";
    case "choice":
      return setting.choices.join("|");
    case "boolean":
      return "[true|false]";
    case "switch":
      return "";
  }
}

/** The meaning and all notes, which are not broken by a line end. */
export function meaning(setting: Setting): string {
  const notes = [
    repeatNote(setting),
    defaultNote(setting),
    setting.env ? `env: ${setting.env}` : null,
    ...(setting.aliases ?? []).map(({ flag }) => `also: --${flag}`),
  ].filter((note) => note !== null);
  const shown = notes.map((note) => `[${note}]`.replaceAll(" ", "\u00a0"));
  return [describeFlag(setting), ...shown].join(" ");
}

/** The meaning with the range of numbers. */
export function describeFlag(setting: Setting): string {
  if (setting.kind !== "integer" || setting.max >= RANGE_SHOWN_MAX) return setting.help;
  return `${setting.help} (${setting.min} to ${setting.max})`;
}

/** `default: 10`; null when there is none worth a word. */
export function defaultNote(setting: Setting): string | null {
  const hasDefault =
    "default" in setting && setting.default !== undefined && setting.default !== false;
  return hasDefault ? `default: ${setting.default}` : null;
}

function repeatNote(setting: Setting): string | null {
  if (setting.kind !== "list") return null;
  return setting.splitsAtCommas ? "repeatable, or with commas" : "repeatable";
}
