import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { defaultEndpoints } from "../../../src/auth/endpoints.ts";
import { accountFiles } from "../../../src/auth/account-files.ts";
import { openSession } from "../../../src/auth/session.ts";
import { AuthError, RemoteError } from "../../../src/lib/errors.ts";
import type { Send } from "../../../src/lib/http.ts";
import {
  accountBody,
  aPerson,
  aScene,
  code,
  complete,
  errorOf,
  init,
  login,
  password,
  pcsCookies,
  push,
  sessionOver,
  trust,
  trusted,
  validate,
  wantsCode,
  webCookies,
  wrongCode,
  type Reply,
  type Step,
  steadyDraw,
} from "./scripted-apple.ts";
import vector from "./srp-vector.json";

/** Opens, signs in, closes; gives the error if one came. */
async function signInOnce(steps: Step[], talk = aPerson()) {
  const scene = aScene(steps, talk);
  const session = await scene.open();
  let error: unknown = null;
  try {
    await session.ensureSignedIn();
  } catch (thrown) {
    error = thrown;
  } finally {
    session.close();
  }
  return { ...scene, error, session, isDone: scene.apple.isDone };
}

describe("ensureSignedIn() without a session", () => {
  test("signs in by password and exchanges the token", async () => {
    const { error, apple, session, isDone } = await signInOnce([init, trusted, login]);
    expect(error).toBeNull();
    expect(isDone).toBeTrue();
    expect(session.databaseUrl()).toBe("https://p61-ckdatabasews.icloud.com:443");
    expect(session.dsid()).toBe("10123456789");
    expect(session.clientId()).toMatch(/^auth-[0-9a-f-]{36}$/);
    const [first, second, third] = apple.requests;
    expect(first!.headers["Origin"]).toBe("https://idmsa.apple.com");
    expect(first!.headers["Referer"]).toBe("https://idmsa.apple.com/");
    expect(first!.headers["scnt"]).toBeUndefined();
    expect(second!.headers["scnt"]).toBe("scnt-1");
    expect(second!.headers["X-Apple-ID-Session-Id"]).toBe("session-1");
    expect(JSON.parse(second!.body!)).toMatchObject({ c: "d-1f3:MSA", trustTokens: [] });
    expect(third!.headers["Origin"]).toBe("https://www.icloud.com");
    expect(JSON.parse(third!.body!)).toEqual({
      accountCountryCode: "",
      dsWebAuthToken: "session-token-secret",
      extended_login: true,
      trustToken: "",
    });
  });

  test("asks for a push, takes the code, becomes trusted", async () => {
    const steps = [init, wantsCode, push, code({ status: 204 }), trust, login];
    const { error, apple, isDone } = await signInOnce(steps, aPerson("012-345"));
    expect(error).toBeNull();
    expect(isDone).toBeTrue();
    const submitted = apple.requests[3]!;
    expect(submitted.body).toBe('{"securityCode":{"code":"012345"}}');
    expect(submitted.headers).toMatchObject({
      Origin: "https://www.icloud.com",
      Accept: "application/json",
      scnt: "scnt-2",
    });
    expect(JSON.parse(apple.requests[5]!.body!)).toMatchObject({
      dsWebAuthToken: "session-token-secret",
      trustToken: "trust-token-secret",
    });
  });

  test("completes a repair after 412", async () => {
    const repair: Step = [
      "POST /repair/complete",
      { body: {}, headers: { "X-Apple-Session-Token": "repaired" } },
    ];
    const { error, apple } = await signInOnce([init, complete({ status: 412 }), repair, login]);
    expect(error).toBeNull();
    expect(apple.requests[2]!.headers["Origin"]).toBe("https://www.icloud.com");
    expect(apple.requests[3]!.body).toContain("repaired");
  });

  test("starts once more when the first request meets a stale thread", async () => {
    for (const status of [401, 409]) {
      const stale: Step = ["POST /signin/init", { status, headers: { scnt: "stale" } }];
      const { error, apple } = await signInOnce([stale, init, trusted, login]);
      expect(error).toBeNull();
      expect(apple.requests[1]!.headers["scnt"]).toBeUndefined();
    }
  });

  test("asks for another challenge when the proof may be read in two ways", async () => {
    // Number 74 was found by search: with it the shared secret begins with a zero byte.
    const unlucky = new Uint8Array(32).fill(7);
    new DataView(unlucky.buffer).setUint32(0, 74);
    const steady = new Uint8Array(Buffer.from(vector.a, "hex"));
    const draws = [unlucky, steady];
    const scene = aScene([init, init, trusted, login], aPerson(), {}, () => draws.shift()!);
    const session = await scene.open();
    await session.ensureSignedIn();
    session.close();
    expect(scene.apple.isDone).toBeTrue();
  });

  test("goes for a code when a trusted answer turns out untrusted", async () => {
    const untrusted: Step = [
      "POST /accountLogin",
      { body: accountBody({ hsaTrustedBrowser: false }) },
    ];
    const steps = [init, trusted, untrusted, push, code({ status: 200, body: {} }), trust, login];
    expect((await signInOnce(steps, aPerson("123456"))).error).toBeNull();
  });

  test("stops instead of looping when Apple wants a code after the code", async () => {
    const untrusted: Step = [
      "POST /accountLogin",
      { body: accountBody({ hsaTrustedBrowser: false }) },
    ];
    const steps = [init, wantsCode, push, code({ status: 204 }), trust, untrusted];
    expect((await signInOnce(steps, aPerson("123456"))).error).toMatchObject({ code: "auth/code" });
  });
});

