/** The searcher for secrets, which all end-to-end tests rely on, finds what it is there for. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Hearing } from "../support/discretion.ts";
import { PASSWORD, type Asked, type RunningSimulator } from "../support/simulator.ts";
import { tempFolder } from "../support/temp-folder.ts";

const TOKEN = "a-token-of-apple";
const asked = [
  {
    service: "auth",
    body: '{"securityCode":{"code":"482913"}}',
    headers: { scnt: "scnt-of-apple" },
    query: "",
  },
  { service: "setup", body: `{"dsWebAuthToken":"${TOKEN}"}`, headers: {}, query: "" },
  { service: "content", body: "", headers: {}, query: "?s=signature-of-apple&o=1" },
] as unknown as Asked[];
const simulator = { asked: async () => asked } as unknown as RunningSimulator;

const SECRETS = [PASSWORD, TOKEN, "scnt-of-apple", "s=signature-of-apple&o=1", "cookie-of-apple"];

test("Hearing finds every kind of secret in what is said, shown and written", async () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, "data"));
  const session = { cookies: [{ value: "cookie-of-apple" }] };
  writeFileSync(join(folder.path, "me.session.json"), JSON.stringify(session));
  for (const secret of SECRETS) {
    const hearing = new Hearing();
    expect(await hearing.leaks(simulator, folder.path)).toEqual([]);
    hearing.hear(`before ${secret} after`);
    expect(await hearing.leaks(simulator, folder.path)).toEqual([`kei said ${secret}`]);
    const seeing = new Hearing();
    seeing.see(`before ${secret} after`);
    expect(await seeing.leaks(simulator, folder.path)).toEqual([`kei said ${secret}`]);
    writeFileSync(join(folder.path, "data/log"), secret);
    expect(await new Hearing().leaks(simulator, folder.path)).toEqual([`data/log holds ${secret}`]);
    expect(await new Hearing().leaks(simulator, folder.path, ["data/log"])).toEqual([]);
    writeFileSync(join(folder.path, "data/log"), "");
  }
  const hearing = new Hearing();
  hearing.hear("your code 482913.");
  hearing.see("Code: 482913");
  expect(await hearing.leaks(simulator, folder.path)).toEqual(["kei said 482913"]);
});
