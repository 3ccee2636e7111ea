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
  "Download",
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

/** Kinds of values and what each kind needs to know. A switch takes no value; a boolean may. */
export type Kind =
  | {
      readonly kind: "string";
      readonly valueName: string;
      readonly default?: string;
      /** Says what is wrong with a value, after flags, environment and file are merged. */
      readonly check?: (value: string) => string | null;
      /** True when `check` and not the parser judges an empty value. */
      readonly isEmptyJudgedLater?: true;
    }
  | {
      readonly kind: "path";
      readonly default?: string;
      readonly check?: (path: string) => string | null;
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
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string };

export type Setting = Common & Kind;
