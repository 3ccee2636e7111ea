import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, signedOutComputer } from "../support/computer.ts";
import { PASSWORD } from "../support/simulator.ts";
import { EXECUTABLE } from "../support/kei.ts";
import { keiOnTerminal, programOnTerminal, withoutCodes } from "../support/terminal.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

const SYNC = ["sync", "-d", "photos"];

test("kei sync asks for password and code on a terminal and goes on", async () => {
  await using computer = await signedOutComputer(["--assets", "5"]);
  delete computer.env["ICLOUD_PASSWORD"];
  const kei = keiOnTerminal(SYNC, computer.setting);
  await kei.shows("Password");
  kei.type(`${PASSWORD}\r`);
  await kei.shows("Code");
  kei.type(`${await computer.simulator.code()}\r`);
  expect(await kei.exited).toBe(0);
  expect(kei.screen()).not.toContain(PASSWORD);
  // No password is left anywhere, so the checker's own sync lives on the session alone.
  expect(await computer.findFaults()).toEqual([]);
});

test("kei login takes an empty line as the wish for another code, and a code after it", async () => {
  await using computer = await signedOutComputer(["--assets", "0"]);
  const kei = keiOnTerminal(["login"], computer.setting);
  await kei.shows("Code");
  const before = await pushes();
  kei.type("\r");
  await until("another push", async () => (await pushes()) > before);
  kei.type(`${await computer.simulator.code()}\r`);
  expect(await kei.exited).toBe(0);

  async function pushes(): Promise<number> {
    const asked = await computer.simulator.asked();
    const isPush = (path: string) => path.endsWith("verify/trusteddevice/securitycode");
    return asked.filter(({ method, path }) => method === "PUT" && isPush(path)).length;
  }
});

test("three wrong codes end kei login with exit 3", async () => {
  await using computer = await signedOutComputer(["--assets", "0", "--code", "123456"]);
  const kei = keiOnTerminal(["login"], computer.setting);
  for (const attempt of ["Code from", "2 of 3", "3 of 3"]) {
    await kei.shows(attempt);
    kei.type("000000\r");
  }
  expect(await kei.exited).toBe(3);
});

test("the end of input at the question for a code ends kei login with exit 3", async () => {
  await using computer = await signedOutComputer(["--assets", "0"]);
  const kei = keiOnTerminal(["login"], computer.setting);
  await kei.shows("Code");
  kei.type("\u0004");
  expect(await kei.exited).toBe(3);
});

test("Ctrl-C at the question for a password ends kei with exit 130", async () => {
  await using computer = await signedOutComputer(["--assets", "0"]);
  delete computer.env["ICLOUD_PASSWORD"];
  const kei = keiOnTerminal(["login"], computer.setting);
  await kei.shows("Password");
  kei.type("\u0003");
  expect(await kei.exited).toBe(130);
});

test("Ctrl-C at the question for a code ends kei with exit 130, and the next sign-in is as good as the first", async () => {
  await using computer = await signedOutComputer(["--assets", "0"]);
  const kei = keiOnTerminal(["login"], computer.setting);
  await kei.shows("Code");
  kei.type("\u0003");
  expect(await kei.exited).toBe(130);
  const again = keiOnTerminal(["login"], computer.setting);
  await again.shows("Code");
  again.type(`${await computer.simulator.code()}\r`);
  expect(await again.exited).toBe(0);
});

test("kei sync shows a live line with the total of the listing, and removes it at the end", async () => {
  await using computer = await signedInComputer(["--assets", "20", "--file-bytes", "100000"]);
  await computer.simulator.fault({
    ...{ match: { service: "content" }, times: "always", action: { drip: 200_000 } },
  });
  const kei = keiOnTerminal(SYNC, computer.setting);
  expect(await kei.exited).toBe(0);
  expect(withoutCodes(kei.screen())).toMatch(/\d+\/\d+ files .* MiB.*\/s.*ETA/);
  const lastLine = kei.screen().split("\n").at(-1) ?? "";
  expect(withoutCodes(lastLine.split("\r").at(-1) ?? "")).toBe("");
});

