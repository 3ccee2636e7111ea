/**
 * One value per setting out of everything that was given.
 *
 * Precedence is command line, environment, configuration file, default. Rules between settings are checked here, on
 * the merged result, so no source can slip past them.
 */
import { invariant, MissingValue, UsageError } from "../lib/errors.ts";
import type { CommandName } from "./command.ts";
import type { Check, Setting } from "./settings/setting.ts";
import { SETTINGS, type Values } from "./settings/table.ts";
import type { Entry, SettingValue } from "./value.ts";

/** The winning entry of each setting that was given at all, by name. */
export type Winners = ReadonlyMap<string, Entry>;

/** Picks the winners and settles conflicts between settings. */
export function chooseWinners(entries: readonly Entry[]): Winners {
  refuseTwoSpellings(entries);
  const winners = new Map<string, Entry>();
  for (const source of ["toml", "env", "flag"] as const) {
    for (const entry of entries) {
      if (entry.source !== source) continue;
      const { name } = entry.setting;
      winners.set(name, joined(winners.get(name), entry));
    }
  }
  settleConflicts(winners);
  return winners;
}

/** A list given several times in one source adds up; the list of a stronger source replaces the other. */
function joined(earlier: Entry | undefined, later: Entry): Entry {
  const isMore = later.setting.kind === "list" && earlier?.source === later.source;
  if (!isMore || !Array.isArray(later.value) || !Array.isArray(earlier.value)) return later;
  const value: readonly string[] = [...new Set([...earlier.value, ...later.value])];
  return { ...later, value };
}

/** Completes the winners by defaults and checks each value. */
export function mergeValues(winners: Winners, place: (path: string) => string): Values {
  const values: Record<string, SettingValue | undefined> = {};
  for (const setting of SETTINGS) {
    const winner = winners.get(setting.name);
    const value = winner?.value ?? defaultOf(setting);
    // Where something is that nobody named depends on more than a word.
    const isPlaced = winner && setting.kind === "path" && typeof value === "string";
    values[setting.name] = isPlaced ? place(value) : value;
    if (winner) checkValue(winner, values[setting.name]);
  }
  // The records and the type of Values are two readings of one table.
  return values as unknown as Values;
}

/** Complains when a command lacks a value it cannot run without. */
export function requireValues(values: Values, command: CommandName): void {
  for (const setting of SETTINGS) {
    const isMissing = values[setting.name as keyof Values] === undefined;
    if (isMissing && setting.requiredBy?.includes(command)) throw missing(setting);
  }
}

function missing(setting: Setting): UsageError {
  const ways = [setting.env, setting.toml].filter((way) => way !== undefined).join(" or ");
  const hint = ways ? `it can also be given as ${ways}` : undefined;
  return new MissingValue(`--${setting.name} is required`, hint);
}

/** An old and a new name together: nobody can know which one was meant. */
function refuseTwoSpellings(entries: readonly Entry[]): void {
  const seen = new Map<string, Entry>();
  for (const entry of entries) {
    const layer = entry.source === "toml" ? "toml" : "typed";
    const earlier = seen.get(`${layer} ${entry.setting.name}`);
    if (earlier && plainName(earlier) !== plainName(entry)) {
      throw new UsageError(
        `${earlier.spelling} and ${entry.spelling} are two names of one setting`,
        "give only one of them",
        "merged",
      );
    }
    seen.set(`${layer} ${entry.setting.name}`, entry);
  }
}

/** The flag whose name or variable or key this spelling is. */
function plainName({ setting, spelling }: Entry): string {
  const alias = setting.aliases?.find(
    ({ flag, env, toml }) => `--${flag}` === spelling || env === spelling || toml === spelling,
  );
  return alias?.flag ?? setting.name;
}

function settleConflicts(winners: Map<string, Entry>): void {
  for (const entry of [...winners.values()]) {
    for (const name of entry.setting.conflicts ?? []) {
      const other = winners.get(name);
      if (!other || entry.value === false || other.value === false) continue;
      if (!winners.has(entry.setting.name)) continue;
      settleConflict(winners, entry, other);
    }
  }
}

/** What was typed beats what is configured; two of one origin are a contradiction. */
function settleConflict(winners: Map<string, Entry>, one: Entry, other: Entry): void {
  const isConfigured = [one.source === "toml", other.source === "toml"];
  if (isConfigured[0] === isConfigured[1]) {
    throw new UsageError(
      `${one.spelling} and ${other.spelling} exclude each other`,
      "give only one of them",
      isConfigured[0] ? "merged" : "typed",
    );
  }
  winners.delete((isConfigured[0] ? one : other).setting.name);
}

function defaultOf(setting: Setting): SettingValue | undefined {
  return "default" in setting ? setting.default : undefined;
}

function checkValue(winner: Entry, value: SettingValue | undefined): void {
  const { setting, spelling } = winner;
  if (!("check" in setting) || !setting.check) return;
  for (const text of Array.isArray(value) ? value : [value]) {
    invariant(typeof text === "string", `--${setting.name} is a text`);
    const reason = reasonAgainst(text, setting.check, spelling);
    if (!reason) continue;
    throw new UsageError(`Bad value "${text}" for ${spelling}: ${reason}`, undefined, "merged");
  }
}

/** What the check says; its own error gets the name under which the value was given. */
function reasonAgainst(text: string, check: Check, spelling: string): string | null {
  try {
    return check(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${spelling}: ${error.message}`, error.hint, "merged");
  }
}
