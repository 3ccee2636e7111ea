/** `kei config setup` on a terminal, as a person goes through it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedOutComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { PASSWORD, USER } from "../support/simulator.ts";
import { keiOnTerminal } from "../support/terminal.ts";

setDefaultTimeout(60_000);

/** A computer of somebody who has said nothing yet. */
async function freshComputer(): Promise<Computer> {
  const computer = await signedOutComputer(["--assets", "3", "--two-factor", "none"]);
  for (const name of ["ICLOUD_USERNAME", "ICLOUD_PASSWORD", "KEI_DATA_DIR"])
    delete computer.env[name];
  return computer;
}

const CONFIG = ".config/kei/config.toml";

/** Types an answer to each question. */
async function answer(kei: ReturnType<typeof keiOnTerminal>, answers: readonly [string, string][]) {
  for (const [question, typed] of answers) {
    await kei.shows(question);
    kei.type(`${typed}\r`);
    // The next question may read like this one.
    await Bun.sleep(150);
  }
}

test("goes from a few answers over a preview to the first sync", async () => {
  await using computer = await freshComputer();
  const { cwd } = computer.place;
  const kei = keiOnTerminal(["config", "setup"], computer.setting);
  await answer(kei, [
    ["Apple ID", "nobody"],
    ["looks like", USER],
    ["mainland China", "1"],
    ["Folder for the photos", "/usr"],
    ["operating system", join(cwd, "photos")],
    ["By month", "7"],
    ["from 1 to 6", "2"],
    ["Those shared", ""],
    ["Photos and videos", ""],
    ["The edited version", ""],
    ["How far back", "soon"],
    ["How far back", "all"],
    ["Saved by kei", "2"],
    ["Write ", "y"],
    ["Password for", PASSWORD],
    ["Start the first sync", "y"],
  ]);
  expect(await kei.exited).toBe(0);
  expect(kei.screen()).toContain('folder_structure = "%Y/%m"');
  expect(kei.screen()).not.toContain(PASSWORD);
  const path = join(cwd, "home", CONFIG);
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
  expect(readFileSync(path, "utf8")).not.toContain(PASSWORD);
  expect(Bun.TOML.parse(readFileSync(path, "utf8"))).toMatchObject({
    auth: { username: USER },
    download: { directory: join(cwd, "photos"), folder_structure: "%Y/%m" },
  });
  const photos = filesBelow(join(cwd, "photos")).map(({ path }) => path);
  expect(photos.length).toBeGreaterThan(2);
  expect(photos.every((photo) => /^\d{4}\/\d\d\/[^/]+$/.test(photo))).toBe(true);
});

const USUAL: readonly [string, string][] = [
  ["Apple ID", USER],
  ["mainland China", ""],
  ["Folder for the photos", ""],
  ["By month", ""],
  ["Those shared", ""],
  ["Photos and videos", ""],
  ["The edited version", ""],
  ["How far back", ""],
  ["Saved by kei", ""],
];

test("keeps a file that was there, and can be told to write another", async () => {
  await using computer = await freshComputer();
  const path = join(computer.place.cwd, "kei.toml");
  writeFileSync(path, "# mine\n");
  const kei = keiOnTerminal(["config", "setup", "-o", "kei.toml"], computer.setting);
  await answer(kei, [...USUAL, ["Replace ", "y"], ["Start the first sync", "n"]]);
  expect(await kei.exited).toBe(0);
  expect(readFileSync(`${path}.old`, "utf8")).toBe("# mine\n");
  expect(Bun.TOML.parse(readFileSync(path, "utf8"))).toMatchObject({ auth: { username: USER } });
  expect(kei.screen()).toContain(`kei sync --config ${path}`);
});

for (const [what, ending] of [
  ["a no", "n\r"],
  ["the end of input", "\u0004"],
  ["Ctrl-C", "\u0003"],
] as const) {
  test(`writes nothing after ${what}`, async () => {
    await using computer = await freshComputer();
    const kei = keiOnTerminal(["config", "setup"], computer.setting);
    await answer(kei, USUAL);
    await kei.shows("Write ");
    kei.type(ending);
    expect(await kei.exited).not.toBe(0);
    expect(existsSync(join(computer.place.cwd, "home", CONFIG))).toBe(false);
    expect(readdirSync(join(computer.place.cwd, "home"))).toEqual([]);
  });
}

test("asks nothing where nobody can answer", async () => {
  await using computer = await freshComputer();
  const { code, stderr, stdout } = await computer.run("config", "setup");
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining("no terminal")]);
});
