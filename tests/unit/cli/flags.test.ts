import { describe, expect, test } from "bun:test";
import { hideSecrets, parseCommandLine } from "../../../src/cli/flags.ts";
import { RETIRED_COMMANDS, RETIRED_FLAGS } from "../../../src/cli/retired.ts";
import { COMMAND_NAMES } from "../../../src/config/command.ts";
import { SETTINGS } from "../../../src/config/settings/table.ts";
import { UsageError } from "../../../src/lib/errors.ts";
import { Secret } from "../../../src/lib/secret.ts";

/** The command and its flags as plain values. */
function typed(argv: string[]) {
  const request = parseCommandLine(argv);
  if (request.kind !== "run") return request;
  const flags = Object.fromEntries(
    request.entries.map(({ setting, value }) => [
      setting.name,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
  return { command: request.command, flags, ...(request.code ? { code: request.code } : {}) };
}

function complaintOf(argv: string[]): UsageError {
  try {
    parseCommandLine(argv);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`"${argv.join(" ")}" was accepted`);
}

describe("parseCommandLine() accepts", () => {
  const rows = [
    { name: "nothing, which is sync", argv: [], is: { command: "sync", flags: {} } },
    {
      name: "a long flag",
      argv: ["sync", "--username", "a@b.c"],
      is: { command: "sync", flags: { username: "a@b.c" } },
    },
    {
      name: "a long flag with =",
      argv: ["--username=a@b.c"],
      is: { command: "sync", flags: { username: "a@b.c" } },
    },
    { name: "a short flag", argv: ["-u", "a"], is: { command: "sync", flags: { username: "a" } } },
    {
      name: "a short flag and its value in one word",
      argv: ["-ua"],
      is: { command: "sync", flags: { username: "a" } },
    },
    {
      name: "a short flag with =",
      argv: ["-u=a"],
      is: { command: "sync", flags: { username: "a" } },
    },
    {
      name: "flags before the command",
      argv: ["-u", "a", "status"],
      is: { command: "status", flags: { username: "a" } },
    },
    {
      name: "flags between the words of a command",
      argv: ["login", "-p", "x", "get-code"],
      is: { command: "login get-code", flags: { password: "x" } },
    },
    {
      name: "the later name of a flag",
      argv: ["--threads", "3"],
      is: { command: "sync", flags: { "threads-num": 3 } },
    },
    {
      name: "the later name of the directory",
      argv: ["--download-dir", "x"],
      is: { command: "sync", flags: { directory: "x" } },
    },
    {
      name: "a boolean without a value",
      argv: ["--no-progress-bar"],
      is: { command: "sync", flags: { "no-progress-bar": true } },
    },
    {
      name: "a boolean and true",
      argv: ["--no-progress-bar", "true"],
      is: { command: "sync", flags: { "no-progress-bar": true } },
    },
    {
      name: "a boolean and false",
      argv: ["--no-progress-bar", "false"],
      is: { command: "sync", flags: { "no-progress-bar": false } },
    },
    {
      name: "a boolean with =false",
      argv: ["--no-progress-bar=false"],
      is: { command: "sync", flags: { "no-progress-bar": false } },
    },
    {
      name: "a boolean before a command",
      argv: ["--no-progress-bar", "sync"],
      is: { command: "sync", flags: { "no-progress-bar": true } },
    },
    {
      name: "a value that begins with a dash, after =",
      argv: ["--password=-x"],
      is: { command: "sync", flags: { password: "-x" } },
    },
    {
      name: "a value with =",
      argv: ["--password=a=b"],
      is: { command: "sync", flags: { password: "a=b" } },
    },
    {
      name: "a password in one word with =",
      argv: ["-p=a=b"],
      is: { command: "sync", flags: { password: "a=b" } },
    },
    {
      name: "the ends of a range",
      argv: ["--threads-num", "64", "--max-retries", "0"],
      is: { command: "sync", flags: { "threads-num": 64, "max-retries": 0 } },
    },
    {
      name: "a code",
      argv: ["login", "submit-code", "123456"],
      is: { command: "login submit-code", flags: {}, code: "123456" },
    },
    {
      name: "a code in groups",
      argv: ["login", "submit-code", "123-456"],
      is: { command: "login submit-code", flags: {}, code: "123456" },
    },
    {
      name: "a code in two words",
      argv: ["login", "submit-code", "123", "456"],
      is: { command: "login submit-code", flags: {}, code: "123456" },
    },
    {
      name: "an empty ending, judged later",
      argv: ["--temp-suffix", ""],
      is: { command: "sync", flags: { "temp-suffix": "" } },
    },
    { name: "--help", argv: ["--help"], is: { kind: "help", topic: null, isAsked: true } },
    {
      name: "-h before everything else",
      argv: ["status", "-h", "--nonsense"],
      is: { kind: "help", topic: "status", isAsked: true },
    },
    {
      name: "help with a command",
      argv: ["help", "login", "get-code"],
      is: { kind: "help", topic: "login get-code", isAsked: true },
    },
    {
      name: "help with a group",
      argv: ["help", "list"],
      is: { kind: "help", topic: "list", isAsked: true },
    },
    {
      name: "a group with --help",
      argv: ["reset", "--help"],
      is: { kind: "help", topic: "reset", isAsked: true },
    },
    {
      name: "a group alone, as a wish for help that nobody uttered",
      argv: ["list"],
      is: { kind: "help", topic: "list", isAsked: false },
    },
    {
      name: "a group with flags and no command",
      argv: ["reset", "-u", "a"],
      is: { kind: "help", topic: "reset", isAsked: false },
    },
    {
      name: "flags around the words of a group",
      argv: ["--library", "all", "list", "--json", "albums", "--offline"],
      is: { command: "list albums", flags: { library: ["all"], json: true, offline: true } },
    },
    {
      name: "the short form of --yes",
      argv: ["reset", "state", "-y"],
      is: { command: "reset state", flags: { yes: true } },
    },
    {
      name: "a directory of verify",
      argv: ["verify", "-d", "x"],
      is: { command: "verify", flags: { directory: "x" } },
    },
    { name: "--version", argv: ["--version"], is: { kind: "version" } },
    { name: "-V", argv: ["-V"], is: { kind: "version" } },
  ];
  for (const { name, argv, is } of rows) {
    test(name, () => expect(typed(argv) as object).toEqual(is));
  }
});

describe("parseCommandLine() refuses", () => {
  const rows = [
    { name: "an unknown flag", argv: ["--usernme", "x"], says: "--usernme", hint: "--username" },
    { name: "an unknown short flag", argv: ["-x"], says: "-x" },
    { name: "an unknown command", argv: ["stauts"], says: "stauts", hint: "kei status" },
    { name: "an unknown nested command", argv: ["login", "submit"], says: "login submit" },
    {
      name: "the command of another release",
      argv: ["get-code"],
      says: "get-code",
      hint: "kei login get-code",
    },
    {
      name: "an unknown command of a group",
      argv: ["list", "album"],
      says: "list album",
      hint: "kei list albums",
    },
    { name: "an unknown flag of a group", argv: ["list", "--nonsense"], says: "--nonsense" },
    {
      name: "--yes of a command that asks nothing",
      argv: ["reset", "sync-token", "-y"],
      says: "--yes",
    },
    {
      name: "--offline of libraries",
      argv: ["list", "libraries", "--offline"],
      says: "--offline",
      hint: "kei list albums",
    },
    { name: "--gone of verify", argv: ["verify", "--gone"], says: "--gone", hint: "kei status" },
    {
      name: "another switch given twice",
      argv: ["--relayout", "--relayout"],
      says: "more than once",
    },
    {
      name: "a command that is below another now",
      argv: ["setup"],
      says: "setup",
      hint: "kei config setup",
    },
    { name: "one word too many", argv: ["status", "now"], says: '"now"' },
    {
      name: "a flag of another command",
      argv: ["status", "--dry-run"],
      says: "--dry-run",
      hint: "kei sync",
    },
    {
      name: "a flag of another command before this one",
      argv: ["--dry-run", "status"],
      says: "--dry-run",
    },
    { name: "a flag given twice", argv: ["-u", "a", "--username", "b"], says: "more than once" },
    { name: "a switch given twice", argv: ["--dry-run", "--dry-run"], says: "more than once" },
    { name: "a missing value", argv: ["--username"], says: "needs a value" },
    {
      name: "a flag in place of a value",
      argv: ["--username", "--dry-run"],
      says: "needs a value",
      hint: "--username=",
    },
    { name: "an empty value", argv: ["--username", ""], says: "must not be empty" },
    { name: "an empty directory", argv: ["--directory="], says: "must not be empty" },
    { name: "a switch with a value", argv: ["--dry-run=true"], says: "takes no value" },
    {
      name: "a boolean that is neither true nor false",
      argv: ["--no-progress-bar=yes"],
      says: "true or false",
    },
    { name: "an empty boolean", argv: ["--no-progress-bar="], says: "true or false" },
    { name: "a number below its range", argv: ["--threads-num", "0"], says: "0 is not in 1..=64" },
    {
      name: "a number above its range",
      argv: ["--retry-delay", "3601"],
      says: "3601 is not in 1..=3600",
    },
    {
      name: "a later name, by the name that was typed",
      argv: ["--threads=65"],
      says: "--threads:",
    },
    { name: "a negative number", argv: ["--max-retries=-1"], says: "-1 is not in 0..=100" },
    {
      name: "a number with a fraction",
      argv: ["--threads-num", "1.5"],
      says: "not a whole number",
    },
    { name: "a word in place of a number", argv: ["--threads-num", "ten"], says: '"ten"' },
    { name: "a choice in capitals", argv: ["--domain", "CN"], says: "com, cn" },
    { name: "an unknown level", argv: ["--log-level", "trace"], says: "debug, info, warn, error" },
    { name: "a code that is too short", argv: ["login", "submit-code", "12345"], says: "12345" },
    { name: "a code that is too long", argv: ["login", "submit-code", "1234567"], says: "1234567" },
    { name: "a missing code", argv: ["login", "submit-code"], says: "CODE" },
    { name: "--version of a command", argv: ["sync", "--version"], says: "--version" },
    {
      name: "--skip-live-photos",
      argv: ["--skip-live-photos"],
      says: "Unknown flag",
      hint: "--live-photo-mode",
    },
    {
      name: "--cookie-directory",
      argv: ["--cookie-directory", "x"],
      says: "Unknown flag",
      hint: "--data-dir",
    },
    { name: "--auth-only", argv: ["--auth-only"], says: "Unknown flag", hint: "kei login" },
    {
      name: "underscores",
      argv: ["--password_file", "x"],
      says: "Unknown flag",
      hint: "--password-file",
    },
    { name: "help for an unknown command", argv: ["help", "nonsense"], says: "nonsense" },
  ];
  for (const { name, argv, says, hint } of rows) {
    test(name, () => {
      const error = complaintOf(argv);
      expect(error.where).toBe("typed");
      expect(error.message).toContain(says);
      if (hint) expect(error.hint).toContain(hint);
    });
  }

  test("a password without showing it", () => {
    expect(complaintOf(["-p", ""]).message).not.toContain('""');
  });
});

test("the rest of a password without quotes is neither told nor shown", () => {
  for (const argv of [
    ["sync", "-p", "my", "secret", "word"],
    ["-p", "my", "secret"],
    ["login", "--password=my", "a"],
    ["sync", "-p", "my", 'sec"ret', "-d", "x"],
  ]) {
    let error: unknown;
    try {
      parseCommandLine(argv);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain('"********"');
    expect((error as UsageError).message).not.toMatch(/secret|word|"a"/);
    expect((error as UsageError).hint).toContain("quotes");
    expect(hideSecrets(argv).join(" ")).not.toMatch(/secret|\bword|sec"ret| a$/);
  }
  expect(() => parseCommandLine(["sync", "-p", "x", "login"])).toThrow('Unexpected "login"');
});

describe("hints for what is retired", () => {
  const hints = [...Object.values(RETIRED_FLAGS), ...Object.values(RETIRED_COMMANDS)];
  const flags = new Set(SETTINGS.map(({ name }) => name));
  const words = new Set<string>(COMMAND_NAMES.flatMap((name) => name.split(" ")));
  // Words that follow "kei" in a sentence about it.
  const verbs = ["keeps", "never", "serves", "sends", "writes", "asks", "runs"];

  for (const hint of new Set(hints)) {
    test(`name only what there is: ${hint}`, () => {
      for (const [, flag] of hint.matchAll(/--([a-z-]+)/g)) expect(flags).toContain(flag!);
      for (const [, word] of hint.matchAll(/\bkei ([a-z-]+)/g)) {
        expect([...words, ...verbs]).toContain(word!);
      }
    });
  }
});
