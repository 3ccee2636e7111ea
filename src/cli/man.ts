/** The manual page in mdoc, made from the command tree and the setting records. */
import { GROUPS, type Setting } from "../config/settings/setting.ts";
import { SETTINGS } from "../config/settings/table.ts";
import { DEFAULT_CONFIG_PATH, DEFAULT_DATA_DIR } from "../config/paths.ts";
import type { CommandName } from "../config/command.ts";
import { commandOf, LEAVES, type ToolName } from "./commands.ts";
import { defaultNote, describeFlag, valueName } from "./flag-text.ts";
import { EXIT_CODES, TOPICS, VARIABLES, type Block, type Terms } from "./topics.ts";

/** When this page was last written anew, not when it was printed. */
const DATE = "November 28, 2026";

/** The text of `kei man`. */
export function manualPage(): string {
  return [
    `.Dd ${DATE}`,
    ".Dt KEI 1",
    ".Os",
    ".Sh NAME",
    ".Nm kei",
    ".Nd keeps an iCloud Photos library safe on your own disk",
    ".Sh SYNOPSIS",
    ".Nm kei",
    ".Op Ar command",
    ".Op Ar flags",
    ...description(),
    ...section("ENVIRONMENT", termList(VARIABLES, "Ev")),
    ...section("FILES", termList(FILES, "Pa")),
    ...section("EXIT STATUS", termList(EXIT_CODES, "Sy")),
    ...section("EXAMPLES", examples()),
    "",
  ].join("\n");
}

const FILES: Terms = [
  [DEFAULT_CONFIG_PATH, "Configuration"],
  [DEFAULT_DATA_DIR, "Session, cookies and database, readable only by their owner"],
];

function description(): string[] {
  return [
    ".Sh DESCRIPTION",
    ...text(
      "Signs in to Apple, lists the library, downloads every photo and video, checks each one against Apple's own checksum, and from then on fetches only what changed. Nothing in iCloud is changed, and nothing on disk is deleted.",
    ),
    ...text("Without a command it syncs. The commands are:"),
    ...termList(
      LEAVES.map((name) => [synopsis(name), commandOf(name).summary] as const),
      "Ic",
    ),
    ...GROUPS.flatMap(flagGroup),
    ...(["filters", "folder-structure", "troubleshooting"] as const).flatMap((name) => [
      `.Ss ${TOPICS[name].summary}`,
      ...TOPICS[name].blocks.flatMap((block, at) => blockLines(block, at === 0)),
    ]),
  ];
}

function synopsis(name: CommandName | ToolName): string {
  return [name, commandOf(name).argument].filter(Boolean).join(" ");
}

function flagGroup(group: (typeof GROUPS)[number]): string[] {
  const settings = SETTINGS.filter((setting) => setting.group === group);
  if (settings.length === 0) return [];
  return [
    `.Ss ${group} flags`,
    ".Bl -tag -width Ds",
    ...settings.flatMap((setting) => [`.It ${flagItem(setting)}`, ...text(flagText(setting))]),
    ".El",
  ];
}

function flagItem(setting: Setting): string {
  const names = [
    ...(setting.short ? [setting.short] : []),
    ...[setting.name, ...(setting.aliases ?? []).map(({ flag }) => flag)].map((flag) => `-${flag}`),
  ];
  const value = valueName(setting);
  const flags = names.map((name) => `Fl ${word(name)}`).join(" , ");
  return value === "" ? flags : `${flags} Ar ${word(value)}`;
}

function flagText(setting: Setting): string {
  const owners = setting.commands.length > 3 ? "" : ` Of ${setting.commands.join(", ")}.`;
  const note = defaultNote(setting);
  const usual = note ? ` The ${note.replace(": ", " is ")}.` : "";
  const key = setting.toml ? ` In the configuration file: ${setting.toml}.` : "";
  return `${describeFlag(setting)}.${usual}${key}${owners}`;
}

function examples(): string[] {
  const lines = LEAVES.flatMap((name) => commandOf(name).examples);
  return [".Bd -literal", ...lines.map(plain), ".Ed"];
}

function section(title: string, lines: readonly string[]): string[] {
  return [`.Sh ${title}`, ...lines];
}

function blockLines(block: Block, isFirst: boolean): string[] {
  if (typeof block !== "string") return termList(block, "Sy");
  return isFirst ? text(block) : [".Pp", ...text(block)];
}

function termList(terms: Terms, macro: string): string[] {
  return [
    ".Bl -tag -width Ds",
    ...terms.flatMap(([term, meaning]) => [`.It ${macro} ${word(term)}`, ...text(meaning)]),
    ".El",
  ];
}

/** A sentence a line, as manual pages are written. */
function text(paragraph: string): string[] {
  return paragraph.split(/(?<=[.:;]) (?=[A-Z])/).map(plain);
}

/** A line of text that no macro can be seen in. */
function plain(line: string): string {
  const escaped = escape(line);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** An argument of a macro as one word that is no macro itself. */
function word(argument: string): string {
  return `"\\&${escape(argument).replaceAll('"', '""')}"`;
}

function escape(line: string): string {
  return line.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}
