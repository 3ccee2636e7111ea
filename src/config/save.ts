/**
 * The configuration file of the first run: after a sync that went well, the next one is just `kei sync`.
 *
 * Never holds a password, never replaces a file, and is complete or absent after a crash.
 */
import { existsSync, renameSync } from "node:fs";
import { chmod, link, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { LocalError } from "../lib/errors.ts";
import type { Config } from "./config.ts";

const HEADING =
  "# Written by kei after its first successful sync. Yours to edit; kei will not touch it again.\n";

/** Writes the file unless there is one by now; true when it was written. */
export async function saveFirstConfig(config: Config): Promise<boolean> {
  if (!config.saveConfig) return false;
  const { configPath } = config;
  return writeConfigFile(configPath, HEADING + Bun.TOML.stringify(contentOf(config)));
}

/** Writes a new file, readable by its owner alone; false when there is one by now. Throws LocalError. */
export async function writeConfigFile(path: string, text: string): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    return await writeNew(path, text);
  } catch (cause) {
    throw new LocalError("failed", `Cannot write ${path}`, path, { cause });
  }
}

/** Gives a file another name, one that is free, and tells it: nothing a person wrote is lost. Throws LocalError. */
export function setAside(path: string): string {
  let spare = `${path}.old`;
  for (let number = 2; existsSync(spare); number += 1) spare = `${path}.old-${number}`;
  try {
    renameSync(path, spare);
    return spare;
  } catch (cause) {
    throw new LocalError("failed", `Cannot rename ${path}`, path, { cause });
  }
}

/** The sections of the file; what is at its default is left out. */
function contentOf({ auth, download, dataDir, dataDirIsDefault }: Config): object {
  const account = {
    username: auth.username,
    ...(auth.domain === "com" ? {} : { domain: auth.domain }),
    ...(auth.password.file === null ? {} : { password_file: auth.password.file }),
    ...(auth.password.command === null ? {} : { password_command: auth.password.command }),
  };
  return {
    ...(dataDirIsDefault ? {} : { data_dir: dataDir }),
    auth: account,
    download: { directory: download.directory },
  };
}

async function makeFolder(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (created !== undefined) await chmod(folder, 0o700);
}

/** Bytes first, name second: a link never replaces an existing file. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  } finally {
    await file.close();
    await unlink(draft);
  }
}
