/** Resolves a run in a home of its own, with the configuration file at its default place. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommandLine } from "../../../src/cli/flags.ts";
import { resolveConfig } from "../../../src/config/config.ts";
import { UsageError } from "../../../src/lib/errors.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { folderOfTest } from "../../support/temp-folder.ts";

export const NOW_MS = Date.UTC(2026, 3, 22, 10);

export const WHO = ["-u", "me@example.com", "-d", "photos"];

export interface Given {
  argv?: string[];
  env?: Record<string, string>;
  toml?: string;
  password?: string;
}

export function resolve({ argv = WHO, env = {}, toml, password }: Given) {
  const HOME = folderOfTest("kei-config");
  const folder = join(HOME, ".config/kei");
  mkdirSync(folder, { recursive: true });
  if (toml !== undefined) writeFileSync(join(folder, "config.toml"), toml, { mode: 0o600 });
  const request = parseCommandLine(argv);
  if (request.kind !== "run") throw new Error("not a run");
  const around = {
    env: { HOME, ...env },
    cwd: "/work",
    password: password === undefined ? null : new Secret(password),
    clock: { now: () => NOW_MS, steadyMs: () => 0, sleep: () => Promise.resolve() },
  };
  return { ...resolveConfig(request, around), HOME };
}

export function complaintOf(given: Given): UsageError {
  try {
    resolve(given);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("accepted");
}
