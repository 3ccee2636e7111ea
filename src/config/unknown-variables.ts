/** Variables that look like ours and do nothing: a slip of the keyboard, or one that this command has no use for. */
import { nearest } from "../lib/near.ts";
import type { CommandName } from "./command.ts";
import { namesOf } from "./environment.ts";
import type { Environment } from "../lib/environment.ts";
import { SETTINGS, settingsOf } from "./settings/table.ts";

const PREFIX = "KEI_";

/** Those that are no setting's. */
const OTHERS = [
  "KEI_NO_AUTO_CONFIG",
  "KEI_MIN_FREE_BYTES",
  "KEI_AUTH_ENDPOINT",
  "KEI_SETUP_ENDPOINT",
  "KEI_HOME_ENDPOINT",
  "KEI_ARGUMENTS_PIPE",
];

export interface IdleVariables {
  /** Worth a warning. */
  readonly unknown: readonly string[];
  /** Known, and of no use to this command; as usual where one environment serves many commands. */
  readonly unused: readonly string[];
}

/** What is said of them; never a value. An empty variable counts as not set. */
export function idleVariables(env: Environment, command: CommandName): IdleVariables {
  const known = new Set([...SETTINGS.flatMap(namesOf), ...OTHERS]);
  const owned = new Set([...settingsOf(command).flatMap(namesOf), ...OTHERS]);
  const given = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && env[name])
    .sort();
  return {
    unknown: given.filter((name) => !known.has(name)).map((name) => sayUnknown(name, known)),
    unused: given
      .filter((name) => known.has(name) && !owned.has(name))
      .map((name) => `${name} means nothing to "kei ${command}"`),
  };
}

function sayUnknown(name: string, known: ReadonlySet<string>): string {
  // What they all begin with makes none of them nearer.
  const words = [...known].filter((each) => each.startsWith(PREFIX));
  const guess = nearest(
    name.slice(PREFIX.length),
    words.map((each) => each.slice(PREFIX.length)),
  );
  return `${name} is no variable of kei${guess ? `; did you mean ${PREFIX}${guess}?` : ""}`;
}
