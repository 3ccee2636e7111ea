/** The help of a command, made from the command tree and the setting records. Never shows values of variables. */
import type { CommandName } from "../config/command.ts";
import { GROUPS, type Setting } from "../config/settings/setting.ts";
import { settingsOf } from "../config/settings/table.ts";
import {
  commandOf,
  commandTree,
  isGroup,
  subCommandsOf,
  summaryOf,
  type GroupName,
  type HelpTopic,
} from "./commands.ts";

const COLUMN = 34;
const WIDTH = 100;
/** A greater limit is a limit of the machine and means nothing to a person. */
const RANGE_SHOWN_MAX = 1_000_000;

/** The text of `kei help [TOPIC]`. */
export function helpText(topic: HelpTopic): string {
  if (topic !== null && isGroup(topic)) return groupText(topic);
  return topic === null ? overview() : commandText(topic);
}

function overview(): string {
  return joined([
    description(),
    "Usage: kei [COMMAND] [FLAGS]     without a command: kei sync",
    commandBlock(""),
    ...flagBlocks("sync"),
    `Also:\n${entry("  -h, --help", "This text, or that of a command")}\n${entry("  -V, --version", "Which kei this is")}`,
    exampleBlock("sync"),
    'Flags of another command: "kei help COMMAND"',
  ]);
}

function commandText(command: CommandName): string {
  return joined([
    commandOf(command).summary,
    `Usage: ${["kei", command, commandOf(command).argument, "[FLAGS]"].filter(Boolean).join(" ")}`,
    commandBlock(command),
    ...flagBlocks(command),
    exampleBlock(command),
  ]);
}

function groupText(group: GroupName): string {
  return joined([
    summaryOf(group),
    `Usage: kei ${group} COMMAND [FLAGS]`,
    commandBlock(group),
    `Flags of a command: "kei help ${group} COMMAND"`,
  ]);
}

function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== "").join("\n\n");
}

function description(): string {
  const { meta } = commandTree;
  return typeof meta === "object" && "description" in meta ? (meta.description ?? "") : "";
}

function flagBlocks(command: CommandName): string[] {
  return GROUPS.map((group) => groupBlock(group, settingsOf(command)));
}

function exampleBlock(command: CommandName): string {
  const lines = commandOf(command).examples.map((line) => `  ${line}`);
  return `Examples:\n${lines.join("\n")}`;
}

function commandBlock(path: string): string {
  const commands = subCommandsOf(path);
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

function meaning(setting: Setting): string {
  const hasDefault =
    "default" in setting && setting.default !== undefined && setting.default !== false;
  const notes = [
    repeatNote(setting),
    hasDefault ? `default: ${setting.default}` : null,
    setting.env ? `env: ${setting.env}` : null,
    ...(setting.aliases ?? []).map(({ flag }) => `also: --${flag}`),
  ].filter((note) => note !== null);
  // Notes are not broken by a line end.
  const shown = notes.map((note) => `[${note}]`.replaceAll(" ", "\u00a0"));
  return [setting.help + range(setting), ...shown].join(" ");
}

function range(setting: Setting): string {
  if (setting.kind !== "integer" || setting.max >= RANGE_SHOWN_MAX) return "";
  return ` (${setting.min} to ${setting.max})`;
}

function repeatNote(setting: Setting): string | null {
  if (setting.kind !== "list") return null;
  return setting.splitsAtCommas ? "repeatable, or with commas" : "repeatable";
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
