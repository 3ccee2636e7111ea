/**
 * What one setting is: a flag, its variable, its key in the configuration file, its meaning.
 *
 * Everything said about a setting is said in its record and nowhere else. Command line, environment, configuration
 * file, help and documentation are readers of these records.
 */
import type { CommandName } from "../command.ts";

export const GROUPS = [
  "Account",
  "Password",
  "Destination",
  "Selection",
  "Versions",
  "Names",
  "Download",
  "Metadata",
  "Retry",
  "Run",
  "Listing",
  "General",
] as const;

export type Group = (typeof GROUPS)[number];

/** A second spelling of a setting; using both spellings together is an error. */
export interface Alias {
  readonly flag: string;
  readonly env?: string;
  readonly toml?: string;
}

/** Says what is wrong with a value, after flags, environment and file are merged; null when nothing is. */
export type Check = (value: string) => string | null;

interface Common {
  /** The flag without its dashes; also the name by which the program asks for the value. */
  readonly name: string;
  readonly short?: string;
  readonly aliases?: readonly Alias[];
  readonly env?: string;
  /** Dotted key in the configuration file. */
  readonly toml?: string;
  /** One line, no full stop. */
  readonly help: string;
  readonly group: Group;
  readonly commands: readonly CommandName[];
  /** Commands that cannot run without a value. */
  readonly requiredBy?: readonly CommandName[];
  /** Settings that exclude this one. Typed beats configured; two of the same origin are an error. */
  readonly conflicts?: readonly string[];
  /** Release in which the setting appeared. */
  readonly since: string;
}

/**
 * Kinds of values and what each kind needs to know. A switch takes no value; a boolean may. A list may be given more
 * than once on the command line. Dates and days stay the words they were, because they move on with time.
 */
export type Kind =
  | {
      readonly kind: "string";
      readonly valueName: string;
      readonly default?: string;
      readonly check?: Check;
      /** True when the value may hold a secret, and errors must not show it. */
      readonly isPrivate?: true;
      /** True when `check` and not the parser judges an empty value. */
      readonly isEmptyJudgedLater?: true;
    }
  | {
      readonly kind: "path";
      readonly default?: string;
      readonly check?: Check;
    }
  | { readonly kind: "secret"; readonly valueName: string }
  | {
      readonly kind: "integer";
      readonly min: number;
      readonly max: number;
      readonly unit?: string;
      readonly default?: number;
    }
  | { readonly kind: "boolean"; readonly default: boolean }
  | { readonly kind: "switch"; readonly default: false }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string }
  | {
      readonly kind: "list";
      readonly valueName: string;
      readonly choices?: readonly string[];
      /** One text may hold several values. */
      readonly splitsAtCommas?: true;
      /** A list with a default cannot be emptied. */
      readonly default?: readonly string[];
      /** Judges each value. */
      readonly check?: Check;
    }
  /** Bytes per second, as in `10M`. */
  | { readonly kind: "rate" }
  | { readonly kind: "date"; readonly check: Check }
  /** The newest so many, or those of so many days, as in `30d`. */
  | { readonly kind: "recent" };

export type Setting = Common & Kind;
