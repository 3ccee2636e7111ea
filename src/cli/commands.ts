/** The command tree: what can be typed after `kei`, and what each word means. */
import { defineCommand, type CommandDef } from "citty";
import { COMMAND_NAMES, type CommandName } from "../config/command.ts";
import { nearest } from "../lib/near.ts";
import { UsageError } from "../lib/errors.ts";
import { retiredCommandHint } from "./retired.ts";

export interface Command {
  readonly name: CommandName;
  readonly summary: string;
  /** A word the command needs after its name. */
  readonly argument?: string;
  readonly examples: readonly string[];
}

const COMMANDS: Record<CommandName, Omit<Command, "name">> = {
  sync: {
    summary: "Download what is new in iCloud Photos",
    examples: [
      "kei sync -u me@example.com -d ~/Photos/iCloud",
      "kei sync --dry-run",
      "kei sync --only-print-filenames > planned.txt",
      "kei sync -a Travel -a Family/Birthdays --folder-structure {album}",
      "kei sync --size original,adjusted --recent 30d",
      "kei sync --password-command 'pass show icloud' --bandwidth-limit 2M",
    ],
  },
  login: {
    summary: "Sign in, and trust this machine from now on",
    examples: ["kei login -u me@example.com"],
  },
  "login get-code": {
    summary: "Have a new code sent to your devices",
    examples: ["kei login get-code -u me@example.com"],
  },
  "login submit-code": {
    summary: "Hand in the code that your device shows",
    argument: "CODE",
    examples: ["kei login submit-code 123456", 'kei login submit-code "123 456"'],
  },
  "list albums": {
    summary: "List the albums of a library, with their counts",
    examples: ["kei list albums", "kei list albums --library all --json"],
  },
  "list libraries": {
    summary: "List the libraries of the account, shared ones included",
    examples: ["kei list libraries"],
  },
  status: {
    summary: "Show what is downloaded, pending and failed, without asking Apple",
    examples: ["kei status", "kei status --failed --limit 0", "kei status --gone"],
  },
  verify: {
    summary: "Check that every downloaded file is still there and whole",
    examples: ["kei verify", "kei verify --checksums"],
  },
  "reset state": {
    summary: "Forget everything that is known of the library; photos stay",
    examples: ["kei reset state", "kei reset state --yes"],
  },
  "reset sync-token": {
    summary: "Have the next sync list everything again",
    examples: ["kei reset sync-token"],
  },
};

/** First words that are no command by themselves. */
const GROUPS = {
  list: "Show what there is to choose from",
  reset: "Forget what is known, without touching a photo",
} as const;

export type GroupName = keyof typeof GROUPS;

/** What help can be asked about; null is kei as a whole. */
export type HelpTopic = CommandName | GroupName | null;

/** True for a word that needs another one. */
export function isGroup(name: CommandName | GroupName): name is GroupName {
  return name in GROUPS;
}

/** One line about a command or a group. */
export function summaryOf(name: CommandName | GroupName): string {
  return isGroup(name) ? GROUPS[name] : COMMANDS[name].summary;
}

/** What is known of a command. */
export function commandOf(name: CommandName): Command {
  return { name, ...COMMANDS[name] };
}

/** Commands and groups in the order in which they are shown. */
const NAMES: readonly (CommandName | GroupName)[] = [
  ...COMMAND_NAMES,
  ...(Object.keys(GROUPS) as GroupName[]),
];

export const commandTree: CommandDef = defineCommand({
  meta: { name: "kei", description: "Keeps an iCloud Photos library safe on your own disk" },
  subCommands: childrenOf(""),
});

/** Finds the command that the first words name; the rest are its arguments. No word at all means `sync`. */
export function findCommand(words: readonly string[]): {
  name: CommandName | GroupName;
  rest: string[];
} {
  let path: string[] = [];
  let children = childrenIn(commandTree);
  for (const word of words) {
    const child = children[word];
    if (!child) break;
    path = [...path, word];
    children = childrenIn(child);
  }
  const rest = words.slice(path.length);
  if (path.length === 0 && rest.length === 0) return { name: "sync", rest };
  const name = NAMES.find((known) => known === path.join(" "));
  const isGuess = rest.length > 0 && Object.keys(children).length > 0;
  if (!name || isGuess) throw unknownCommand(path, rest[0] ?? "", Object.keys(children));
  return { name, rest };
}

/** The commands directly below this one, with their descriptions. */
export function subCommandsOf(path: string): [string, string][] {
  const isBelow = (name: string) =>
    path === "" ? !name.includes(" ") : name.startsWith(`${path} `);
  return NAMES.filter(isBelow).map((name) => [name, summaryOf(name)]);
}

function childrenOf(path: string): Record<string, CommandDef> {
  const children = subCommandsOf(path).map(([name, description]): [string, CommandDef] => [
    name.slice(path === "" ? 0 : path.length + 1),
    defineCommand({ meta: { name: `kei ${name}`, description }, subCommands: childrenOf(name) }),
  ]);
  return Object.fromEntries(children);
}

function childrenIn(command: CommandDef): Record<string, CommandDef> {
  return (command.subCommands ?? {}) as Record<string, CommandDef>;
}

function unknownCommand(path: string[], word: string, known: string[]): UsageError {
  const whole = [...path, word].join(" ");
  const retired = path.length === 0 ? retiredCommandHint(word) : null;
  const guess = nearest(word, known);
  const guessed = guess ? `did you mean "kei ${[...path, guess].join(" ")}"?` : null;
  const hint = retired ?? guessed ?? `the commands are ${known.join(", ")}`;
  return new UsageError(`Unknown command "${whole}"`, hint);
}
