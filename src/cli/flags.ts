/**
 * The command line: words in, a request out.
 *
 * One pass over all words with the flags of all commands, then each flag must belong to the command that was found,
 * wherever it stood. Nothing is dropped silently.
 */
import { parseArgs, type ParseArgsOptionDescriptor } from "node:util";
import type { CommandName } from "../config/command.ts";
import type { Typed } from "../config/config.ts";
import { nearest } from "../lib/near.ts";
import type { Setting } from "../config/settings/setting.ts";
import { SETTINGS, settingsOf } from "../config/settings/table.ts";
import { parseText, type Entry } from "../config/value.ts";
import { UsageError } from "../lib/errors.ts";
import {
  commandOf,
  findCommand,
  HELP_TOPICS,
  isGroup,
  isTool,
  type HelpTopic,
  type ToolName,
} from "./commands.ts";
import { isShell, SHELLS, type Shell } from "./completion/shells.ts";
import { retiredHint } from "./retired.ts";
import { isTopic, TOPICS } from "./topics.ts";

export type Request =
  /** `isAsked` is false when a command was wanted and only its first word given. */
  | { readonly kind: "help"; readonly topic: HelpTopic; readonly isAsked: boolean }
  | { readonly kind: "version" }
  | { readonly kind: "manual" }
  | { readonly kind: "script"; readonly shell: Shell }
  /** A completion script asks what could come next; the words are on standard input. */
  | { readonly kind: "complete"; readonly shell: Shell }
  | ({ readonly kind: "run" } & Typed);

/** One use of a flag. `text` is undefined when no value was given. */
interface Use {
  readonly flag: string;
  readonly text: string | undefined;
  readonly isInline: boolean;
}

/** Understands the words after `kei`, or throws what is wrong with them, but for what may be the rest of a password. */
export function parseCommandLine(argv: readonly string[]): Request {
  try {
    return understand(argv);
  } catch (error) {
    const rests = secretRests(argv).map(({ value }) => value);
    if (rests.length === 0 || !(error instanceof UsageError)) throw error;
    const whole = rests.reduce(
      (text, rest) => text.replaceAll(`"${rest}"`, '"********"'),
      error.message,
    );
    const message = whole.replace(/"[^"]*"/g, (quoted) =>
      rests.some((rest) => quoted.includes(rest)) ? '"********"' : quoted,
    );
    if (message === error.message) throw error;
    throw new UsageError(message, "a password with blanks in it needs quotes", error.where);
  }
}

function understand(argv: readonly string[]): Request {
  if (argv[0] === "complete" && isShell(argv[1])) return { kind: "complete", shell: argv[1] };
  const { uses, words } = tokenize(argv);
  if (words[0] === "help") return helpRequest(words.slice(1));
  if (uses.some(({ flag }) => flag === "help")) return helpRequest(words);
  if (words.length === 0 && uses.some(({ flag }) => flag === "version")) return { kind: "version" };
  uses.forEach(refuseUnknown);
  const { name, rest } = findCommand(words);
  if (isGroup(name)) return { kind: "help", topic: name, isAsked: false };
  if (isTool(name)) return toolRequest(name, rest, uses);
  const entries = uses.map((use) => readUse(use, name));
  refuseRepeats(entries);
  return { kind: "run", command: name, entries, code: readArgument(name, rest) };
}

/** The flag of this name or alias, without its dashes. */
export function flagNamed(name: string): Setting | undefined {
  return FLAGS.get(name);
}

/** The flag of this letter. */
export function flagOfLetter(letter: string): Setting | undefined {
  return SETTINGS.find(({ short }) => short === letter);
}

/** The same words with asterisks in place of passwords, fit to be seen by others. */
export function hideSecrets(argv: readonly string[]): string[] {
  const shown = [...argv];
  for (const token of tokensOf(argv)) {
    if (token.kind !== "option" || FLAGS.get(token.name)?.kind !== "secret" || !token.value)
      continue;
    const index = token.inlineValue ? token.index : token.index + 1;
    shown[index] = `${argv[index]!.slice(0, -token.value.length)}********`;
  }
  for (const { index } of secretRests(argv)) shown[index] = "********";
  return shown;
}

/** Words that follow the value of a secret: its rest, where somebody forgot the quotes. */
function secretRests(
  argv: readonly string[],
): { readonly value: string; readonly index: number }[] {
  const rests: { value: string; index: number }[] = [];
  let isRest = false;
  for (const token of tokensOf(argv)) {
    if (token.kind === "option") isRest = FLAGS.get(token.name)?.kind === "secret";
    else if (token.kind === "positional" && isRest && !isFirstWord(token.value)) rests.push(token);
  }
  return rests;
}

function helpRequest(words: readonly string[]): Request {
  return { kind: "help", topic: helpTopic(words), isAsked: true };
}

function helpTopic(words: readonly string[]): HelpTopic {
  if (words.length === 0) return null;
  const name = words.join(" ");
  if (isTopic(name)) return name;
  const guess = nearest(name, Object.keys(TOPICS));
  // A slip in the name of a topic is not taken for an unknown command.
  if (guess && !isFirstWord(words[0]!)) {
    throw new UsageError(`There is no help on "${name}"`, `did you mean "kei help ${guess}"?`);
  }
  return findCommand(words).name;
}

function isFirstWord(word: string): boolean {
  return HELP_TOPICS.some(([topic]) => topic.split(" ")[0] === word);
}

