import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { signedOutComputer, type Computer } from "../support/computer.ts";
import { secretsInSessions } from "../support/discretion.ts";
import { filesBelow } from "../support/disk.ts";
import type { Result } from "../support/kei.ts";
import { PASSWORD } from "../support/simulator.ts";

setDefaultTimeout(60_000);

const DEBUG = ["--log-level", "debug"];

test("neither password, code, tokens, cookies nor signed addresses are told or written elsewhere", async () => {
  await using computer = await signedOutComputer(["--assets", "12"]);
  const { simulator } = computer;
  const runs: Result[] = [await computer.run("login", "get-code", ...DEBUG)];
  const code = await simulator.code();
  runs.push(await computer.run("login", "submit-code", code, ...DEBUG));
  const content = { service: "content" };
  // Errors are where addresses like to slip out.
  await simulator.fault(
    { match: content, action: { status: 410 } },
    { match: content, action: { status: 500, body: "no" }, times: 2 },
    { match: content, action: { reset: true } },
    { match: content, action: { status: 404 }, times: 4 },
    { match: { service: "cloudkit" }, action: { status: 503 } },
  );
  runs.push(await computer.run("sync", "-d", "photos", "--max-retries", "1", ...DEBUG));
  runs.push(await computer.run("sync", "-d", "photos", ...DEBUG));
  const said = runs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  const secrets = [PASSWORD, ...secretsInSessions(computer.place.data)];
  expect(secrets.length).toBeGreaterThan(5);
  expect([...secrets, code].filter((secret) => said.includes(secret))).toEqual([]);
  expect(said).not.toMatch(/[?&]s=[\w-]{20}/);
  expect(filesWith(secrets, computer)).toEqual([]);
});

test("variables that make other programs talkative get no secret out of kei", async () => {
  await using computer = await signedOutComputer(["--assets", "4", "--two-factor", "none"]);
  Object.assign(computer.env, {
    DEBUG: "*",
    NODE_DEBUG: "http,https,net,tls,fetch,undici,stream",
    NODE_DEBUG_NATIVE: "http,tls",
    NODE_OPTIONS: "--tls-keylog=keys.log --trace-tls --inspect",
    SSLKEYLOGFILE: join(computer.place.cwd, "keys.log"),
    NODE_REDIRECT_WARNINGS: join(computer.place.cwd, "warnings.log"),
    NODE_V8_COVERAGE: join(computer.place.cwd, "coverage"),
    CONSOLA_LEVEL: "999",
    BUN_DEBUG: join(computer.place.cwd, "bun.log"),
    BUN_DEBUG_ALL: "1",
    BUN_TRACE: "1",
  });
  const { code, stdout, stderr } = await computer.run("sync", "-d", "photos", ...DEBUG);
  expect(code).toBe(0);
  const secrets = [PASSWORD, ...secretsInSessions(computer.place.data)];
  expect(secrets.filter((secret) => (stdout + stderr).includes(secret))).toEqual([]);
  expect(filesWith(secrets, computer)).toEqual([]);
  expect(await computer.findFaults()).toEqual([]);
});

test("session, database, lock and their folder can be read by nobody else", async () => {
  await using computer = await signedOutComputer(["--assets", "3", "--two-factor", "none"]);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const { data } = computer.place;
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(mode(data)).toBe("700");
  const modes = readdirSync(data).map((name) => `${name} ${mode(join(data, name))}`);
  expect(modes.filter((each) => !each.endsWith(" 600"))).toEqual([]);
  expect(modes.length).toBeGreaterThan(1);
});

test("the password is in no environment that a child of kei could see", async () => {
  await using computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
  const command = `env > ${computer.place.cwd}/seen; printf %s ${PASSWORD}`;
  delete computer.env["ICLOUD_PASSWORD"];
  computer.env["KEI_PASSWORD_COMMAND"] = command;
  expect((await computer.run("login")).code).toBe(0);
  expect(readFileSync(join(computer.place.cwd, "seen"), "utf8")).not.toContain("ICLOUD_PASSWORD");
});

for (const path of [".:/usr/bin:/bin", ":/usr/bin:/bin", "bin:/usr/bin:/bin:", ".", ""]) {
  test(`no password command is looked up in the working folder with PATH="${path}"`, async () => {
    await using computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
    const { cwd } = computer.place;
    mkdirSync(join(cwd, "bin"));
    for (const planted of ["kei-test-pass", "bin/kei-test-pass"]) {
      const script = `#!/bin/sh\n/usr/bin/touch ${cwd}/marker\necho ${PASSWORD}\n`;
      writeFileSync(join(cwd, planted), script, { mode: 0o755 });
    }
    delete computer.env["ICLOUD_PASSWORD"];
    Object.assign(computer.env, { PATH: path, KEI_PASSWORD_COMMAND: "kei-test-pass" });
    const { code } = await computer.run("login");
    expect([code, existsSync(join(cwd, "marker"))]).toEqual([3, false]);
    // Named by its path it is meant.
    computer.env["KEI_PASSWORD_COMMAND"] = "./kei-test-pass";
    expect((await computer.run("login")).code).toBe(0);
  });
}

