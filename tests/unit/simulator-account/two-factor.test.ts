import { expect, test } from "bun:test";
import { withSimulator, type Client } from "./client.ts";

const HOUR_MS = 3_600_000;
const DEVICE = "/verify/trusteddevice/securitycode";

const submit = (client: Client, code: unknown) =>
  client.auth("POST", DEVICE, { securityCode: { code } });

const wrongCode = (right: string) => (right === "111111" ? "222222" : "111111");

test.each([
  { twoFactor: "classic", status: 204, hasToken: true },
  { twoFactor: "2026", status: 409, hasToken: true },
  { twoFactor: "2026-bare", status: 409, hasToken: false },
] as const)("a right code is taken with $status in mode $twoFactor", (row) =>
  withSimulator({ twoFactor: row.twoFactor }, async (client) => {
    await client.signIn();
    expect((await client.auth("PUT", DEVICE)).status).toBe(202);
    const answer = await submit(client, await client.shownCode());
    expect(answer.status).toBe(row.status);
    expect(answer.headers.has("x-apple-session-token")).toBe(row.hasToken);
    if (row.status === 409) expect(answer.json).toMatchObject({ securityCode: { valid: true } });
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
    expect((await client.accountLogin()).json).toMatchObject({ hsaTrustedBrowser: true });
  }),
);

test("a right code is taken with 412 while something else is pending", () =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { codeNeedsRepair: true });
    await client.signIn();
    await client.auth("PUT", DEVICE);
    const answer = await submit(client, await client.shownCode());
    expect(answer.status).toBe(412);
    expect(answer.json).toMatchObject({ securityCode: { valid: true } });
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
  }));

test("no code is shown before it is asked for, except in mode classic", async () => {
  await withSimulator({ twoFactor: "2026" }, async (client) => {
    await client.signIn();
    expect(await client.shownCode()).toBe("null");
  });
  await withSimulator({ twoFactor: "classic" }, async (client) => {
    await client.signIn();
    expect(await client.shownCode()).toMatch(/^\d{6}$/);
  });
});

test("asking again makes the earlier code worthless", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    await client.auth("PUT", DEVICE);
    const first = await client.shownCode();
    await client.auth("PUT", DEVICE);
    expect(await client.shownCode()).not.toBe(first);
    expect((await submit(client, first)).status).toBe(400);
    expect((await submit(client, await client.shownCode())).status).toBe(409);
  }));

test("a code with leading zeros is text; as a number it is refused", () =>
  withSimulator({ code: "004217" }, async (client) => {
    await client.signIn();
    await client.auth("PUT", DEVICE);
    expect((await submit(client, 4217)).json).toMatchObject({
      service_errors: [{ code: "-21669" }],
    });
    expect((await submit(client, "004217")).status).toBe(409);
  }));

test("a wrong code answers 400 and -21669, and after three tries even the right one is refused", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    await client.auth("PUT", DEVICE);
    const right = await client.shownCode();
    for (const tooManyCodesValidated of [false, false, true]) {
      const answer = await submit(client, wrongCode(right));
      expect(answer.status).toBe(400);
      expect(answer.headers.get("x-apple-i-ercd")).toBe("-21669");
      expect(answer.json).toMatchObject({
        hasError: true,
        securityCode: { valid: false, tooManyCodesValidated },
      });
    }
    const locked = await submit(client, right);
    expect(locked.json).toMatchObject({ service_errors: [{ code: "-22982" }] });
    await client.advance(HOUR_MS);
    expect((await submit(client, right)).status).toBe(409);
  }));

test("the sixth request for a code is locked out for an hour", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    for (let count = 0; count < 5; count += 1) {
      expect((await client.auth("PUT", DEVICE)).status).toBe(202);
    }
    const refused = await client.auth("PUT", DEVICE);
    expect(refused.status).toBe(403);
    expect(refused.json).toMatchObject({ securityCode: { securityCodeLocked: true } });
    await client.advance(HOUR_MS);
    expect((await client.auth("PUT", DEVICE)).status).toBe(202);
  }));

test("a message to phone 7 is answered with its own code and no other phone's id", () =>
  withSimulator({ twoFactor: "classic" }, async (client) => {
    await client.signIn();
    const ask = await client.auth("PUT", "/verify/phone", { phoneNumber: { id: 7 }, mode: "sms" });
    expect(ask.status).toBe(200);
    const { json } = await client.admin("GET", "/code");
    expect(json).toMatchObject({ channel: 7 });
    const securityCode = { code: json["code"] };
    const path = "/verify/phone/securitycode";
    const other = { phoneNumber: { id: 3 }, securityCode, mode: "sms" };
    expect((await client.auth("POST", path, other)).status).toBe(412);
    const scnt = client.kept.get("scnt");
    const right = { phoneNumber: { id: 7 }, securityCode, mode: "sms" };
    const verified = await client.auth("POST", path, right);
    expect(verified.status).toBe(200);
    expect(verified.headers.get("scnt")).toBe(scnt ?? "");
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(204);
  }));

test("a phone that does not exist cannot be sent to", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const ask = await client.auth("PUT", "/verify/phone", { phoneNumber: { id: 1 }, mode: "sms" });
    expect(ask.json).toMatchObject({ service_errors: [{ code: "-28248" }] });
  }));

test("GET {auth} lists the phones as JSON or, for a browser, in boot_args", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    expect((await client.auth("GET", "")).json).toMatchObject({
      noTrustedDevices: false,
      trustedPhoneNumbers: [{ id: 3, lastTwoDigits: "12" }, { id: 7 }],
    });
    const page = await client.auth("GET", "", undefined, { accept: "text/html" });
    const [, bootArgs = "{}"] = /class="boot_args">(.*?)<\/script>/.exec(page.text) ?? [];
    expect(JSON.parse(bootArgs)).toMatchObject({
      direct: {
        authInitialRoute: "auth/verify/device",
        twoSV: {
          bridgeInitiateData: { phoneNumberVerification: { trustedPhoneNumbers: [{}, {}] } },
        },
      },
    });
  }));

test.each([
  { phonesAt: "wrapped", shape: { phoneNumberVerification: { trustedPhoneNumbers: [{}, {}] } } },
  { phonesAt: "singular", shape: { trustedPhoneNumber: { id: 3 } } },
])("GET {auth} can show the phones $phonesAt", ({ phonesAt, shape }) =>
  withSimulator({}, async (client) => {
    await client.admin("POST", "/account", { phonesAt });
    await client.signIn();
    expect((await client.auth("GET", "")).json).toMatchObject(shape);
  }),
);

test("GET {auth} sends the message itself when there is one phone and no device", () =>
  withSimulator({}, async (client) => {
    const settings = { phonesAt: "singular", noTrustedDevices: true };
    await client.admin("POST", "/account", settings);
    await client.signIn();
    await client.auth("GET", "");
    expect((await client.admin("GET", "/code")).json).toMatchObject({ channel: 3 });
  }));

test("the path without securitycode answers 405", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    expect((await client.auth("GET", "/verify/trusteddevice")).status).toBe(405);
  }));

test("2sv/trust before any code is refused", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    expect((await client.auth("GET", "/2sv/trust")).status).toBe(403);
  }));
