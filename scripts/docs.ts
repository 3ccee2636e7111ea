/**
 * Writes the table of flags into README.md, from the records of the settings: `bun scripts/docs.ts [--check]`.
 *
 * With --check nothing is written; the exit code is 1 when the table is not what the records say.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describeFlag, defaultNote } from "../src/cli/flag-text.ts";
import { GROUPS, type Setting } from "../src/config/settings/setting.ts";
import { SETTINGS } from "../src/config/settings/table.ts";

const README = new URL("../README.md", import.meta.url).pathname;
const [BEGIN, END] = ["<!-- flags: written by scripts/docs.ts -->", "<!-- end of flags -->"];

/** The README with the table as it should be. Throws when the place for it is missing. */
export function withFlagTable(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`README.md lacks "${BEGIN}" or "${END}"`);
  // Aligned columns would change every line of the table with each new flag.
  const block = [
    BEGIN,
    "<!-- prettier-ignore-start -->",
    "",
    flagTable(),
    "",
    "<!-- prettier-ignore-end -->",
  ];
  return `${readme.slice(0, begin)}${block.join("\n")}\n${readme.slice(end)}`;
}

function flagTable(): string {
  const head = ["flag", "variable", "key in config.toml", "meaning"];
  const settings = GROUPS.flatMap((group) => SETTINGS.filter((one) => one.group === group));
  const rows = settings.map((one) => [flags(one), code(one.env), code(one.toml), about(one)]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function flags({ short, name, aliases }: Setting): string {
  const names = [name, ...(aliases ?? []).map(({ flag }) => flag)].map((flag) => `\`--${flag}\``);
  return [...(short ? [`\`-${short}\``] : []), ...names].join(", ");
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}

/** A bar would end the cell, and angles or stars would be markup. */
function about(setting: Setting): string {
  const note = defaultNote(setting);
  const text = describeFlag(setting).replaceAll(/[|*_<>[\]]/g, "\\$&");
  return note ? `${text} (${note.replace(/: (.*)$/, ": `$1`")})` : text;
}

if (import.meta.main) {
  const readme = readFileSync(README, "utf8");
  const fresh = withFlagTable(readme);
  const isStale = fresh !== readme;
  if (!process.argv.includes("--check")) writeFileSync(README, fresh);
  else if (isStale) console.error("README.md is stale: run bun scripts/docs.ts");
  process.exitCode = process.argv.includes("--check") && isStale ? 1 : 0;
}
