import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databasePath, openMemory } from "../../../src/app/open.ts";
import { run } from "../../../src/app/reset.ts";
import { noPatience, takeAccountLock } from "../../../src/auth/lock.ts";
import { parseCommandLine } from "../../../src/cli/flags.ts";
import { resolveConfig } from "../../../src/config/config.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { quietIo } from "../../support/quiet-io.ts";

function configIn(folder: string, ...words: string[]) {
  const typed = parseCommandLine([...words, "-u", "me@example.com"]);
  if (typed.kind !== "run") throw new Error("not a run");
  const env = { HOME: folder };
  return resolveConfig(typed, { env, cwd: folder, password: null }).config;
}

for (const words of [
  ["reset", "state", "--yes"],
  ["reset", "sync-token"],
]) {
  test(`kei ${words.join(" ")} waits for a kei that is just ending`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kei-reset-"));
    try {
      const config = configIn(folder, ...words);
      const memory = openMemory(config);
      memory.zones.see({ name: "PrimarySync", owner: null, database: "private" });
      memory.close();
      const account = { dataDir: config.dataDir, username: config.auth.username };
      const lock = await takeAccountLock(account, noPatience, { clock: systemClock });
      let pauses = 0;
      const sleep = async () => {
        pauses += 1;
        if (pauses === 2) lock.release();
      };
      const lines: string[] = [];
      const io = quietIo({
        clock: { ...systemClock, sleep },
        stdout: (line) => void lines.push(line),
      });
      expect(await run(config, io)).toBe(0);
      expect(pauses).toBe(2);
      expect(lines[0]).toMatch(/^(Deleted|Cleared)/);
      expect(existsSync(databasePath(config))).toBe(words[1] !== "state");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
