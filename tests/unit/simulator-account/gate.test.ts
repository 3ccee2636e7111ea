import { expect, test } from "bun:test";
import { withSimulator } from "./client.ts";

const MINUTE_MS = 60_000;
const TOKEN = "X-APPLE-WEBAUTH-TOKEN";

test("CloudKit without cookies answers 421 with the headers of CloudKit", () =>
  withSimulator({}, async (client) => {
    const { status, headers, json } = await client.cloudkit();
    expect(status).toBe(421);
    expect(json).toMatchObject({ error: `Missing ${TOKEN} cookie` });
    expect(headers.get("x-apple-cloudkit-version")).toBe("1.0");
    expect(headers.get("x-apple-request-uuid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-apple-user-partition")).toBe("61");
  }));

test("every twentieth call brings a new TOKEN; the old one lives ten minutes longer", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    const first = client.cookies.get(TOKEN) ?? "";
    for (let count = 1; count < 20; count += 1) await client.cloudkit();
    expect(client.cookies.get(TOKEN)).toBe(first);
    await client.cloudkit();
    const second = client.cookies.get(TOKEN) ?? "";
    expect(second).not.toBe(first);
    const withOld = () =>
      client.call(
        "POST",
        "/database/1/com.apple.photos.cloud/production/private/zones/list",
        {},
        {
          cookie: `${TOKEN}=${first}`,
        },
      );
    expect((await withOld()).status).toBe(200);
    await client.advance(11 * MINUTE_MS);
    const refused = await withOld();
    expect(refused.status).toBe(421);
    expect(refused.json).toEqual({ error: 2, reason: "Invalid global session" });
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("a TOKEN sent back without its quotes is known too, as Go clients send it", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    const bare = (client.cookies.get(TOKEN) ?? "").replaceAll('"', "");
    client.cookies.set(TOKEN, bare);
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("a session killed by the test is over, but its session token opens a new one", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.admin("POST", "/account", { killSession: true });
    expect((await client.cloudkit()).json).toEqual({ error: 2, reason: "Invalid global session" });
    expect((await client.setup("/validate", null)).status).toBe(421);
    expect((await client.accountLogin()).json).toMatchObject({ hsaTrustedBrowser: true });
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("a session can be made to die after so many calls", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { sessionCallsMax: 2 });
    await client.logIn();
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await client.cloudkit()).status);
    expect(statuses).toEqual([200, 200, 421]);
  }));

test("a session ends 30 days after login", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.advance(30 * 24 * 60 * MINUTE_MS);
    expect((await client.cloudkit()).status).toBe(421);
    expect((await client.signIn()).status).toBe(200);
  }));

test("with web access off every call lacks the USER cookie", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { webAccess: false });
    expect((await client.logIn()).json).toMatchObject({ dsInfo: { isWebAccessAllowed: false } });
    expect((await client.cloudkit()).json).toMatchObject({
      error: "Missing X-APPLE-WEBAUTH-USER cookie",
    });
  }));

test("reset-sessions forgets everything a client could come back with", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.admin("POST", "/reset-sessions");
    expect((await client.cloudkit()).status).toBe(421);
    expect((await client.accountLogin()).status).toBe(421);
    expect((await client.signIn()).status).toBe(409);
  }));

test.each([{ twoFactor: "3" }, { adp: "yes" }, { unheardOf: true }, { adpPolls: -1 }])(
  "an account setting that makes no sense is refused: %j",
  (wish) =>
    withSimulator({}, async (client) => {
      expect((await client.admin("POST", "/account", wish)).status).toBe(400);
    }),
);

test("an old browser or build is refused when the switch says so", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.admin("POST", "/account", { refuseOldClients: true });
    const path = "/database/1/com.apple.photos.cloud/production/private/zones/list";
    const cookie = `${TOKEN}=${client.cookies.get(TOKEN)}`;
    const statusOf = async (query: string, agent: string) =>
      (await client.call("POST", path + query, {}, { cookie, "user-agent": agent })).status;
    expect(await statusOf("?clientBuildNumber=2522Project44", "Chrome/138.0")).toBe(200);
    expect(await statusOf("?clientBuildNumber=2021Project52", "Chrome/138.0")).toBe(403);
    expect(await statusOf("?clientBuildNumber=2522Project44", "Chrome/84.0")).toBe(403);
  }));
