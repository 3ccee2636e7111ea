import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadConfigFile } from "../../../src/config/load.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const PLANTS: Record<string, (path: string) => void> = {
  pipe: (path) => void Bun.spawnSync(["mkfifo", path]),
  folder: (path) => mkdirSync(path),
};

for (const [what, plant] of Object.entries(PLANTS)) {
  test(`loadConfigFile() refuses a ${what} in the usual place, and waits for nobody`, () => {
    using home = tempFolder();
    const path = join(home.path, ".config/kei/config.toml");
    mkdirSync(dirname(path), { recursive: true });
    plant(path);
    const load = () => loadConfigFile(undefined, "status", { HOME: home.path }, home.path);
    expect(load).toThrow(`${path} is no ordinary file`);
  });
}

test("loadConfigFile() reads a pipe that was named", async () => {
  using home = tempFolder();
  const path = join(home.path, "pipe");
  Bun.spawnSync(["mkfifo", path]);
  const text = join(home.path, "text");
  writeFileSync(text, `[download]\nfolder_structure = "%Y"\n`);
  const writer = Bun.spawn(["sh", "-c", `cat "${text}" > "${path}"`]);
  const { entries } = loadConfigFile(path, "status", { HOME: home.path }, home.path);
  await writer.exited;
  expect(entries.map(({ value }) => value)).toEqual(["%Y"]);
});
