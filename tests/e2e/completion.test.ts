/** Completion in real shells: what is completed is what kei gets, and no name of an album ever becomes a command. */
import { beforeAll, afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { accountFileStem } from "../../src/auth/account-name.ts";
import { Memory } from "../../src/state/memory.ts";
import { openDatabase } from "../../src/state/open.ts";
import { SHELLS } from "../../src/cli/completion/shells.ts";
import { ZONE, aPage } from "../support/engine/records.ts";
import { environmentOf, kei, placeIn, type Place } from "../support/kei.ts";
import { ShellSession, type SessionShell } from "../support/shell-session.ts";
import { USER } from "../support/simulator.ts";
import { concurrentTestWith, testWith } from "../support/test-with.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(120_000);

/** By the letters that are typed of each. */
const ALBUMS: Readonly<Record<string, string>> = {
  Aa: "Aa$(touch x)",
  Bb: "Bb It's 5",
  Cc: "Cc`touch y`",
  Dd: "Dd wow! really",
  Ee: 'Ee "quoted" \\ back',
  Ff: "Ff; touch z & # | < > * ? [a] {b} ~",
  Gg: "Gg $HOME",
  Hh: "Hh über 新年 🎉",
  Ii: "Ii a=b:c@d,e",
  Jj: "Jj O’Brien",
  Kk: "Kk %Y 100%",
  Ll: "Ll/Folder/Album",
};

let folder: TempFolder;
let place: Place;

beforeAll(() => {
  folder = tempFolder();
  place = placeIn(folder.path);
  mkdirSync(join(place.cwd, "pictures"));
  const path = join(place.data, `${accountFileStem(USER)}.db`);
  const memory = new Memory(openDatabase(path), path);
  const albums = Object.values(ALBUMS).map((name, at) => ({
    ...{ id: `ALBUM${at}`, name, kind: "album" as const, parentId: null, isDeleted: false },
  }));
  const zone = memory.zones.see(ZONE).id;
  memory.library.apply(zone, aPage({ albums }), { listing: 0, collection: null }, 5);
  memory.close();
});

afterAll(() => folder[Symbol.dispose]());

const env = () => environmentOf(place, { env: {} });

for (const shell of ["bash", "zsh", "fish"] as const satisfies readonly SessionShell[]) {
  const testIn = concurrentTestWith(...(shell === "bash" ? [] : [shell]));
  testIn(`${shell} completes commands, flags, values and albums`, async () => {
    await using session = new ShellSession(shell, place.cwd, env());
    await session.start();
    expect(await session.complete("kei stat")).toEqual(["status"]);
    expect(await session.complete("kei sync --thr")).toEqual(["sync", "--threads-num"]);
    expect(await session.complete("kei sync --log-level deb")).toEqual([
      "sync",
      "--log-level",
      "debug",
    ]);
    expect(await session.complete("kei sync --domain=co")).toEqual(["sync", "--domain=com"]);
    for (const [letters, name] of Object.entries(ALBUMS)) {
      expect(await session.complete(`kei sync -a ${letters}`)).toEqual(["sync", "-a", name]);
      expect(await session.complete(`kei sync --album=${letters}`)).toEqual([
        "sync",
        `--album=${name}`,
      ]);
    }
    for (const quote of ["'", '"']) {
      for (const [letters, name] of Object.entries(ALBUMS)) {
        expect(await session.complete(`kei sync -a ${quote}${letters}`)).toEqual([
          "sync",
          "-a",
          name,
        ]);
      }
    }
    expect(["x", "y", "z"].filter((name) => existsSync(join(place.cwd, name)))).toEqual([]);
  });

  testIn(`${shell} completes names of files itself`, async () => {
    await using session = new ShellSession(shell, place.cwd, env());
    await session.start();
    for (const line of ["kei sync --config pict", "kei sync --config=pict"]) {
      const words = await session.complete(line);
      expect(words.join(" ").replace("=", " ")).toMatch(/^sync --config pictures\/?$/);
    }
  });
}

test("a line without an account, a configuration or a library completes without a complaint", async () => {
  using empty = tempFolder();
  const bare = { PATH: "/usr/bin:/bin", HOME: empty.path };
  for (const shell of SHELLS) {
    const result = await kei(["complete", shell], {
      ...{ cwd: empty.path, env: bare },
      stdin: "sync\0-a\0\0",
    });
    expect([result.code, result.stderr]).toEqual([0, ""]);
  }
  expect(readdirSync(empty.path)).toEqual([]);
});

for (const shell of ["bash", "zsh", "fish"] as const) {
  testWith(...(shell === "bash" ? [] : [shell]))(
    `${shell} finds no fault in its script`,
    async () => {
      const { stdout } = await kei(["completion", shell], { cwd: place.cwd, env: env() });
      const check = Bun.spawnSync([shell, "-n", "/dev/stdin"], { stdin: Buffer.from(stdout) });
      expect([check.exitCode, check.stderr.toString()]).toEqual([0, ""]);
    },
  );
}

testWith("mandoc")(
  "mandoc finds no fault in the manual page, and every flag is in it",
  async () => {
    const { stdout } = await kei(["man"], { cwd: place.cwd, env: env() });
    const lint = Bun.spawnSync(["mandoc", "-T", "lint", "-W", "warning"], {
      stdin: Buffer.from(stdout),
    });
    expect(lint.stdout.toString() + lint.stderr.toString()).toBe("");
    const page = Bun.spawnSync(["mandoc", "-T", "ascii"], { stdin: Buffer.from(stdout) });
    const text = page.stdout.toString().replaceAll(/.\u0008/g, "");
    for (const flag of ["--folder-structure", "-u", "--password-command", "KEI_THREADS_NUM"]) {
      expect(text).toContain(flag);
    }
  },
);