for (const [name, args, env] of [
  ["--no-progress-bar", ["--no-progress-bar"], {}],
  ["TERM=dumb", [], { TERM: "dumb" }],
  ["NO_COLOR", [], { NO_COLOR: "1" }],
] as const) {
  test(`kei sync colours nothing with ${name}`, async () => {
    await using computer = await signedInComputer(["--assets", "5"]);
    Object.assign(computer.env, env);
    const kei = keiOnTerminal([...SYNC, ...args], computer.setting);
    expect(await kei.exited).toBe(0);
    expect(kei.screen()).not.toMatch(/\u001b\[[0-9;]*m/);
    if (name === "--no-progress-bar") expect(kei.screen()).not.toContain("\u001b");
  });
}

test("kei password set asks twice, and saves only what was typed twice", async () => {
  await using computer = await signedOutComputer(["--assets", "2", "--two-factor", "none"]);
  delete computer.env["ICLOUD_PASSWORD"];
  const differing = keiOnTerminal(["password", "set"], computer.setting);
  await differing.shows("Password for");
  differing.type(`${PASSWORD}\r`);
  await differing.shows("once more");
  differing.type("something else\r");
  expect(await differing.exited).toBe(3);
  expect((await computer.run("password", "clear")).code).toBe(1);
  const kei = keiOnTerminal(["password", "set"], computer.setting);
  for (const question of ["Password for", "once more"]) {
    await kei.shows(question);
    kei.type(`${PASSWORD}\r`);
  }
  expect(await kei.exited).toBe(0);
  expect((await computer.run(...SYNC)).code).toBe(0);
});

test("kei sync --save-password keeps a typed password, once Apple has let us in", async () => {
  await using computer = await signedOutComputer(["--assets", "2", "--two-factor", "none"]);
  delete computer.env["ICLOUD_PASSWORD"];
  const kei = keiOnTerminal([...SYNC, "--save-password"], computer.setting);
  await kei.shows("Password");
  kei.type(`${PASSWORD}\r`);
  expect(await kei.exited).toBe(0);
  expect(kei.screen()).toContain("Password saved in the file");
  await computer.simulator.admin("POST", "reset-sessions", {});
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
});

test("Ctrl-Z at a hidden question stops the job, and what was typed goes nowhere", async () => {
  await using computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
  delete computer.env["ICLOUD_PASSWORD"];
  const shell = programOnTerminal(["bash", "--norc", "-i"], computer.setting);
  shell.type(`PS1='ready> '; '${EXECUTABLE}' login\r`);
  await shell.shows("Password for");
  shell.type("not the passw\u001a");
  await shell.shows("Stopped");
  shell.type("echo in the shell | tr a-z A-Z\r");
  await shell.shows("IN THE SHELL");
  shell.type("fg\r");
  await until("the question to come again", () => countOf("Password for", shell.screen()) === 2);
  shell.type(`${PASSWORD}\r`);
  await shell.shows("Signed in as");
  shell.type("exit\r");
  await shell.exited;
  expect(shell.screen()).not.toContain("passw\r");

  function countOf(text: string, screen: string): number {
    return screen.split(text).length - 1;
  }
});

test("a code that was sent to a phone: the phone is named, and a right code is confirmed", async () => {
  await using computer = await signedOutComputer(["--assets", "0", "--code", "123456"]);
  const kei = keiOnTerminal(["login"], computer.setting);
  await kei.shows("Code from your trusted device");
  kei.type("sms a\r");
  await kei.shows("A code was sent to the phone");
  await kei.shows("Code from the phone");
  kei.type("000000\r");
  await kei.shows("Apple refused that code. Code, 2 of 3");
  kei.type("123456\r");
  await kei.shows("Code accepted");
  expect(await kei.exited).toBe(0);
  expect(kei.screen()).toMatch(/A code was sent to the phone [^\r\n]*\d\d/);
  expect(kei.screen().split("refused that code").length).toBe(2);
});
