/** The text of a new configuration file: what was chosen, and everything else as a comment, with its meaning. */
import type { Setting } from "./settings/setting.ts";
import { SETTINGS } from "./settings/table.ts";
import { splitKey, tomlValue, type TomlValue } from "./toml-text.ts";

/** Values by their keys in the file. */
export type Chosen = ReadonlyMap<string, TomlValue>;

const HEADING = "# Written by kei config setup. Yours to edit; kei will not touch it again.";

/** The lines of what was chosen alone, section by section: what a person wants to see before it is written. */
export function chosenLines(chosen: Chosen): string[] {
  return sectionsOf(({ toml }) => {
    const value = toml === undefined ? undefined : chosen.get(toml);
    return value === undefined ? [] : [`${splitKey(toml!).name} = ${tomlValue(value)}`];
  });
}

/** The whole file. */
export function draftOf(chosen: Chosen): string {
  const lines = sectionsOf((setting) => {
    const { toml } = setting;
    // A password in plain text is nothing to invite to.
    if (toml === undefined || setting.kind === "secret") return [];
    const { name } = splitKey(toml);
    const value = chosen.get(toml);
    if (value !== undefined) return [`${name} = ${tomlValue(value)}`];
    return [`# ${name} = ${exampleOf(setting)}  # ${setting.help}`];
  });
  return [HEADING, "", ...lines, ""].join("\n");
}

function sectionsOf(linesOf: (setting: Setting) => string[]): string[] {
  const sections = new Map<string, string[]>([["", []]]);
  for (const setting of SETTINGS) {
    const lines = linesOf(setting);
    if (lines.length === 0) continue;
    const { section } = splitKey(setting.toml!);
    sections.set(section, [...(sections.get(section) ?? []), ...lines]);
  }
  const blocks = [...sections].filter(([, lines]) => lines.length > 0);
  return blocks.flatMap(([name, lines], index) => [
    ...(index > 0 ? [""] : []),
    ...(name === "" ? [] : [`[${name}]`]),
    ...lines,
  ]);
}

/** The default, else something of its kind. */
function exampleOf(setting: Setting): string {
  if ("default" in setting && setting.default !== undefined) return tomlValue(setting.default);
  switch (setting.kind) {
    case "choice":
      return tomlValue(setting.choices[0]!);
    case "list":
      return tomlValue([]);
    case "rate":
      return tomlValue("10M");
    case "recent":
      return tomlValue("30d");
    case "date":
      return tomlValue("2024-01-31");
    default:
      return tomlValue("");
  }
}
