/** Everything one run was told to do, in one frozen value composed of each room's own options. */
import { resolve } from "node:path";
import { normalizeUsername } from "../auth/account-name.ts";
import { endpointsFrom } from "../auth/endpoints.ts";
import type { AuthOptions, PasswordSources } from "../auth/options.ts";
import type { DownloadOptions } from "../download/options.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import type { Secret } from "../lib/secret.ts";
import type { FilterWords } from "../plan/filters.ts";
import type { MetadataOptions } from "../metadata/facets.ts";
import type { PlanRules } from "../plan/rules.ts";
import type { SyncOptions } from "../sync/options.ts";
import type { CommandName } from "./command.ts";
import {
  downloadOptions,
  filterWords,
  metadataOptions,
  planRules,
  syncOptions,
} from "./compose.ts";
import { doubts, refuseContradictions, type Merged } from "./contradictions.ts";
import type { Environment } from "../lib/environment.ts";
import { readEnvironment } from "./environment.ts";
import { loadConfigFile, type ConfigFile } from "./load.ts";
import { chooseWinners, mergeValues, requireValues, type Winners } from "./merge.ts";
import { cachePlaces, expandHome, usualDataDir } from "./paths.ts";
import type { Setting } from "./settings/setting.ts";
import { settledSettings, type Settled } from "./settled.ts";
import { SETTINGS, settingsOf, type Values } from "./settings/table.ts";
import { timeZoneOf } from "./time-zone.ts";
import { idleVariables } from "./unknown-variables.ts";
import type { Entry } from "./value.ts";

const PASSWORD: Setting = SETTINGS.find(({ name }) => name === "password")!;

/** What `kei status`, `kei verify` and `kei list` show. */
export interface ListingOptions {
  readonly showFailed: boolean;
  readonly showPending: boolean;
  readonly showDownloaded: boolean;
  /** Saved files whose asset is no longer in iCloud. */
  readonly showGone: boolean;
  /** Lines in each listing; Infinity for all. */
  readonly lineMax: number;
  /** `kei verify`: read the files and compare. */
  readonly compareChecksums: boolean;
  /** `kei verify`: fetch missing and damaged files again. */
  readonly isRepairing: boolean;
  /** `kei config show`: who gave each value. */
  readonly showOrigin: boolean;
  /** `kei verify`: where the SHA-256 of each file is written, `-` for standard output; null for nowhere. */
  readonly manifest: string | null;
  /** `kei list`, `kei config show`: for programs. */
  readonly isJson: boolean;
  /** `kei list albums`: what is remembered, without asking Apple. */
  readonly isOffline: boolean;
}

export interface Config {
  readonly command: CommandName;
  /** The six digits of `kei login submit-code`. */
  readonly code: string | null;
  readonly auth: AuthOptions;
  /** The directory is "" for commands that need none and were told none. */
  readonly download: DownloadOptions;
  readonly sync: SyncOptions;
  /** What is written into and beside files. */
  readonly metadata: MetadataOptions;
  /** Folders for what can be made again, best first. */
  readonly caches: readonly string[];
  readonly rules: PlanRules;
  readonly filters: FilterWords;
  readonly listing: ListingOptions;
  /** `kei import-existing`: name and date are proof enough. */
  readonly trustNames: boolean;
  /** The password that lets us in is to be kept for later runs. */
  readonly savePassword: boolean;
  /** `kei reset`: do not ask. */
  readonly assumeYes: boolean;
  readonly logLevel: Values["log-level"];
  /** The person did not ask for plain lines; a bar also needs a terminal. */
  readonly showProgress: boolean;
  readonly dataDir: string;
  readonly dataDirIsDefault: boolean;
  readonly configPath: string;
  readonly configExists: boolean;
  /** The person said which file it is. */
  readonly isConfigNamed: boolean;
  /** `kei config setup`: the file to be written; null for the usual one. */
  readonly setupPath: string | null;
  /** Every setting that has a value, and where it came from. */
  readonly settled: readonly Settled[];
  /** True when the first successful sync should write `configPath`. */
  readonly saveConfig: boolean;
}

/** What was typed: the command and the values of its flags. */
export interface Typed {
  readonly command: CommandName;
  readonly entries: readonly Entry[];
  readonly code: string | null;
}

/** What else a run starts with. */
export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
  /** ICLOUD_PASSWORD, already taken out of the environment. */
  readonly password: Secret | null;
  readonly clock?: Clock;
}

/** Warnings and remarks are for the log, which cannot be open yet. */
export interface Resolved {
  readonly config: Config;
  readonly warnings: readonly string[];
  /** Of use to somebody who wonders why; for the level debug. */
  readonly remarks: readonly string[];
}

