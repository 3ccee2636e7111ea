import { expect, test } from "bun:test";

const SCRIPT = `${import.meta.dir}/../../../scripts/simulate.ts`;
const SIMULATE = [process.execPath, SCRIPT];

async function run(args: readonly string[]) {
  const child = Bun.spawn([...SIMULATE, ...args], { stdout: "pipe", stderr: "pipe", env: {} });
  return {
    exit: await child.exited,
    stdout: await new Response(child.stdout).text(),
    stderr: await new Response(child.stderr).text(),
  };
}

test("scripts/simulate.ts says where it is at once, and ends on SIGTERM with exit 0", async () => {
  const args = ["--assets", "1", "--port", "0", "--iterations", "1000"];
  const child = Bun.spawn([...SIMULATE, ...args], { stdout: "pipe", env: {} });
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("/__admin/code")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  const home = /^KEI_HOME_ENDPOINT=(http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1] ?? "";
  expect(text).toContain(`KEI_AUTH_ENDPOINT=${home}/appleauth/auth\n`);
  expect(text).toContain(`KEI_SETUP_ENDPOINT=${home}/setup/ws/1\n`);
  expect((await fetch(`${home}/__admin/code`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("scripts/simulate.ts refuses an unknown option with exit 2 and a hint", async () => {
  const { exit, stderr } = await run(["--colour", "red"]);
  expect(exit).toBe(2);
  expect(stderr).toMatch(/^error: .*--colour.*\nhint: /s);
});

test("scripts/simulate.ts --help shows examples", async () => {
  const { exit, stdout } = await run(["--help"]);
  expect(exit).toBe(0);
  expect(stdout).toContain("npm run simulate -- --two-factor classic --code 012345");
});
