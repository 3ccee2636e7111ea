/** The command tree: what can be typed after `kei`, and what each word means. */
import { defineCommand, type CommandDef } from "citty";
import { COMMAND_NAMES, type CommandName } from "../config/command.ts";
import { nearest } from "../lib/near.ts";
import { UsageError } from "../lib/errors.ts";
import { retiredCommandHint } from "./retired.ts";
import { TOPICS, type TopicName } from "./topics.ts";

export interface Command {
  readonly name: CommandName | ToolName;
  readonly summary: string;
  /** A word the command needs after its name. */
  readonly argument?: string | undefined;
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
  "import-existing": {
    summary: "Take over photos that another program downloaded",
    examples: [
      "kei import-existing -u me@example.com -d ~/Photos/iCloud --dry-run",
      "kei import-existing -d ~/Photos/iCloud --folder-structure %Y/%m",
      "kei import-existing -d ~/Photos/iCloud --trust-names --relayout",
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
    summary: "Show what is downloaded, pending and failed",
    examples: ["kei status", "kei status --failed --limit 0", "kei status --gone"],
  },
  verify: {
    summary: "Check that every downloaded file is there and whole",
    examples: ["kei verify", "kei verify --checksums", "kei verify --manifest photos.sha256"],
  },
  "config show": {
    summary: "Print the settings a sync would go by",
    examples: ["kei config show", "kei config show --origin"],
  },
  "config setup": {
    summary: "Ask a few questions and write the configuration file",
    examples: ["kei config setup", "kei config setup -o ~/kei/second-account.toml"],
  },
  "password set": {
    summary: "Save the password, so that nobody needs to type it again",
    examples: ["kei password set", "pass show icloud | kei password set"],
  },
  "password clear": {
    summary: "Forget the saved password",
    examples: ["kei password clear"],
  },
  "password backend": {
    summary: "Tell where the password is, or would be, saved",
    examples: ["kei password backend"],
  },
  "reset state": {
    summary: "Forget everything that is known of the library; photos stay",
    examples: ["kei reset state", "kei reset state --yes"],
  },
  "reset sync-token": {
    summary: "Have the next sync list everything again",
    examples: ["kei reset sync-token"],
  },
  "reset session": {
    summary: "Sign out on this machine; the next sign-in needs a code",
    examples: ["kei reset session", "kei reset session --yes"],
  },
};

/** Commands that need neither account nor configuration: they print what kei knows of itself. */
const TOOLS = {
  completion: {
    summary: "Print the script by which a shell completes kei",
    argument: "bash|zsh|fish|powershell",
    examples: [
      "source <(kei completion bash)",
      "kei completion zsh > ~/.zfunc/_kei",
      "kei completion fish > ~/.config/fish/completions/kei.fish",
      "kei completion powershell | Out-String | Invoke-Expression",
    ],
  },
  man: {
    summary: "Print the manual page",
    argument: undefined,
    examples: ["kei man > ~/.local/share/man/man1/kei.1", "kei man | man -l -"],
  },
} as const;

export type ToolName = keyof typeof TOOLS;

/** First words that are no command by themselves. */
const GROUPS = {
  config: "Show the settings, or be asked for them",
  list: "Show what there is to choose from",
  password: "Save the password in the keyring, or forget it",
  reset: "Forget what is known, without touching a photo",
} as const;

export type GroupName = keyof typeof GROUPS;

/** Everything that can follow `kei`. */
export type CommandWord = CommandName | GroupName | ToolName;

/** What help can be asked about; null is kei as a whole. */
export type HelpTopic = CommandWord | TopicName | null;

/** True for words that need another one. */
export function isGroup(name: string): name is GroupName {
  return name in GROUPS;
}

/** True for a command that prints what kei knows of itself. */
export function isTool(name: string): name is ToolName {
  return name in TOOLS;
}

/** True for a command that has flags. */
export function isCommand(name: string): name is CommandName {
  return name in COMMANDS;
}

/** One line about a command or a group. */
export function summaryOf(name: CommandWord): string {
  return isGroup(name) ? GROUPS[name] : commandOf(name).summary;
}

/** What is known of a command. */
export function commandOf(name: CommandName | ToolName): Command {
  return { name, ...(isTool(name) ? TOOLS[name] : COMMANDS[name]) };
}

/** Commands and groups in the order in which they are shown. */
const NAMES: readonly CommandWord[] = [
  ...COMMAND_NAMES,
  ...(Object.keys(GROUPS) as GroupName[]),
  ...(Object.keys(TOOLS) as ToolName[]),
];

/** Everything that can be run. */
export const LEAVES: readonly (CommandName | ToolName)[] = NAMES.filter((name) => !isGroup(name));

/** What help knows something about, with a line about each. */
export const HELP_TOPICS: readonly (readonly [HelpTopic & string, string])[] = [
  ...NAMES.map((name) => [name, summaryOf(name)] as const),
  ...Object.entries(TOPICS).map(([name, { summary }]) => [name as TopicName, summary] as const),
];

export const commandTree: CommandDef = defineCommand({
  meta: { name: "kei", description: "Keeps an iCloud Photos library safe on your own disk" },
  subCommands: childrenOf(""),
});

/** Finds the command that the first words name; the rest are its arguments. No word at all means `sync`. */
export function findCommand(words: readonly string[]): {
  name: CommandWord;
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