function toolRequest(tool: ToolName, words: readonly string[], uses: readonly Use[]): Request {
  if (uses[0]) throw new UsageError(`"kei ${tool}" has no flag --${uses[0].flag}`);
  const [word, extra] = words;
  const unexpected = tool === "man" ? word : extra;
  if (unexpected !== undefined) throw unexpectedWord(unexpected, tool);
  if (tool === "man") return { kind: "manual" };
  if (isShell(word)) return { kind: "script", shell: word };
  const guess = nearest(word ?? "", SHELLS);
  const names = `use one of ${SHELLS.join(", ")}`;
  if (word === undefined) throw new UsageError("The name of the shell is missing", names);
  throw new UsageError(
    `There is no completion for "${word}"`,
    guess ? `did you mean ${guess}?` : names,
  );
}

function unexpectedWord(word: string, command: string): UsageError {
  return new UsageError(`Unexpected "${word}" after "kei ${command}"`);
}

/** Flags by every name they answer to. */
const FLAGS: ReadonlyMap<string, Setting> = new Map(
  SETTINGS.flatMap((setting) =>
    [setting.name, ...(setting.aliases ?? []).map(({ flag }) => flag)].map((flag) => [
      flag,
      setting,
    ]),
  ),
);

function tokensOf(argv: readonly string[]) {
  // Not strict: it would stop at the first fault with a sentence of its own, and refuse `--flag=false`.
  return parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens;
}

function tokenize(argv: readonly string[]): { uses: Use[]; words: string[] } {
  const tokens = tokensOf(argv);
  const uses: Use[] = [];
  const words: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const next = tokens[index + 1];
    if (token.value === undefined && isBoolean(token.name) && isTruthWord(next)) {
      uses.push({ flag: token.name, text: next.value, isInline: true });
      index++;
      continue;
    }
    // `-u=me` is the same as `-u me`.
    const isShort = !token.rawName.startsWith("--");
    const text = isShort && token.inlineValue ? token.value.replace(/^=/, "") : token.value;
    uses.push({ flag: token.name, text, isInline: token.inlineValue ?? false });
  }
  return { uses, words };
}

const OPTIONS: Record<string, ParseArgsOptionDescriptor> = {
  help: { type: "boolean", short: "h", multiple: true },
  version: { type: "boolean", short: "V", multiple: true },
  ...Object.fromEntries([...FLAGS].map(([flag, setting]) => [flag, optionOf(flag, setting)])),
};

function optionOf(flag: string, setting: Setting): ParseArgsOptionDescriptor {
  const takesValue = setting.kind !== "boolean" && setting.kind !== "switch";
  const short = flag === setting.name && setting.short ? { short: setting.short } : {};
  return { type: takesValue ? "string" : "boolean", multiple: true, ...short };
}

function isBoolean(flag: string): boolean {
  return FLAGS.get(flag)?.kind === "boolean";
}

type Token = { readonly kind: string; readonly value?: string | undefined };

/** An optional value swallows the next word only when it is one of the two it could be. */
function isTruthWord(token: Token | undefined): token is { kind: "positional"; value: string } {
  return token?.kind === "positional" && (token.value === "true" || token.value === "false");
}

function refuseUnknown({ flag }: Use): void {
  if (FLAGS.has(flag)) return;
  const dashed = flag.length === 1 ? `-${flag}` : `--${flag}`;
  if (flag === "version") throw new UsageError(`--version stands alone`, "kei --version");
  throw new UsageError(`Unknown flag "${dashed}"`, retiredHint(flag) ?? guessHint(flag));
}

function guessHint(flag: string): string | undefined {
  const guess = nearest(flag.replaceAll("_", "-"), FLAGS.keys());
  return guess ? `did you mean --${guess}?` : undefined;
}

function readUse({ flag, text, isInline }: Use, command: CommandName): Entry {
  const setting = FLAGS.get(flag)!;
  const spelling = `--${flag}`;
  if (!settingsOf(command).includes(setting)) throw notOwned(setting, spelling, command);
  const value = parseText(setting, textOf(setting, spelling, text, isInline), spelling);
  return { setting, source: "flag", spelling, value };
}

function textOf(
  setting: Setting,
  spelling: string,
  text: string | undefined,
  isInline: boolean,
): string {
  if (setting.kind === "boolean") return text ?? "true";
  if (setting.kind === "switch") {
    if (text !== undefined) throw new UsageError(`${spelling} takes no value`);
    return "true";
  }
  if (text === undefined) throw new UsageError(`${spelling} needs a value`);
  if (!isInline && text.startsWith("-") && text !== "-") {
    const hint = `a value that begins with a dash is written ${spelling}=...`;
    throw new UsageError(`${spelling} needs a value`, hint);
  }
  return text;
}

function notOwned(setting: Setting, spelling: string, command: CommandName): UsageError {
  const owners = setting.commands.map((owner) => `kei ${owner}`).join(", ");
  return new UsageError(`${spelling} is no flag of "kei ${command}"`, `it belongs to ${owners}`);
}

function refuseRepeats(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { setting, spelling } of entries) {
    if (setting.kind === "list") continue;
    if (seen.has(spelling)) throw new UsageError(`${spelling} is given more than once`);
    seen.add(spelling);
  }
}

/** The one command with an argument takes a code: six digits, however they are grouped. */
function readArgument(command: CommandName, words: readonly string[]): string | null {
  const { argument } = commandOf(command);
  if (!argument) {
    if (words.length === 0) return null;
    throw unexpectedWord(words[0]!, command);
  }
  const digits = words.join("").replace(/\D/g, "");
  if (digits.length === 6) return digits;
  throw new UsageError(
    words.length === 0 ? `${argument} is missing` : `"${words.join(" ")}" is no code of six digits`,
    `kei ${command} 123456`,
  );
}
