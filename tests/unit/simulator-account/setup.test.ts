import { expect, test } from "bun:test";
import { Client, withSimulator } from "./client.ts";

const DAY_MS = 86_400_000;

const cookieNames = (headers: Headers) =>
  headers.getSetCookie().map((line) => line.slice(0, line.indexOf("=")));

test("accountLogin before the second factor lists services but gives no TOKEN cookie", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const login = await client.accountLogin();
    expect(login.status).toBe(200);
    expect(login.json).toMatchObject({
      hsaChallengeRequired: true,
      hsaTrustedBrowser: false,
      dsInfo: { hsaVersion: 2, hasICloudQualifyingDevice: true },
      webservices: {
        ckdatabasews: { url: client.url, status: "active" },
        photos: { url: client.url },
        uploadimagews: {},
        sharedstreams: {},
        account: {},
      },
    });
    const names = cookieNames(login.headers);
    expect(names).toContain("X-APPLE-WEBAUTH-USER");
    expect(names).not.toContain("X-APPLE-WEBAUTH-TOKEN");
    expect((await client.cloudkit()).json).toMatchObject({
      success: false,
      error: "Missing X-APPLE-WEBAUTH-TOKEN cookie",
    });
  }));

test("accountLogin after trust gives every cookie, quoted, and opens CloudKit", () =>
  withSimulator({}, async (client) => {
    const login = await client.logIn();
    expect(login.json).toMatchObject({ hsaChallengeRequired: false, hsaTrustedBrowser: true });
    const names = cookieNames(login.headers);
    for (const name of ["TOKEN", "HSA-TRUST", "PCS-Photos", "PCS-Sharing", "USER", "VALIDATE"]) {
      expect(names).toContain(`X-APPLE-WEBAUTH-${name}`);
    }
    expect(client.cookies.get("X-APPLE-WEBAUTH-TOKEN")).toMatch(/^"v=2:t=.*"$/);
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("cookies on loopback are host-only and may travel over plain http", () =>
  withSimulator({}, async (client) => {
    for (const line of (await client.logIn()).headers.getSetCookie()) {
      expect(line).not.toMatch(/Domain|Secure/);
    }
  }));

test("cookies for an Apple host, or when asked for, carry Domain and Secure and dashed dates", () =>
  withSimulator({ cookieDomain: "apple" }, async (client) => {
    const lines = (await client.logIn()).headers.getSetCookie();
    for (const line of lines) expect(line).toContain(";Path=/;Domain=.icloud.com;Secure");
    const token = lines.find((line) => line.startsWith("X-APPLE-WEBAUTH-TOKEN="));
    expect(token).toMatch(/Expires=\w{3},\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d GMT;/);
    const user = lines.find((line) => line.startsWith("X-APPLE-WEBAUTH-USER="));
    expect(user).toMatch(/Expires=\w{3}, \d\d-\w{3}-\d{4} /);
    const gone = lines.find((line) => line.startsWith("X-APPLE-WEBAUTH-HSA-LOGIN="));
    expect(gone).toContain('="";Expires=Thu, 01-Jan-1970 00:00:01 GMT');
  }));

test("a client behind a TLS proxy is told Apple's own addresses", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const login = await client.call(
      "POST",
      "/setup/ws/1/accountLogin",
      { dsWebAuthToken: client.kept.get("x-apple-session-token") },
      { host: "setup.icloud.com" },
    );
    expect(login.json).toMatchObject({
      webservices: {
        ckdatabasews: { url: "https://p61-ckdatabasews.icloud.com:443" },
        photos: { uploadUrl: "https://p61-uploadphotosws.icloud.com:443" },
      },
    });
    expect(login.headers.getSetCookie()[0]).toContain("Domain=.icloud.com");
  }));

test("2sv/trust makes the session token before it worthless", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    const trusted = client.kept.get("x-apple-session-token");
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
    expect(client.kept.get("x-apple-session-token")).not.toBe(trusted);
    const refused = await client.accountLogin(trusted);
    expect(refused.status).toBe(421);
    expect(refused.json).toMatchObject({ success: false });
  }));

test("a trust token spares the code for 60 days", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.advance(59 * DAY_MS);
    expect((await client.signIn()).status).toBe(200);
    expect((await client.accountLogin()).json).toMatchObject({ hsaTrustedBrowser: true });
    await client.advance(2 * DAY_MS);
    expect((await client.signIn()).status).toBe(409);
  }));

test("validate answers like accountLogin, or 421 without dsInfo", () =>
  withSimulator({}, async (client) => {
    const refused = await client.setup("/validate", null);
    expect(refused.status).toBe(421);
    expect(refused.json).toEqual({
      success: false,
      error: "Missing X-APPLE-WEBAUTH-TOKEN cookie",
      trustTokens: [],
      requestInfo: {},
    });
    await client.logIn();
    const good = await client.setup("/validate", null);
    expect(good.json).toMatchObject({ hsaTrustedBrowser: true, dsInfo: { hsaVersion: 2 } });
    expect(cookieNames(good.headers)).toContain("X-APPLE-WEBAUTH-TOKEN");
  }));

