/** `kei config show`: what a sync would go by, in the words of the configuration file. */
import type { Config } from "../config/config.ts";
import type { Settled } from "../config/settled.ts";
import { splitKey, tomlValue, type TomlValue } from "../config/toml-text.ts";
import { Secret } from "../lib/secret.ts";
import type { Io } from "./io.ts";

const MASK = "********";

/** Prints all settings that have a value; secrets are masked. */
export async function run(config: Config, io: Io): Promise<number> {
  const { settled, listing } = config;
  if (listing.isJson) {
    io.json(listing.showOrigin ? withOrigins(settled, config) : nested(settled));
    return 0;
  }
  io.stdout(`# ${config.configExists ? "" : "not there: "}${config.configPath}`);
  for (const line of tomlLines(settled, listing.showOrigin ? originOf : null)) io.stdout(line);
  return 0;
}

function plain({ setting, value }: Settled): TomlValue {
  if (value instanceof Secret) return MASK;
  // Rates are texts in the file.
  return setting.kind === "rate" ? String(value) : value;
}

function withOrigins(settled: readonly Settled[], { configPath, configExists }: Config): object {
  return {
    config: { path: configPath, exists: configExists },
    settings: settled.map((one) => ({
      key: one.setting.toml ?? null,
      flag: `--${one.setting.name}`,
      value: plain(one),
      origin: one.origin === "toml" ? "file" : one.origin,
      name: one.spelling,
    })),
  };
}

function nested(settled: readonly Settled[]): object {
  const root: Record<string, unknown> = {};
  for (const one of settled) {
    if (one.setting.toml === undefined) continue;
    const path = one.setting.toml.split(".");
    let table = root;
    for (const name of path.slice(0, -1)) table = (table[name] ??= {}) as Record<string, unknown>;
    table[path.at(-1)!] = plain(one);
  }
  return root;
}

/** Top level first, as TOML wants it, then section by section. */
function tomlLines(settled: readonly Settled[], note: ((one: Settled) => string) | null): string[] {
  const sections = new Map<string, string[]>([["", []]]);
  const others: string[] = [];
  for (const one of settled) {
    const comment = note ? `  # ${note(one)}` : "";
    if (one.setting.toml === undefined) {
      // It has no key, so it is told where the file cannot tell it.
      const flag = `--${one.setting.name}`;
      if (one.origin !== "default") others.push(`# ${flag} ${tomlValue(plain(one))}${comment}`);
      continue;
    }
    const { section, name } = splitKey(one.setting.toml);
    const lines = sections.get(section) ?? [];
    lines.push(`${name} = ${tomlValue(plain(one))}${comment}`);
    sections.set(section, lines);
  }
  const blocks = [...sections].map(([name, lines]) => (name ? ["", `[${name}]`, ...lines] : lines));
  return [...blocks.flat(), ...(others.length > 0 ? ["", ...others] : [])];
}

function originOf({ origin, spelling }: Settled): string {
  return origin === "toml" ? "configuration file" : (spelling ?? "default");
}
