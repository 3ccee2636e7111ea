import { expect, test } from "bun:test";
import { Client, withSimulator } from "./client.ts";

const MINUTE_MS = 60_000;

test("signin/init sends JSON labelled as HTML, and a salt with a leading zero byte if asked to", () =>
  withSimulator({ zeroSalt: true }, async (client) => {
    const init = await client.auth("POST", "/signin/init", { a: "AQI=", accountName: "x@y.z" });
    expect(init.headers.get("content-type")).toStartWith("text/html");
    expect(Buffer.from(String(init.json["salt"]), "base64")[0]).toBe(0);
    expect(init.json).toMatchObject({ iteration: 1_000, protocol: "s2k" });
    expect(Buffer.from(String(init.json["b"]), "base64")).toHaveLength(256);
  }));

test.each(["s2k", "s2k_fo"] as const)("signin/complete takes the right password by %s", (srp) =>
  withSimulator({ srp }, async (client) => {
    const complete = await client.signIn();
    expect(complete.status).toBe(409);
    expect(complete.headers.get("content-type")).toStartWith("application/json");
    expect(complete.json).toMatchObject({
      authType: "hsa2",
      trustedPhoneNumbers: [{ id: 3 }, { id: 7 }],
      securityCode: { length: 6, securityCodeLocked: false },
    });
    expect(complete.headers.get("x-apple-session-token")).toHaveLength(384);
    expect(complete.headers.get("location")).toBe("/auth");
  }),
);

test("signin/complete takes a proof over a salt with a leading zero byte", () =>
  withSimulator({ zeroSalt: true }, async (client) => {
    expect((await client.signIn()).status).toBe(409);
  }));

test("signin/complete takes A and S padded to 256 bytes", () =>
  withSimulator({}, async (client) => {
    expect((await client.signIn({ padded: true })).status).toBe(409);
  }));

test.each([
  { name: "a wrong password", wishes: { password: "Tusk-and-Tide-43" } },
  { name: "an unknown account", wishes: { user: "nobody@example.com" } },
  { name: "a proof over a mixed-case name", wishes: { user: "Walrus.Tester@example.com" } },
])("signin/complete answers 401 and -20101 to $name", ({ wishes }) =>
  withSimulator({}, async (client) => {
    const complete = await client.signIn(wishes);
    expect(complete.status).toBe(401);
    expect(complete.json).toMatchObject({ serviceErrors: [{ code: "-20101" }] });
    expect(complete.headers.get("x-apple-i-rscd")).toBe("401");
  }),
);

test("signin/complete uses a challenge up", () =>
  withSimulator({}, async (client) => {
    const init = await client.auth("POST", "/signin/init", { a: "AQI=", accountName: "x@y.z" });
    const body = { accountName: "x@y.z", c: init.json["c"], m1: "AA==", trustTokens: [] };
    expect((await client.auth("POST", "/signin/complete", body)).status).toBe(401);
    expect((await client.auth("POST", "/signin/complete", body)).status).toBe(400);
  }));

test("signin/complete refuses a scnt that neither init sent nor its client had before", () =>
  withSimulator({}, async (client) => {
    expect((await client.signIn({ headers: { scnt: "stale" } })).status).toBe(403);
  }));

test("signin/complete takes the headers of signin/init again, as icloudpd sends them", () =>
  withSimulator({}, async (client) => {
    client.kept.set("scnt", "of-an-earlier-run");
    expect((await client.signIn({ headers: { scnt: "of-an-earlier-run" } })).status).toBe(409);
  }));

test("an scnt is good until the next answer that rotates it", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const scnt = client.kept.get("scnt") ?? "";
    await client.auth("PUT", "/verify/trusteddevice/securitycode");
    const securityCode = { code: await client.shownCode() };
    const verify = await client.auth("POST", "/verify/trusteddevice/securitycode", {
      securityCode,
    });
    expect(verify.headers.get("scnt")).not.toBe(scnt);
    expect((await client.auth("GET", "/2sv/trust", undefined, { scnt })).status).toBe(403);
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
  }));

test.each([true, false])(
  "asking for the state rotates the scnt only when strict: %p",
  (strictScnt) =>
    withSimulator({ strictScnt }, async (client) => {
      await client.signIn();
      const scnt = client.kept.get("scnt");
      await client.auth("GET", "");
      expect(client.kept.get("scnt") !== scnt).toBe(strictScnt);
      expect((await client.auth("PUT", "/verify/trusteddevice/securitycode")).status).toBe(202);
    }),
);

test("a request without any scnt is refused after sign-in", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const { status } = await client.call("GET", "/appleauth/auth/2sv/trust");
    expect(status).toBe(403);
  }));

test("the warm-up calls hand out the first scnt and are carried on by signin/init", () =>
  withSimulator({}, async (client) => {
    const page = await client.auth("GET", "/authorize/signin?frame_id=auth-1&client_id=k");
    expect(page.status).toBe(200);
    expect(page.headers.getSetCookie()[0]).toStartWith("aasp=");
    expect((await client.auth("POST", "/federate", { accountName: "x" })).status).toBe(200);
    expect((await client.signIn()).status).toBe(409);
  }));

test("an account without second factor answers 412 until repair/complete", () =>
  withSimulator({ twoFactor: "none" }, async (client) => {
    const complete = await client.signIn();
    expect(complete.status).toBe(412);
    expect(complete.json).toEqual({ authType: "sa" });
    const before = client.kept.get("x-apple-session-token");
    expect((await client.auth("POST", "/repair/complete", {})).status).toBe(200);
    expect(client.kept.get("x-apple-session-token")).not.toBe(before);
    const login = await client.accountLogin();
    expect(login.json).toMatchObject({ hsaChallengeRequired: false, dsInfo: { hsaVersion: 0 } });
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("a repair that only a browser can do stays 412", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { repair: "browser" });
    expect((await client.signIn()).status).toBe(412);
    expect((await client.auth("POST", "/repair/complete", {})).status).toBe(412);
  }));

test("the eleventh sign-in within ten minutes is refused in plain words for an hour", () =>
  withSimulator({}, async (client) => {
    for (let count = 0; count < 10; count += 1) {
      expect((await new Client(client.url).signIn()).status).toBe(409);
    }
    const refused = await client.signIn();
    expect(refused.status).toBe(503);
    expect(refused.text).toBe("Service Temporary Unavailable");
    await client.advance(59 * MINUTE_MS);
    expect((await client.signIn()).status).toBe(503);
    await client.advance(61 * MINUTE_MS);
    expect((await client.signIn()).status).toBe(409);
  }));

test("security keys show in the 409 and no code is ever taken", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { securityKeys: ["Blue key"] });
    const complete = await client.signIn();
    expect(complete.json).toMatchObject({
      keyNames: ["Blue key"],
      fsaChallenge: { rpId: "apple.com" },
    });
    await client.auth("PUT", "/verify/trusteddevice/securitycode");
    expect(await client.shownCode()).toBe("null");
    expect((await client.cloudkit()).json).toMatchObject({
      serverErrorCode: "AUTHENTICATION_FAILED",
      reason: "no auth method found",
    });
    const assertion = { challenge: "c", signatureData: "s", credentialID: "i" };
    expect((await client.auth("POST", "/verify/security/key", assertion)).status).toBe(409);
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
  }));
