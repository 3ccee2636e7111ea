/** All settings, and the types of their values. */
import type { Secret } from "../../lib/secret.ts";
import type { CommandName } from "../command.ts";
import type { Recent } from "../recent.ts";
import { ACCOUNT } from "./account.ts";
import { DOWNLOAD } from "./download.ts";
import { METADATA } from "./metadata.ts";
import { NAMES } from "./names.ts";
import { RUN } from "./run.ts";
import { SELECTION } from "./selection.ts";
import type { Setting } from "./setting.ts";

const TABLE = [...ACCOUNT, ...SELECTION, ...NAMES, ...DOWNLOAD, ...METADATA, ...RUN] as const;

export const SETTINGS: readonly Setting[] = TABLE;

type Row = (typeof TABLE)[number];

export type SettingName = Row["name"];

type Typed<R> = R extends { kind: "integer" | "rate" }
  ? number
  : R extends { kind: "boolean" | "switch" }
    ? boolean
    : R extends { kind: "choice"; choices: readonly (infer Choice)[] }
      ? Choice
      : R extends { kind: "list" }
        ? TypedList<R>
        : R extends { kind: "secret" }
          ? Secret
          : R extends { kind: "recent" }
            ? Recent
            : string;

type TypedList<R> = R extends { choices: readonly (infer Choice)[] }
  ? readonly Choice[]
  : readonly string[];

/** One value per setting, by name; undefined when nothing was given and there is no default. */
export type Values = {
  readonly [R in Row as R["name"]]: R extends { default: unknown }
    ? Typed<R>
    : Typed<R> | undefined;
};

/** The settings a command owns; `config show` has all that a sync can be configured by. */
export function settingsOf(command: CommandName): readonly Setting[] {
  return SETTINGS.filter((setting) => {
    if (setting.commands.includes(command)) return true;
    const isConfigured = setting.toml !== undefined || setting.env !== undefined;
    return command === "config show" && isConfigured && setting.commands.includes("sync");
  });
}