test("logout ends the session and keeps the trust when told so", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    expect((await client.setup("/logout", { trustBrowser: true })).status).toBe(200);
    expect(client.cookies.has("X-APPLE-WEBAUTH-TOKEN")).toBe(false);
    expect((await client.cloudkit()).status).toBe(421);
    expect((await client.signIn()).status).toBe(200);
  }));

test("while terms wait there is no TOKEN, until they are accepted with the named version", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { termsPending: true });
    const partial = await client.logIn();
    expect(partial.json).toMatchObject({ termsUpdateNeeded: true });
    expect(cookieNames(partial.headers)).toContain("X-APPLE-WEBAUTH-REPAIR");
    expect(cookieNames(partial.headers)).not.toContain("X-APPLE-WEBAUTH-TOKEN");
    expect((await client.setup("/requestPCS", { appName: "photos" })).status).toBe(500);
    expect((await getWithBody(client, "getTerms", { locale: "en_US" })).body).toEqual({
      iCloudTerms: { version: 9001 },
    });
    expect((await getWithBody(client, "repairDone", { acceptedICloudTerms: 1 })).status).toBe(400);
    const accepted = { acceptedICloudTerms: 9001 };
    expect((await getWithBody(client, "repairDone", accepted)).status).toBe(200);
    await client.accountLogin();
    expect((await client.cloudkit()).status).toBe(200);
  }));

test("an account without Photos lists no ckdatabasews", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { noPhotos: true });
    const { json } = await client.logIn();
    expect(json["webservices"]).not.toHaveProperty("ckdatabasews");
    expect(json["webservices"]).toHaveProperty("contacts");
  }));

test("an account of another domain is sent there", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { domainToUse: "iCloud.com.cn" });
    expect((await client.logIn()).json).toEqual({ domainToUse: "iCloud.com.cn" });
  }));

test("Advanced Data Protection: two cookies come after consent and two failures, for one hour", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { adp: true, adpPolls: 1 });
    const login = await client.logIn();
    expect(login.json).toMatchObject({ iCDPEnabled: true, dsInfo: { iCDPEnabled: true } });
    expect(client.cookies.has("X-APPLE-WEBAUTH-PCS-Photos")).toBe(false);
    const refused = await client.cloudkit();
    expect(refused.status).toBe(423);
    expect(refused.json).toMatchObject({ errorCode: 423 });
    expect((await client.setup("/requestWebAccessState")).json).toMatchObject({
      isICDRSDisabled: true,
      isDeviceConsentedForPCS: false,
      deviceConsentForPCSExpiry: 0,
    });
    await client.setup("/enableDeviceConsentForPCS");
    expect((await client.setup("/requestWebAccessState")).json).toMatchObject({
      isDeviceConsentedForPCS: true,
    });
    const request = { appName: "photos", derivedFromUserAction: true };
    expect((await client.setup("/requestPCS", request)).json).toEqual({
      status: "failure",
      message: "Cookies not available yet on server.",
    });
    expect((await client.setup("/requestPCS", request)).json).toMatchObject({ status: "success" });
    expect(client.cookies.has("X-APPLE-WEBAUTH-PCS-Sharing")).toBe(true);
    expect((await client.cloudkit()).status).toBe(200);
    await client.advance(3_600_000);
    expect((await client.setup("/requestPCS", request)).json).toMatchObject({ status: "failure" });
    expect((await client.cloudkit()).status).toBe(423);
  }));

test("Advanced Data Protection: a client that only asks for the cookies gets them too", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { adp: true, adpPolls: 2 });
    await client.logIn();
    const messages: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      messages.push((await client.setup("/requestPCS", { appName: "photos" })).json["message"]);
    }
    expect(messages).toEqual([
      "Requested the device to upload cookies.",
      "Requested the device to upload cookies.",
      "Cookies not available yet on server.",
      "Cookies attached.",
    ]);
  }));

test("after the account moved, an old connection is told the old partition until a new sign-in", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await client.admin("POST", "/account", { movePartition: true });
    expect((await client.cloudkit()).status).toBe(421);
    const validated = await client.setup("/validate", null);
    expect(validated.json).toMatchObject({ webservices: { ckdatabasews: { url: client.url } } });
    const again = new Client(client.url);
    const login = await again.logIn();
    const url = `${client.url}/p62`;
    expect(login.json).toMatchObject({ webservices: { ckdatabasews: { url } } });
    expect(login.headers.get("x-apple-user-partition")).toBe("62");
    const path = "/p62/database/1/com.apple.photos.cloud/production/private/zones/list";
    expect((await again.call("POST", path, {})).status).toBe(200);
  }));

/** fetch refuses a GET with a body, which Apple's terms want. */
async function getWithBody(client: Client, step: string, body: unknown) {
  const { request } = await import("node:http");
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const call = request(`${client.url}/setup/ws/1/${step}`, { method: "GET" }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += String(chunk)));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    call.on("error", reject);
    const bytes = JSON.stringify(body);
    call.setHeader("content-length", Buffer.byteLength(bytes));
    call.end(bytes);
  });
}