/** Builds the configuration of a run. */
export function resolveConfig(typed: Typed, around: Surroundings): Resolved {
  const { env, cwd } = around;
  const given = [...typed.entries, ...readEnvironment(env, typed.command)];
  const file = loadConfigFile(configPathOf(given), typed.command, env, cwd);
  const entries = withPassword([...given, ...file.entries], around.password);
  const winners = chooseWinners(entries);
  const values = placed(mergeValues(winners, placeIn(around)), winners, env);
  const merged: Merged = { values, winners, command: typed.command };
  refuseContradictions(merged);
  requireValues(values, typed.command);
  const config = freeze(compose(typed, merged, file, around));
  const { timeZone } = config.rules;
  const now = { ms: (around.clock ?? systemClock).now(), timeZone };
  const { unknown, unused } = idleVariables(env, typed.command);
  const warnings = [...file.warnings, ...unknown, ...doubts(merged, now)];
  return { config, warnings, remarks: unused };
}

/** Without a word of the person's, the data folder depends on what is there. */
function placed(values: Values, winners: Winners, env: Environment): Values {
  return winners.has("data-dir") ? values : { ...values, "data-dir": usualDataDir(env) };
}

/** Makes paths absolute: `~` is the home folder, anything else starts at the current folder. */
function placeIn({ env, cwd }: Surroundings): (path: string) => string {
  return (path) => resolve(cwd, expandHome(path, env));
}

function configPathOf(given: readonly Entry[]): string | undefined {
  const value = given.find(({ setting }) => setting.name === "config")?.value;
  return typeof value === "string" ? value : undefined;
}

/**
 * ICLOUD_PASSWORD counts when no `--password` was typed. It then beats file and command, wherever they were given,
 * without being in conflict with them.
 */
function withPassword(entries: readonly Entry[], password: Secret | null): readonly Entry[] {
  const isTyped = entries.some(({ setting, source }) => setting === PASSWORD && source === "flag");
  if (!password || password.reveal() === "" || isTyped) return entries;
  const sources = [PASSWORD.name, ...(PASSWORD.conflicts ?? [])];
  const others = entries.filter(({ setting }) => !sources.includes(setting.name));
  return [
    ...others,
    { setting: PASSWORD, source: "env", spelling: PASSWORD.env!, value: password },
  ];
}

function compose(typed: Typed, merged: Merged, file: ConfigFile, around: Surroundings): Config {
  const { env } = around;
  const { values, winners } = merged;
  const download = downloadOptions(values, winners, env);
  return {
    command: typed.command,
    code: typed.code,
    auth: {
      username: normalizeUsername(values.username ?? ""),
      domain: values.domain,
      password: passwordSources(values),
      endpoints: endpointsFrom(env, values.domain),
      dataDir: values["data-dir"],
    },
    download,
    sync: syncOptions(values),
    metadata: metadataOptions(values),
    caches: cachePlaces(env, values["data-dir"]),
    filters: filterWords(values),
    rules: planRules(values, usesDates(typed.command) ? timeZoneOf(env) : "UTC"),
    listing: listingOptions(values),
    trustNames: values["trust-names"],
    savePassword: values["save-password"],
    assumeYes: values.yes,
    logLevel: values["log-level"],
    showProgress: !values["no-progress-bar"] && !values["only-print-filenames"],
    dataDir: values["data-dir"],
    dataDirIsDefault: values["data-dir"] === usualDataDir(env),
    configPath: file.path,
    configExists: file.exists,
    isConfigNamed: winners.has("config"),
    setupPath: values.output ?? null,
    // The number of downloads depends on more than its own setting.
    settled: settledSettings({ ...values, "threads-num": download.threads }, winners),
    saveConfig: typed.command === "sync" && !file.exists && env["KEI_NO_AUTO_CONFIG"] !== "1",
  };
}

/** Only who sorts photos by their dates is stopped by a time zone that means nothing. */
function usesDates(command: CommandName): boolean {
  return settingsOf(command).some(({ name }) => name === "folder-structure");
}

function passwordSources(values: Values): PasswordSources {
  const inline = values.password ?? null;
  return {
    inline,
    command: inline ? null : (values["password-command"] ?? null),
    file: inline ? null : (values["password-file"] ?? null),
  };
}

function listingOptions(values: Values): ListingOptions {
  return {
    showFailed: values.failed,
    showPending: values.pending,
    showDownloaded: values.downloaded,
    showGone: values.gone,
    lineMax: values.limit === 0 ? Infinity : values.limit,
    compareChecksums: values.checksums,
    isRepairing: values.repair,
    showOrigin: values.origin,
    manifest: values.manifest ?? null,
    isJson: values.json,
    isOffline: values.offline,
  };
}

function freeze(config: Config): Config {
  for (const part of Object.values(config)) Object.freeze(part);
  return Object.freeze(config);
}