const isRoot = process.getuid?.() === 0;

for (const [what, spoil, isPossible] of [
  ["belongs to another user", (path: string) => chownSync(path, 12345, 12345), isRoot],
  ["can be changed by everybody", (path: string) => chmodSync(path, 0o666), true],
  ["can be changed by its group", (path: string) => chmodSync(path, 0o620), true],
] as const) {
  test.skipIf(!isPossible)(`a configuration file that ${what} runs no command`, async () => {
    await using computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
    const { cwd } = computer.place;
    const command = `touch ${cwd}/marker; printf %s ${PASSWORD}`;
    const path = join(cwd, "kei.toml");
    writeFileSync(path, `[auth]\npassword_command = "${command}"\n`, { mode: 0o600 });
    delete computer.env["ICLOUD_PASSWORD"];
    computer.env["KEI_CONFIG"] = path;
    spoil(path);
    for (const words of [["sync", "-d", "photos"], ["login"], ["list", "libraries"]]) {
      const { code, stderr } = await computer.run(...words);
      expect([code, stderr]).toEqual([1, expect.stringContaining(path)]);
    }
    expect(existsSync(join(cwd, "marker"))).toBe(false);
    if (isRoot) chownSync(path, 0, 0);
    chmodSync(path, 0o644);
    expect((await computer.run("login")).code).toBe(0);
    expect(existsSync(join(cwd, "marker"))).toBe(true);
  });
}

test("what Apple repeats of our secrets in its errors is told and kept nowhere", async () => {
  await using computer = await signedOutComputer(["--assets", "3"]);
  const { simulator } = computer;
  const runs: Result[] = [await computer.run("login", "get-code", ...DEBUG)];
  const code = await simulator.code();
  const echo = (secrets: readonly string[]) =>
    [...secrets, ...secrets.map(encodeURIComponent), ...secrets.map(btoa)].join(" | ");
  const refused = {
    status: 400,
    body: { service_errors: [{ code: "1", message: `no ${code}, ${PASSWORD}` }] },
  };
  await simulator.fault({ match: { service: "auth" }, action: refused });
  runs.push(await computer.run("login", "submit-code", code, ...DEBUG));
  runs.push(await computer.run("login", "submit-code", await simulator.code(), ...DEBUG));
  const secrets = secretsInSessions(computer.place.data);
  const proofs = (await simulator.asked()).flatMap(({ body }) =>
    [.../"(?:m1|m2)":"([^"]+)"/g[Symbol.matchAll](body)].map(([, proof = ""]) => proof),
  );
  expect([secrets.length > 5, proofs.length]).toEqual([true, 2]);
  const address = "https://cvws.icloud-content.com/B/x/IMG.JPG?o=a&e=1&s=Sig-of-the-Walrus-1234";
  // What goes on too long is cut, so the answers share them out.
  const reasons = [...secrets, PASSWORD].map((secret) => echo([secret]));
  const reason = `${reasons.at(-1)} ${address}`;
  const query = { service: "cloudkit", path: "records/query" };
  await simulator.fault({ match: query, action: { serverErrorCode: "INTERNAL_ERROR", reason } });
  await simulator.fault({
    match: { service: "cloudkit", path: "records/lookup" },
    times: "always",
    action: { serverErrorCode: "BAD_REQUEST", reason },
  });
  await simulator.fault({
    match: { service: "content" },
    times: "always",
    action: { status: 410 },
  });
  runs.push(await computer.run("sync", "-d", "photos", "--max-retries", "1", ...DEBUG));
  runs.push(await computer.run("status", "--failed"));
  for (const each of reasons) {
    const action = { serverErrorCode: "X", reason: each };
    await simulator.fault({ match: { service: "cloudkit" }, action });
    runs.push(await computer.run("list", "albums", ...DEBUG));
  }
  const said = runs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(said.split("********").length).toBeGreaterThan(2 * reasons.length);
  const told = [...secrets, PASSWORD, code, "Sig-of-the-Walrus"].filter((secret) =>
    [secret, encodeURIComponent(secret), btoa(secret).slice(0, -4)].some((form) =>
      said.includes(form),
    ),
  );
  expect(told).toEqual([]);
  expect(filesWith([...secrets, PASSWORD, "Sig-of-the-Walrus"], computer)).toEqual([]);
});

/** Files, but for the session's, that hold one of the secrets or a signed address. */
function filesWith(secrets: readonly string[], { place }: Computer): string[] {
  return filesBelow(place.cwd).flatMap(({ path }) => {
    if (path.endsWith(".session.json")) return [];
    const bytes = readFileSync(join(place.cwd, path));
    const isLeaking = [...secrets, "&s="].some((secret) => bytes.includes(secret));
    return isLeaking && !path.startsWith("photos/") ? [path] : [];
  });
}