describe("ensureSignedIn() refused at the password", () => {
  const wrong = { serviceErrors: [{ code: "-20101", message: "Your name or password is wrong" }] };
  const rows: { name: string; reply: Reply; reason: string; asked?: number }[] = [
    { name: "401", reply: { status: 401, body: wrong }, reason: "password" },
    {
      name: "200 with 401 behind it",
      reply: { body: {}, headers: { "X-Apple-I-Rscd": "401" } },
      reason: "password",
    },
    { name: "200 with the error in the body", reply: { body: wrong }, reason: "password" },
    { name: "403", reply: { status: 403 }, reason: "throttled" },
    {
      name: "200 with 403 behind it",
      reply: { body: {}, headers: { "X-Apple-I-Rscd": "403" } },
      reason: "throttled",
    },
    {
      name: "200 with an unknown error",
      reply: { body: { hasError: true, service_errors: [{ code: "-1", message: "?" }] } },
      reason: "unavailable",
    },
    { name: "400", reply: { status: 400, body: "<html>no</html>" }, reason: "unavailable" },
    {
      name: "a locked account",
      reply: { status: 401, body: { serviceErrors: [{ code: "-20209" }] } },
      reason: "locked",
    },
  ];
  for (const row of rows) {
    test(`${row.name} is "${row.reason}"`, async () => {
      const { error, apple } = await signInOnce([init, complete(row.reply)]);
      expect(error).toBeInstanceOf(AuthError);
      expect(error).toMatchObject({ reason: row.reason });
      expect(apple.requests).toHaveLength(2);
    });
  }

  test("repeats the first step of a busy sign-in twice, then says busy and never wrong password", async () => {
    const body = "Service Temporary Unavailable";
    const down: Step = ["POST /signin/init", { status: 503, body }];
    const { error, clock, isDone } = await signInOnce([down, down, down]);
    expect(error).toMatchObject({ reason: "unavailable" });
    expect(clock.slept).toEqual([2000, 4000]);
    expect(isDone).toBeTrue();
  });

  test("waits as long as Apple asks when that is short", async () => {
    const busy: Step = ["POST /signin/init", { status: 429, headers: { "Retry-After": "7" } }];
    const { error, clock } = await signInOnce([busy, init, trusted, login]);
    expect(error).toBeNull();
    expect(clock.slept).toEqual([7000]);
  });

  test("stops at once when Apple asks for a long wait", async () => {
    const busy: Step = ["POST /signin/init", { status: 429, headers: { "Retry-After": "999999" } }];
    const { error, clock } = await signInOnce([busy]);
    expect(error).toMatchObject({ reason: "throttled" });
    expect(clock.slept).toEqual([]);
  });

  const nonsense = ["", "<html>busy</html>", '{"iteration":20064,"sal', "null", "[]"];
  for (const body of nonsense) {
    test(`nonsense "${body}" is a typed error at every step`, async () => {
      for (const steps of [
        [["POST /signin/init", { body }]],
        [init, trusted, ["POST /accountLogin", { body }]],
      ] as Step[][]) {
        expect((await signInOnce(steps)).error).toMatchObject({ code: "auth/unavailable" });
      }
    });
  }

  for (const fault of ["untrusted", "blocked"] as const) {
    test(`tries nothing again where the way is ${fault}, and says what it may be`, async () => {
      const hint = "look at the clock";
      let asked = 0;
      const send: Send = () => {
        asked += 1;
        return Promise.reject(new RemoteError(fault, "Cannot trust it", { hint }));
      };
      const { options, clock, talk } = aScene([]);
      const { signal } = new AbortController();
      const session = await openSession(options, { clock, talk, signal, send });
      const error = await errorOf(session.ensureSignedIn());
      session.close();
      expect(error).toMatchObject({ code: "auth/unavailable", hint, cause: { fault } });
      expect([asked, clock.slept]).toEqual([1, []]);
    });
  }

  const unclear: readonly Reply[] = [{ lost: true }, { status: 502 }, { status: 503 }];
  for (const reply of unclear) {
    test(`begins again with a new challenge, once, after ${JSON.stringify(reply)}`, async () => {
      const again = await signInOnce([init, complete(reply), init, trusted, login]);
      expect([again.error, again.isDone]).toEqual([null, true]);
      expect(again.clock.slept).toEqual([2000]);
      const gone = await signInOnce([init, complete(reply), init, complete(reply)]);
      expect(gone.error).toMatchObject({ code: "auth/unavailable" });
      expect(gone.isDone).toBeTrue();
    });
  }
});

