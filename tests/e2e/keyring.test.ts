/** The real Secret Service, unlocked and locked: a password goes into it, and not into a file. */
import { expect, setDefaultTimeout } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../support/disk.ts";
import { environmentOf, EXECUTABLE, placeIn } from "../support/kei.ts";
import { testWith } from "../support/test-with.ts";
import { tempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(60_000);

const testKeyring = testWith("dbus-run-session", "gnome-keyring-daemon");

/** What kei says and leaves behind, on a bus of its own after these commands. */
function onBus(before: string, commands: string) {
  using folder = tempFolder();
  const place = placeIn(folder.path);
  const runtime = join(folder.path, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  const script = join(folder.path, "script");
  // The service outlives its bus; it ends with the script.
  writeFileSync(script, `kei() { '${EXECUTABLE}' "$@"; }\n${before}\n${commands}\nkill %1\n`);
  const env = {
    ...environmentOf(place, { env: {} }),
    XDG_RUNTIME_DIR: runtime,
    ICLOUD_PASSWORD: "",
  };
  const { stdout } = Bun.spawnSync(["dbus-run-session", "--", "bash", script], {
    ...{ cwd: folder.path, env, timeout: 30_000 },
  });
  const files = filesBelow(folder.path).map(({ path }) => path);
  return { stdout: stdout.toString(), files: files.filter((path) => path.startsWith("data/")) };
}

const START = "gnome-keyring-daemon --foreground --components=secrets";
const UNLOCKED = `printf pw | ${START} --unlock >/dev/null 2>&1 & sleep 1`;
const LOCKED = `${START} >/dev/null 2>&1 & sleep 1`;

testKeyring("an unlocked keyring keeps the password, and gives it back", () => {
  const { stdout, files } = onBus(
    UNLOCKED,
    `kei password backend
     echo Tusk-and-Tide-42 | kei password set
     kei password clear; echo $?
     kei password clear; echo $?`,
  );
  expect([stdout, files]).toEqual(["keyring\n0\n1\n", []]);
});

testKeyring("a locked keyring is noticed by a write, and the password goes into a file", () => {
  const { stdout, files } = onBus(
    LOCKED,
    "echo Tusk-and-Tide-42 | kei password set; kei password backend",
  );
  expect(stdout).toStartWith("file ");
  expect(files).toContainEqual(expect.stringMatching(/\.credential$/));
});
