/** The command tree: what can be typed after `kei`, and what each word means. */
import { defineCommand, type CommandDef } from "citty";
import { COMMAND_NAMES, type CommandName } from "../config/command.ts";
import { nearest } from "../lib/near.ts";
import { UsageError } from "../lib/errors.ts";

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
      "kei sync --password-command 'pass show icloud' --threads-num 4",
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
  status: {
    summary: "Show what is downloaded, pending and failed, without asking Apple",
    examples: ["kei status", "kei status --failed --limit 0"],
  },
  verify: {
    summary: "Check that every downloaded file is still there and whole",
    examples: ["kei verify", "kei verify --checksums"],
  },
};

/** Spellings of other releases and programs, and what does the same today. */
const RETIRED: Readonly<Record<string, string>> = {
  "get-code": "login get-code",
  "submit-code": "login submit-code",
  credential: "password",
  "retry-failed": "sync --retry-failed",
  "reset-state": "reset state",
  "reset-sync-token": "reset sync-token",
  setup: "config setup",
};

/** What is known of a command. */
export function commandOf(name: CommandName): Command {
  return { name, ...COMMANDS[name] };
}

export const commandTree: CommandDef = defineCommand({
  meta: { name: "kei", description: "Keeps an iCloud Photos library safe on your own disk" },
  subCommands: childrenOf(""),
});

/** Finds the command that the first words name; the rest are its arguments. No word at all means `sync`. */
export function findCommand(words: readonly string[]): { name: CommandName; rest: string[] } {
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
  const name = COMMAND_NAMES.find((known) => known === path.join(" "));
  const isGuess = rest.length > 0 && Object.keys(children).length > 0;
  if (!name || isGuess) throw unknownCommand(path, rest[0] ?? "", Object.keys(children));
  return { name, rest };
}

/** The commands directly below this one, with their descriptions. */
export function subCommandsOf(path: string): [string, string][] {
  const isBelow = (name: string) =>
    path === "" ? !name.includes(" ") : name.startsWith(`${path} `);
  return COMMAND_NAMES.filter(isBelow).map((name) => [name, COMMANDS[name].summary]);
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
  const retired = path.length === 0 ? RETIRED[word] : undefined;
  const guess = retired ?? nearest(word, known);
  const hint = guess ? `kei ${retired ? guess : [...path, guess].join(" ")}` : null;
  return new UsageError(
    `Unknown command "${whole}"`,
    hint ? `did you mean "${hint}"?` : `the commands are ${known.join(", ")}`,
  );
}
