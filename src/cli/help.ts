/** The help of a command, made from the command tree and the setting records. Never shows values of variables. */
import type { CommandName } from "../config/command.ts";
import { GROUPS, type Setting } from "../config/settings/setting.ts";
import { settingsOf } from "../config/settings/table.ts";
import { commandOf, commandTree, subCommandsOf } from "./commands.ts";

const COLUMN = 34;
const WIDTH = 100;

/** The text of `kei help [COMMAND]`; null asks about kei as a whole. */
export function helpText(command: CommandName | null): string {
  const name = command ?? "sync";
  const blocks = [
    command ? commandOf(name).summary : description(),
    `Usage: ${usage(command)}`,
    commandBlock(command),
    ...GROUPS.map((group) => groupBlock(group, settingsOf(name))),
    command
      ? ""
      : `Also:\n${entry("  -h, --help", "This text, or that of a command")}\n${entry("  -V, --version", "Which kei this is")}`,
    `Examples:\n${commandOf(name)
      .examples.map((line) => `  ${line}`)
      .join("\n")}`,
    command ? "" : 'Flags of another command: "kei help COMMAND"',
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function description(): string {
  const { meta } = commandTree;
  return typeof meta === "object" && "description" in meta ? (meta.description ?? "") : "";
}

function usage(command: CommandName | null): string {
  if (command === null) return "kei [COMMAND] [FLAGS]     without a command: kei sync";
  const { argument } = commandOf(command);
  return ["kei", command, argument, "[FLAGS]"].filter((word) => word !== undefined).join(" ");
}

function commandBlock(command: CommandName | null): string {
  const commands = subCommandsOf(command ?? "");
  if (commands.length === 0) return "";
  return ["Commands:", ...commands.map(([name, summary]) => entry(`  ${name}`, summary))].join(
    "\n",
  );
}

function groupBlock(group: string, settings: readonly Setting[]): string {
  const lines = settings
    .filter((setting) => setting.group === group)
    .map((setting) => entry(flagColumn(setting), meaning(setting)));
  return lines.length === 0 ? "" : `${group}:\n${lines.join("\n")}`;
}

function flagColumn(setting: Setting): string {
  const short = setting.short ? `-${setting.short}, ` : "    ";
  const value = valueName(setting);
  return `  ${short}--${setting.name}${value ? ` ${value}` : ""}`;
}

function valueName(setting: Setting): string {
  switch (setting.kind) {
    case "string":
    case "secret":
      return setting.valueName;
    case "path":
      return "PATH";
    case "integer":
      return setting.unit === "s" ? "SECONDS" : "N";
    case "choice":
      return setting.choices.join("|");
    case "boolean":
      return "[true|false]";
    case "switch":
      return "";
  }
}

function meaning(setting: Setting): string {
  const range = setting.kind === "integer" ? ` (${setting.min} to ${setting.max})` : "";
  const hasDefault =
    "default" in setting && setting.default !== undefined && setting.default !== false;
  const notes = [
    hasDefault ? `default: ${setting.default}` : null,
    setting.env ? `env: ${setting.env}` : null,
    ...(setting.aliases ?? []).map(({ flag }) => `also: --${flag}`),
  ].filter((note) => note !== null);
  // Notes are not broken by a line end.
  const shown = notes.map((note) => `[${note}]`.replaceAll(" ", "\u00a0"));
  return [setting.help + range, ...shown].join(" ");
}

/** Two columns; a long first one gets a line of its own, a long second one is wrapped. */
function entry(left: string, right: string): string {
  const lines = wrap(right, WIDTH - COLUMN);
  const indent = " ".repeat(COLUMN);
  const isNarrow = left.length <= COLUMN - 2;
  const head = isNarrow ? left.padEnd(COLUMN) + (lines.shift() ?? "") : left;
  return [head, ...lines.map((line) => indent + line)].join("\n").trimEnd();
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((text) => text.replaceAll("\u00a0", " "));
}
