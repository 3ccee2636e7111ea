/** What each setting came to in the end, and who said so. */
import type { Winners } from "./merge.ts";
import type { Setting } from "./settings/setting.ts";
import { settingsOf, type SettingName, type Values } from "./settings/table.ts";
import type { Entry, SettingValue } from "./value.ts";

export interface Settled {
  readonly setting: Setting;
  readonly value: SettingValue;
  readonly origin: Entry["source"] | "default";
  /** How it was called where it was given: `--threads`, `KEI_THREADS`, `download.threads`; null for a default. */
  readonly spelling: string | null;
}

/** The settings that a sync would go by and that have a value, in the order of the table. */
export function settledSettings(values: Values, winners: Winners): Settled[] {
  return settingsOf("config show").flatMap((setting) => {
    if (isAboutShowing(setting)) return [];
    const value: SettingValue | undefined = values[setting.name as SettingName];
    if (value === undefined) return [];
    const winner = winners.get(setting.name);
    const origin = winner?.source ?? "default";
    return [{ setting, value, origin, spelling: winner?.spelling ?? null }];
  });
}

/** How the settings are shown is none of them, and where the file is it cannot say itself. */
function isAboutShowing({ toml, env }: Setting): boolean {
  return toml === undefined && (env === undefined || env === "KEI_CONFIG");
}