describe("ensureSignedIn() with a session", () => {
  async function withSession(
    steps: Step[],
    act: (scene: ReturnType<typeof aScene>) => Promise<void>,
  ) {
    const scene = aScene([init, trusted, login]);
    const first = await scene.open();
    await first.ensureSignedIn();
    first.close();
    scene.apple.requests.length = 0;
    scene.apple.expect(...steps);
    await act(scene);
    expect(scene.apple.isDone).toBeTrue();
  }

  async function openAndSignIn(scene: ReturnType<typeof aScene>): Promise<unknown> {
    const session = await scene.open();
    try {
      await session.ensureSignedIn();
      return null;
    } catch (error) {
      return error;
    } finally {
      session.close();
    }
  }

  const later = 11 * 60_000;

  test("asks nobody within ten minutes", async () => {
    await withSession([], async (scene) => {
      await scene.clock.sleep(9 * 60_000);
      expect(await openAndSignIn(scene)).toBeNull();
    });
  });

  test("validates after ten minutes, with the cookies as they came", async () => {
    await withSession([validate], async (scene) => {
      await scene.clock.sleep(later);
      expect(await openAndSignIn(scene)).toBeNull();
      const [request] = scene.apple.requests;
      expect(request!.body).toBe("null");
      expect(request!.headers["Cookie"]).toBe('X-APPLE-WEBAUTH-TOKEN="v=2:t=web-token-secret~~"');
    });
  });

  test("exchanges the token when the cookies are over", async () => {
    await withSession([["POST /validate", sessionOver], login], async (scene) => {
      await scene.clock.sleep(later);
      expect(await openAndSignIn(scene)).toBeNull();
    });
  });

  test("signs in by password when the token is over too, over a fresh connection first", async () => {
    const over: Step = ["POST /accountLogin", sessionOver];
    const steps: Step[] = [["POST /validate", sessionOver], over, over, init, trusted, login];
    await withSession(steps, async (scene) => {
      await scene.clock.sleep(later);
      expect(await openAndSignIn(scene)).toBeNull();
      const { requests } = scene.apple;
      expect(requests[1]!.isFreshConnection).toBeFalsy();
      expect(requests[2]!.isFreshConnection).toBeTrue();
      expect(requests[3]!.headers["Cookie"]).toBeUndefined();
    });
  });

  const limits: Reply[] = [{ status: 403 }, { status: 429 }, { status: 503 }, { status: 500 }];
  for (const reply of limits) {
    test(`never goes on to the password because of ${reply.status}`, async () => {
      const tries = reply.status === 403 ? 1 : 3;
      const steps: Step[] = Array.from({ length: tries }, () => ["POST /validate", reply]);
      await withSession(steps, async (scene) => {
        await scene.clock.sleep(later);
        const error = await openAndSignIn(scene);
        expect(["auth/throttled", "auth/unavailable"]).toContain((error as AuthError).code);
      });
      const login: Step[] = Array.from({ length: tries }, () => ["POST /accountLogin", reply]);
      await withSession([["POST /validate", sessionOver], ...login], async (scene) => {
        await scene.clock.sleep(later);
        expect(await openAndSignIn(scene)).toBeInstanceOf(AuthError);
      });
    });
  }

  test("an outage loses no token", async () => {
    const down: Step = ["POST /validate", { lost: true }];
    await withSession([down, down, down], async (scene) => {
      await scene.clock.sleep(later);
      const path = accountFiles(scene.options.dataDir, scene.options.username).session;
      expect(await openAndSignIn(scene)).toMatchObject({ code: "auth/unavailable" });
      expect(readFileSync(path, "utf8")).toContain("session-token-secret");
      expect(readFileSync(path, "utf8")).toContain("web-token-secret");
    });
  });

  test("keeps client id and trust token through a refused password", async () => {
    const scene = aScene(
      [init, wantsCode, push, code({ status: 204 }), trust, login],
      aPerson("123456"),
    );
    const first = await scene.open();
    await first.ensureSignedIn();
    const clientId = first.clientId();
    first.close();
    const over: Step = ["POST /accountLogin", sessionOver];
    scene.apple.expect(
      ["POST /validate", sessionOver],
      over,
      over,
      init,
      complete({ status: 401 }),
    );
    await scene.clock.sleep(later);
    expect(await openAndSignIn(scene)).toMatchObject({ reason: "password" });
    expect(scene.apple.requests.at(-1)!.body).toContain('"trustTokens":["trust-token-secret"]');
    const again = await scene.open();
    expect(again.clientId()).toBe(clientId);
    again.close();
  });
});

