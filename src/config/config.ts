/** Everything one run was told to do, in one frozen value composed of each room's own options. */
import { resolve } from "node:path";
import { normalizeUsername } from "../auth/account-name.ts";
import { endpointsFrom } from "../auth/endpoints.ts";
import type { AuthOptions, PasswordSources } from "../auth/options.ts";
import type { DownloadOptions } from "../download/options.ts";
import { UsageError } from "../lib/errors.ts";
import type { Secret } from "../lib/secret.ts";
import { NO_FILTER_WORDS, type FilterWords } from "../plan/filters.ts";
import { DEFAULT_RULES, type PlanRules } from "../plan/rules.ts";
import { DEFAULT_SYNC, type SyncOptions } from "../sync/options.ts";
import type { CommandName } from "./command.ts";
import { readEnvironment, type Environment } from "./environment.ts";
import { loadConfigFile, type ConfigFile } from "./load.ts";
import { chooseWinners, mergeValues, requireValues } from "./merge.ts";
import { DEFAULT_DATA_DIR, expandHome } from "./paths.ts";
import type { Setting } from "./settings/setting.ts";
import { SETTINGS, type Values } from "./settings/table.ts";
import type { Entry } from "./value.ts";

const GIBIBYTE = 1024 ** 3;

const PASSWORD: Setting = SETTINGS.find(({ name }) => name === "password")!;

/** What `kei status` and `kei verify` list. */
export interface ListingOptions {
  readonly showFailed: boolean;
  readonly showPending: boolean;
  readonly showDownloaded: boolean;
  /** Lines in each listing; Infinity for all. */
  readonly lineMax: number;
  /** `kei verify`: read the files and compare. */
  readonly compareChecksums: boolean;
}

export interface Config {
  readonly command: CommandName;
  /** The six digits of `kei login submit-code`. */
  readonly code: string | null;
  readonly auth: AuthOptions;
  /** The directory is "" for commands that need none and were told none. */
  readonly download: DownloadOptions;
  readonly sync: SyncOptions;
  readonly rules: PlanRules;
  readonly filters: FilterWords;
  readonly listing: ListingOptions;
  readonly logLevel: Values["log-level"];
  /** The person did not ask for plain lines; a bar also needs a terminal. */
  readonly showProgress: boolean;
  readonly dataDir: string;
  readonly dataDirIsDefault: boolean;
  readonly configPath: string;
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
}

/** Builds the configuration of a run. Warnings are for the log, which cannot be open yet. */
export function resolveConfig(
  typed: Typed,
  around: Surroundings,
): { config: Config; warnings: readonly string[] } {
  const { env, cwd } = around;
  const given = [...typed.entries, ...readEnvironment(env, typed.command)];
  const file = loadConfigFile(configPathOf(given), typed.command, env, cwd);
  const entries = withPassword([...given, ...file.entries], around.password);
  const values = mergeValues(chooseWinners(entries), placeIn(around));
  requireValues(values, typed.command);
  return { config: freeze(compose(typed, values, file, around)), warnings: file.warnings };
}

/** Makes paths absolute: `~/` is the home folder, anything else starts at the current folder. */
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
  const others = entries.filter(({ setting }) => setting.group !== PASSWORD.group);
  return [
    ...others,
    { setting: PASSWORD, source: "env", spelling: PASSWORD.env!, value: password },
  ];
}

function compose(typed: Typed, values: Values, file: ConfigFile, around: Surroundings): Config {
  const { env } = around;
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
    download: downloadOptions(values, env),
    sync: {
      ...DEFAULT_SYNC,
      isDryRun: values["dry-run"],
      onlyPrintFilenames: values["only-print-filenames"],
    },
    filters: NO_FILTER_WORDS,
    rules: { ...DEFAULT_RULES, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    listing: listingOptions(values),
    logLevel: values["log-level"],
    showProgress: !values["no-progress-bar"] && !values["only-print-filenames"],
    dataDir: values["data-dir"],
    dataDirIsDefault: values["data-dir"] === placeIn(around)(DEFAULT_DATA_DIR),
    configPath: file.path,
    saveConfig: typed.command === "sync" && !file.exists && env["KEI_NO_AUTO_CONFIG"] !== "1",
  };
}

function passwordSources(values: Values): PasswordSources {
  const inline = values.password ?? null;
  return {
    inline,
    command: inline ? null : (values["password-command"] ?? null),
    file: inline ? null : (values["password-file"] ?? null),
  };
}

function downloadOptions(values: Values, env: Environment): DownloadOptions {
  return {
    directory: values.directory ?? "",
    tempSuffix: values["temp-suffix"],
    threads: values["threads-num"],
    maxRetries: values["max-retries"],
    retryDelayMs: values["retry-delay"] * 1000,
    bandwidthBytesPerSecond: null,
    minFreeBytes: minFreeBytes(env),
  };
}

/** Tests on small disks lower the limit. */
function minFreeBytes(env: Environment): number {
  const text = env["KEI_MIN_FREE_BYTES"];
  if (!text) return GIBIBYTE;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`Bad value "${text}" for KEI_MIN_FREE_BYTES: it is not a number of bytes`);
}

function listingOptions(values: Values): ListingOptions {
  return {
    showFailed: values.failed,
    showPending: values.pending,
    showDownloaded: values.downloaded,
    lineMax: values.limit === 0 ? Infinity : values.limit,
    compareChecksums: values.checksums,
  };
}

function freeze(config: Config): Config {
  for (const part of Object.values(config)) Object.freeze(part);
  return Object.freeze(config);
}
