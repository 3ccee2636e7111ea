/** The environment as a source of settings. */
import type { Environment } from "../lib/environment.ts";
import type { CommandName } from "./command.ts";
import type { Setting } from "./settings/setting.ts";
import { settingsOf } from "./settings/table.ts";
import { parseText, type Entry } from "./value.ts";

/** Reads the variables of the settings a command owns. An empty variable counts as not set. */
export function readEnvironment(env: Environment, command: CommandName): Entry[] {
  return settingsOf(command).flatMap((setting) =>
    namesOf(setting).flatMap((name) => {
      const text = env[name];
      if (text === undefined || text === "") return [];
      const value = parseText(setting, text, name);
      return [{ setting, source: "env" as const, spelling: name, value }];
    }),
  );
}

/** The variables by which a setting can be given. */
export function namesOf(setting: Setting): string[] {
  return [setting.env, ...(setting.aliases ?? []).map((alias) => alias.env)].filter(
    (name) => name !== undefined,
  );
}