describe("what an account can have in the way", () => {
  const ds = { dsid: 10123456789, hsaVersion: 2 };
  const rows: { name: string; body: unknown; reason: string; hint?: string; cookies?: string[] }[] =
    [
      {
        name: "region",
        body: { domainToUse: "iCloud.com.cn" },
        reason: "region",
        hint: "--domain cn",
      },
      { name: "terms", body: accountBody({ termsUpdateNeeded: true }), reason: "terms" },
      { name: "no photos", body: accountBody({ webservices: {} }), reason: "not-set-up" },
      {
        name: "web access off",
        body: accountBody({ dsInfo: { ...ds, isWebAccessAllowed: false } }),
        reason: "protected",
        hint: "Access iCloud Data on the Web",
      },
      {
        name: "data protection without its cookies",
        body: accountBody({ iCDPEnabled: true }),
        reason: "protected",
        hint: "Advanced Data Protection",
      },
      { name: "locked", body: accountBody({ dsInfo: { ...ds, locked: true } }), reason: "locked" },
      { name: "no account part", body: { success: true }, reason: "unavailable" },
      {
        name: "a database elsewhere",
        body: accountBody({ webservices: { ckdatabasews: { url: "https://evil.example.com" } } }),
        reason: "unavailable",
      },
      {
        name: "a database on this machine, outside a simulation",
        body: accountBody({ webservices: { ckdatabasews: { url: "http://127.0.0.1:1" } } }),
        reason: "unavailable",
      },
    ];
  for (const row of rows) {
    test(`${row.name} is "${row.reason}"`, async () => {
      const steps: Step[] = [init, trusted, ["POST /accountLogin", { body: row.body }]];
      const { error } = await signInOnce(steps);
      expect(error).toMatchObject({ reason: row.reason });
      if (row.hint) expect((error as AuthError).hint).toContain(row.hint);
    });
  }

  test("data protection with its cookies is no obstacle", async () => {
    const body = accountBody({ iCDPEnabled: true });
    const cookies = [...webCookies, ...pcsCookies];
    const { error } = await signInOnce([init, trusted, ["POST /accountLogin", { body, cookies }]]);
    expect(error).toBeNull();
  });
});

