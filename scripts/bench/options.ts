/** What the benchmarks can be told on the command line. */
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Names of scenarios; empty runs all but the million. */
  readonly only: readonly string[];
  readonly repeat: number;
  /** Where the figures go as JSON; null for nowhere. */
  readonly json: string | null;
  /** Parent of the working folder: decides which file system is measured. */
  readonly parent: string;
  readonly isMillion: boolean;
}

/** A mistake on the command line, worded for the person who made it. */
export class OptionError extends Error {}

/** Reads the command line; "help" when it asks for the help text. */
export function parseOptions(args: readonly string[], known: readonly string[]) {
  const values = readFlags(args);
  if (values.help) return "help";
  const only = values.only ?? [];
  const stray = only.find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw new OptionError(`Cannot run --only "${stray}", want one of: ${known.join(", ")}`);
  }
  const options: BenchOptions = {
    only,
    repeat: repetitions(values.repeat ?? "3"),
    json: values.json ?? null,
    parent: values.dir ?? tmpdir(),
    isMillion: values.million ?? false,
  };
  return options;
}

function readFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        help: { type: "boolean", short: "h" },
        only: { type: "string", multiple: true },
        repeat: text,
        json: text,
        dir: text,
        million: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function repetitions(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new OptionError(`Cannot use --repeat "${text}", want a whole number from 1 to 99`);
}

export function helpText(scenarios: readonly { name: string; about: string }[]): string {
  const lines = scenarios.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`);
  return `Measures the built kei on a pretend iCloud of its own, next to curl and aria2c.

Usage: bun run bench [options]

  --only NAME    run this scenario; may be given several times
  --repeat N     repetitions, of which the median counts (3)
  --million      also run the scenario "million"; it takes some minutes
  --json FILE    write all figures there
  --dir DIR      work below this folder instead of the system's temporary one
  -h, --help     say this

Scenarios:
${lines.join("\n")}
`;
}
