import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Account } from "../../../src/app/account.ts";
import { databasePath, withSession } from "../../../src/app/open.ts";
import { Shared } from "../../../src/app/shared.ts";
import { parseCommandLine } from "../../../src/cli/flags.ts";
import { resolveConfig } from "../../../src/config/config.ts";
import { DUE_STATES } from "../../../src/state/files/row.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { quietIo } from "../../support/quiet-io.ts";
import { startSimulator } from "../../simulator/server.ts";
import type { Simulator } from "../../simulator/server.ts";

const USER = "walrus.tester@example.com";
const folder = mkdtempSync(join(tmpdir(), "kei-account-"));
let simulator: Simulator;
beforeAll(async () => {
  const quick = { twoFactor: "none", rateLimit: false, iterations: 1000 } as const;
  simulator = await startSimulator({
    ...quick,
    seed: 1,
    assets: 4,
    user: USER,
    password: "Tusk-42",
  });
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

const io = quietIo();

function configIn(name: string) {
  const { url } = simulator;
  const typed = parseCommandLine(["sync", "-u", USER, "-d", join(folder, name, "photos")]);
  if (typed.kind !== "run") throw new Error("not a run");
  const env = {
    HOME: join(folder, name),
    KEI_AUTH_ENDPOINT: `${url}/appleauth/auth`,
    KEI_SETUP_ENDPOINT: `${url}/setup/ws/1`,
    KEI_HOME_ENDPOINT: url,
    KEI_MIN_FREE_BYTES: "1",
  };
  const password = new Secret("Tusk-42");
  return resolveConfig(typed, { env, cwd: folder, password }).config;
}

test("Account.runOnce() runs again and again, and leaves the session to others in between", async () => {
  const config = configIn("again");
  using shared = new Shared(config.download, io.clock);
  using account = new Account(config, io, shared);
  expect(await account.runOnce(io.signal)).toMatchObject({ seen: 4, failed: 0, interrupted: 0 });
  const { signal } = io;
  const others = withSession(config, io, { isPatient: false, signal }, async () => "in between");
  expect(await others).toBe("in between");
  expect(await account.runOnce(io.signal)).toMatchObject({ seen: 0, failed: 0 });
});

test("Account.runOnce() remembers anew after the memory was reset in between", async () => {
  const config = configIn("reset");
  using shared = new Shared(config.download, io.clock);
  using account = new Account(config, io, shared);
  await account.runOnce(io.signal);
  const path = databasePath(config);
  for (const ending of ["", "-wal", "-shm"]) rmSync(`${path}${ending}`, { force: true });
  const tally = await account.runOnce(io.signal);
  expect(tally).toMatchObject({ seen: 4, filesDownloaded: 0 });
  expect(tally.filesAdopted).toBeGreaterThan(0);
  expect(existsSync(path)).toBe(true);
});

test("Account.tryOut() decides on a copy, and writes nothing", async () => {
  const config = configIn("trial");
  const trial = { ...config, sync: { ...config.sync, isDryRun: true } };
  using shared = new Shared(config.download, io.clock);
  using account = new Account(trial, io, shared);
  let due = 0;
  const tally = await account.tryOut(io.signal, async ({ memory }) => {
    due = [...memory.files.inStates(DUE_STATES)].flat().length;
  });
  expect(due).toBeGreaterThan(0);
  expect(tally).toMatchObject({ seen: 4, interrupted: 4, filesDownloaded: 0 });
  expect(existsSync(databasePath(config))).toBe(false);
  expect(existsSync(config.download.directory)).toBe(false);
});