describe("the second factor", () => {
  const accepted: { name: string; reply: Reply }[] = [
    { name: "204", reply: { status: 204 } },
    { name: "200", reply: { status: 200, body: {} } },
    {
      name: "409 valid with a session token",
      reply: {
        status: 409,
        body: { securityCode: { valid: true } },
        headers: { "X-Apple-Session-Token": "t" },
      },
    },
    {
      name: "409 valid without one",
      reply: { status: 409, body: { securityCode: { valid: true } } },
    },
    {
      name: "409 with nothing but a session token",
      reply: { status: 409, headers: { "X-Apple-Session-Token": "t" } },
    },
  ];
  for (const { name, reply } of accepted) {
    test(`accepts ${name}`, async () => {
      const steps = [init, wantsCode, push, code(reply), trust, login];
      const { error, isDone } = await signInOnce(steps, aPerson("123456"));
      expect(error).toBeNull();
      expect(isDone).toBeTrue();
    });
  }

  test("accepts 412 valid after a repair", async () => {
    const valid = code({ status: 412, body: { securityCode: { valid: true } } });
    const repair: Step = ["POST /repair/complete", { status: 500 }];
    const steps = [init, wantsCode, push, valid, repair, repair, repair, trust, login];
    expect((await signInOnce(steps, aPerson("123456"))).error).toBeNull();
  });

  const refused: Reply[] = [
    wrongCode,
    { ...wrongCode, status: 409, headers: { "X-Apple-Session-Token": "t" } },
    { status: 409, body: { securityCode: { valid: false } } },
    { status: 200, body: wrongCode.body },
  ];
  for (const reply of refused) {
    test(`gives three tries when ${reply.status} ${JSON.stringify(reply.body)} refuses`, async () => {
      const wrong = code(reply);
      const talk = aPerson("111111", "222222", "333333", "444444");
      const { error, isDone } = await signInOnce(
        [init, wantsCode, push, wrong, wrong, wrong],
        talk,
      );
      expect(error).toMatchObject({ code: "auth/code" });
      expect(isDone).toBeTrue();
    });
  }

  test("stops at once when too many codes were tried", async () => {
    const locked = code({ status: 401, body: { securityCode: { securityCodeLocked: true } } });
    const { error } = await signInOnce([init, wantsCode, push, locked], aPerson("1 1 1 1 1 1"));
    expect(error).toMatchObject({ code: "auth/locked" });
  });

  test("repeats once with the other site name, and remembers what worked", async () => {
    const no = code({ status: 403 });
    const steps = [init, wantsCode, push, no, code({ status: 204 }), trust, login];
    const { error, apple, options } = await signInOnce(steps, aPerson("123456"));
    expect(error).toBeNull();
    const origins = apple.requests.map((request) => request.headers["Origin"]);
    expect(origins[3]).toBe("https://www.icloud.com");
    expect(origins[4]).toBe("https://idmsa.apple.com");
    expect(origins[5]).toBe("https://idmsa.apple.com");
    const text = readFileSync(accountFiles(options.dataDir, options.username).session, "utf8");
    expect(JSON.parse(text)).toMatchObject({ codeProfile: "auth", isCodePending: false });
  });

  test("an empty line sends another push, anything but six digits is asked again", async () => {
    const steps = [init, wantsCode, push, push, code({ status: 204 }), trust, login];
    const { error, isDone } = await signInOnce(steps, aPerson("", "12345", "123456"));
    expect(error).toBeNull();
    expect(isDone).toBeTrue();
  });

  test("without a person no code is asked for, and the hint names both commands", async () => {
    const { error, apple } = await signInOnce([init, wantsCode]);
    expect(error).toMatchObject({ code: "auth/two-factor" });
    expect((error as AuthError).hint).toContain("kei login get-code");
    expect((error as AuthError).hint).toContain("kei login submit-code CODE");
    expect(apple.asked).toEqual(["POST /signin/init", "POST /signin/complete"]);
  });

  test("a person who gives up ends it", async () => {
    const { error } = await signInOnce([init, wantsCode, push, push], aPerson(""));
    expect(error).toMatchObject({ code: "auth/two-factor" });
  });

  test("hardware keys are refused by name before any code is asked for", async () => {
    const keys = complete({
      status: 409,
      body: { fsaChallenge: { challenge: "x" }, keyNames: ["Blue key", "Spare"] },
    });
    const { error, apple } = await signInOnce([init, keys], aPerson("123456"));
    expect(error).toMatchObject({ code: "auth/security-key" });
    expect((error as AuthError).message).toContain('"Blue key", "Spare"');
    expect(apple.requests).toHaveLength(2);
  });

  test("sends to the phone that is chosen by letter, and hands the code in under its id", async () => {
    const phones = [
      { id: 3, pushMode: "sms", lastTwoDigits: "12", nonFTEU: false },
      { id: 7, pushMode: "sms", lastTwoDigits: "34" },
    ];
    const factors: Step = [
      "GET ",
      { status: 409, body: { phoneNumberVerification: { trustedPhoneNumbers: phones } } },
    ];
    const message: Step = ["PUT /verify/phone", { body: { securityCode: { length: 6 } } }];
    const submitted: Step = ["POST /verify/phone/securitycode", { status: 200, body: {} }];
    const steps = [init, wantsCode, push, factors, message, submitted, trust, login];
    const { error, apple, talk } = await signInOnce(steps, aPerson("sms", "sms b", "012345"));
    expect(error).toBeNull();
    expect(talk.heard.join("\n")).toContain("sms b: 34");
    expect(JSON.parse(apple.requests[4]!.body!)).toEqual({ phoneNumber: { id: 7 }, mode: "sms" });
    expect(JSON.parse(apple.requests[5]!.body!)).toEqual({
      phoneNumber: { id: 7 },
      mode: "sms",
      securityCode: { code: "012345" },
    });
  });
});

