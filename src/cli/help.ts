/** The help of a command, made from the command tree and the setting records. Never shows values of variables. */
import type { CommandName } from "../config/command.ts";
import { GROUPS, type Setting } from "../config/settings/setting.ts";
import { settingsOf } from "../config/settings/table.ts";
import {
  commandOf,
  commandTree,
  isCommand,
  isGroup,
  isTool,
  subCommandsOf,
  summaryOf,
  type GroupName,
  type HelpTopic,
} from "./commands.ts";
import { flagColumn, meaning } from "./flag-text.ts";
import { entry, readableWidth, wrap } from "./layout.ts";
import { isTopic, TOPICS, type Block } from "./topics.ts";

/** The flags of a first sync, in fewer words than their own. */
const FIRST_FLAGS: readonly (readonly [flag: string, meaning: string])[] = [
  ["-u, --username EMAIL", "Apple ID of the account"],
  ["-d, --directory PATH", "Folder that receives the library"],
  ["-a, --album NAME", "Only this album; without it everything"],
  ["    --recent N|Nd", "Only the newest N, or those of the last N days"],
  ["    --dry-run", "Tell what would come, and write nothing"],
];
const FIRST_COLUMN = 25;

/** The text of `kei help [TOPIC]`, for a terminal of so many columns. */
export function helpText(topic: HelpTopic, columns?: number): string {
  const width = readableWidth(columns);
  if (topic === null) return overview(width);
  if (isTopic(topic)) return joined(TOPICS[topic].blocks.map((block) => blockText(block, width)));
  return isGroup(topic) ? groupText(topic, width) : commandText(topic, width);
}

/** What to do on a machine where nothing is set up. */
export function firstSteps(): string[] {
  const ways = [
    ["kei sync -u me@example.com -d ~/Photos/iCloud", "download right away"],
    ["kei config setup", "be asked for everything first"],
  ] as const;
  return [
    "kei is not set up on this machine yet. There are two ways to begin:",
    ...ways.map(([line, what]) => `  ${line.padEnd(47)} ${what}`),
    '"kei --help" shows what else there is.',
  ];
}

function overview(width: number): string {
  const topics = Object.keys(TOPICS).join(", ");
  const commands = subCommandsOf("").filter(([name]) => !isTool(name));
  const line = ([left, right]: readonly [string, string]) =>
    entry(`  ${left}`, right, width, FIRST_COLUMN);
  return [
    ...wrap(`${description()}.`, width),
    "Usage: kei [COMMAND] [FLAGS]   (kei alone is kei sync)",
    ...commands.map(line),
    line(["completion, man", "Print a script for your shell, or the manual page"]),
    "",
    "For a first sync:",
    ...FIRST_FLAGS.map(line),
    "",
    ...wrap("Example: kei sync -u me@example.com -d ~/Photos/iCloud", width),
    ...wrap(`All flags: kei COMMAND --help. Topics of kei help: ${topics}`, width),
  ].join("\n");
}

function commandText(
  command: Exclude<HelpTopic, GroupName | keyof typeof TOPICS | null>,
  width: number,
): string {
  const { summary, argument, examples } = commandOf(command);
  const words = ["kei", command, argument, isTool(command) ? null : "[FLAGS]"];
  return joined([
    wrap(summary, width).join("\n"),
    `Usage: ${words.filter(Boolean).join(" ")}`,
    isCommand(command) ? commandBlock(command, width) : "",
    ...(isCommand(command) ? flagBlocks(command, width) : []),
    `Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`,
  ]);
}

function groupText(group: GroupName, width: number): string {
  return joined([
    wrap(summaryOf(group), width).join("\n"),
    `Usage: kei ${group} COMMAND [FLAGS]`,
    commandBlock(group, width),
    wrap(`Flags of a command: "kei help ${group} COMMAND"`, width).join("\n"),
  ]);
}

function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== "").join("\n\n");
}

function blockText(block: Block, width: number): string {
  if (typeof block === "string") return wrap(block, width).join("\n");
  return block.map(([term, text]) => entry(`  ${term}`, text, width)).join("\n");
}

function description(): string {
  const { meta } = commandTree;
  return typeof meta === "object" && "description" in meta ? (meta.description ?? "") : "";
}

function flagBlocks(command: CommandName, width: number): string[] {
  return GROUPS.map((group) => groupBlock(group, settingsOf(command), width));
}

function commandBlock(path: string, width: number): string {
  const commands = subCommandsOf(path);
  if (commands.length === 0) return "";
  const lines = commands.map(([name, summary]) => entry(`  ${name}`, summary, width));
  return ["Commands:", ...lines].join("\n");
}

function groupBlock(group: string, settings: readonly Setting[], width: number): string {
  const lines = settings
    .filter((setting) => setting.group === group)
    .map((setting) => entry(flagColumn(setting), meaning(setting), width));
  return lines.length === 0 ? "" : `${group}:\n${lines.join("\n")}`;
}
