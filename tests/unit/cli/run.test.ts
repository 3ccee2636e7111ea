import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noPatience, takeAccountLock } from "../../../src/auth/lock.ts";
import { systemClock } from "../../../src/lib/clock.ts";

const MAIN = new URL("../../../src/main.ts", import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), "kei-run-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs kei as a process of its own; none of these get as far as the network. */
async function kei(...argv: string[]) {
  const child = Bun.spawn([process.execPath, MAIN, ...argv], {
    env: { HOME: home, KEI_MIN_FREE_BYTES: "0", KEI_NO_AUTO_CONFIG: "1" },
    cwd: home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exit };
}

const WHO = ["-u", "me@x.com", "-d", "photos"];

describe("kei", () => {
  test("list and reset alone say their commands on stderr, exit 2", async () => {
    for (const group of ["list", "reset"]) {
      const { stdout, stderr, exit } = await kei(group);
      expect([exit, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`kei ${group} COMMAND`);
    }
  });
  test("help list says them on stdout, exit 0", async () => {
    const { stdout, stderr, exit } = await kei("help", "list");
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("list albums");
  });
  const rows: { name: string; argv: string[]; exit: number; says: string }[] = [
    { name: "all and a name", argv: ["-a", "all", "-a", "X"], exit: 1, says: '"X"' },
    {
      name: "no kind of media",
      argv: ["--skip-photos", "--skip-videos"],
      exit: 1,
      says: "--skip-photos",
    },
    { name: "a bad date", argv: ["--skip-created-before", "x"], exit: 1, says: 'date "x"' },
    { name: "a bad pattern", argv: ["--filename-exclude", "["], exit: 1, says: '"["' },
    { name: "a bad template", argv: ["--folder-structure", "%Q"], exit: 1, says: "%Q" },
    { name: "a bad rate", argv: ["--bandwidth-limit", "10X"], exit: 2, says: "10X" },
    {
      name: "a retry and a dry run",
      argv: ["--retry-failed", "--dry-run"],
      exit: 2,
      says: "--dry-run",
    },
  ];
  for (const { name, argv, exit, says } of rows) {
    test(`refuses ${name}, exit ${exit}`, async () => {
      const result = await kei("sync", ...WHO, ...argv);
      expect([result.exit, result.stdout]).toEqual([exit, ""]);
      expect(result.stderr).toStartWith("error: ");
      expect(result.stderr).toContain(says);
    });
  }
  test("leaves an account alone that another kei uses, exit 3", async () => {
    const account = { dataDir: join(home, "data"), username: "me@x.com" };
    const lock = await takeAccountLock(account, noPatience, { clock: systemClock });
    const { stderr, exit } = await kei("sync", ...WHO, "--data-dir", account.dataDir);
    lock.release();
    expect(exit).toBe(3);
    expect(stderr).toContain("mexcom.lock");
  });
});