describe("secrets", () => {
  test("never appear in what is thrown or said", async () => {
    const endings: Step[][] = [
      [
        ["POST /signin/init", { status: 503 }],
        ["POST /signin/init", { status: 503 }],
        ["POST /signin/init", { status: 503 }],
      ],
      [init, complete({ status: 401 })],
      [init, complete({ status: 403, body: "<html>" })],
      [init, trusted, ["POST /accountLogin", { status: 400, body: "no" }]],
      [init, wantsCode],
      [init, wantsCode, push, code(wrongCode), code(wrongCode), code(wrongCode)],
    ];
    for (const steps of endings) {
      const talk = aPerson(...(steps.length > 3 ? ["111111", "111111", "111111"] : []));
      const { error } = await signInOnce(steps, talk);
      const shown = `${Bun.inspect(error)} ${JSON.stringify(error)} ${talk.heard.join(" ")}`;
      expect(error).toBeInstanceOf(AuthError);
      for (const secret of [password, "token-secret", "scnt-1", "session-1"]) {
        expect(shown).not.toContain(secret);
      }
    }
  });
});

describe("a Chinese account", () => {
  test("signs in at the other host when the first cannot be reached", async () => {
    const scene = aScene([], aPerson(), { domain: "cn", endpoints: defaultEndpoints("cn") });
    const hosts: string[] = [];
    scene.apple.expect(init, trusted, login);
    const send: Send = async (request) => {
      const { host } = new URL(request.url);
      hosts.push(host);
      if (host === "idmsa.apple.com.cn") throw new RemoteError("unreachable", "Cannot reach it");
      return scene.apple.send(request);
    };
    const { signal } = new AbortController();
    const { clock, talk, options } = scene;
    const deps = { clock, talk, signal, send, random: steadyDraw };
    const session = await openSession(options, deps);
    await session.ensureSignedIn();
    session.close();
    expect(hosts).toEqual([
      "idmsa.apple.com.cn",
      "idmsa.apple.com",
      "idmsa.apple.com",
      "setup.icloud.com.cn",
    ]);
  });
});
