import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultEndpoints, endpointsFrom } from "../../../src/auth/endpoints.ts";
import { accountFiles } from "../../../src/auth/account-files.ts";
import { AuthError, Bug, LocalError, UsageError } from "../../../src/lib/errors.ts";
import {
  complete,
  aPerson,
  aScene,
  code,
  errorOf,
  init,
  login,
  push,
  sessionOver,
  trust,
  trusted,
  validate,
  wantsCode,
  webCookies,
  wrongCode,
  type Step,
} from "./scripted-apple.ts";

async function signedIn(...more: Step[]) {
  const scene = aScene([init, trusted, login]);
  const session = await scene.open();
  await session.ensureSignedIn();
  scene.apple.requests.length = 0;
  scene.apple.expect(...more);
  return { ...scene, session };
}

describe("the session file", () => {
  test("is for its owner alone and leaves no temporary file", async () => {
    const { options, session } = await signedIn();
    session.close();
    const path = accountFiles(options.dataDir, options.username).session;
    expect(path).toEndWith("walrustesterexamplecom.session.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(options.dataDir).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("makes the folder for its owner alone", async () => {
    const base = aScene([]);
    const dataDir = join(base.options.dataDir, "a", "b");
    const scene = aScene([], aPerson(), { dataDir });
    (await scene.open()).close();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  for (const text of ["", "{", "[]", "null", '{"username":5}', '"text"']) {
    test(`"${text}" means a fresh start and a warning`, async () => {
      const scene = aScene([init, trusted, login]);
      const path = accountFiles(scene.options.dataDir, scene.options.username).session;
      writeFileSync(path, text);
      const session = await scene.open();
      expect(scene.talk.heard.join()).toContain("Cannot read the session file");
      await session.ensureSignedIn();
      session.close();
      expect(JSON.parse(readFileSync(path, "utf8")).sessionToken).toBe("session-token-secret");
    });
  }

  test("of another account is left alone; the second account has files of its own, also later", async () => {
    const first = await signedIn();
    first.session.close();
    const { dataDir } = first.options;
    const username = "walrus@tester.example.com";
    const path = accountFiles(dataDir, first.options.username).session;
    const before = readFileSync(path, "utf8");
    const other = aScene([init, trusted, login], aPerson(), { dataDir, username });
    const files = accountFiles(dataDir, username);
    expect([files.session === path, files.original]).toEqual([false, null]);
    const session = await other.open();
    await session.ensureSignedIn();
    session.close();
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(JSON.parse(readFileSync(files.session, "utf8")).username).toBe(username);
    rmSync(path);
    expect(accountFiles(dataDir, username)).toEqual(files);
    expect(accountFiles(dataDir, first.options.username).session).toBe(path);
  });

  test("of a name that Apple never let in gives way to the right name", async () => {
    const wrong = aScene([], aPerson(), { username: "walrus@tester.example.com" });
    const { dataDir } = wrong.options;
    (await wrong.open()).close();
    const path = accountFiles(dataDir, wrong.options.username).session;
    expect(JSON.parse(readFileSync(path, "utf8")).username).toBe(wrong.options.username);
    const right = aScene([init, trusted, login], aPerson(), { dataDir });
    expect(accountFiles(dataDir, right.options.username).session).toBe(path);
    const session = await right.open();
    await session.ensureSignedIn();
    session.close();
    expect(JSON.parse(readFileSync(path, "utf8")).username).toBe(right.options.username);
  });

  test("that cannot be read is an error, not a fresh start", async () => {
    const scene = aScene([]);
    mkdirSync(accountFiles(scene.options.dataDir, scene.options.username).session);
    expect(await errorOf(scene.open())).toBeInstanceOf(LocalError);
  });

  test("is not touched when nothing changed", async () => {
    const first = await signedIn();
    first.session.close();
    const path = accountFiles(first.options.dataDir, first.options.username).session;
    chmodSync(path, 0o400);
    const before = statSync(path);
    const again = await first.open();
    await again.ensureSignedIn();
    again.close();
    expect(statSync(path).ino).toBe(before.ino);
  });
});

describe("requestCode() and submitCode()", () => {
  test("work from two processes, and only one push is asked for", async () => {
    const scene = aScene([init, wantsCode, push]);
    const first = await scene.open();
    expect(await first.requestCode()).toEqual({ sentTo: "your trusted devices" });
    first.close();
    scene.apple.expect(code({ status: 204 }), trust, login);
    const second = await scene.open();
    expect(await second.submitCode("123 456")).toBe("accepted");
    second.close();
    expect(scene.apple.requests[3]!.headers).toMatchObject({
      scnt: "scnt-2",
      "X-Apple-ID-Session-Id": "session-1",
      "X-Apple-OAuth-State": second.clientId(),
    });
    const third = await scene.open();
    expect(await third.submitCode("123456")).toBe("already-trusted");
    expect(await third.requestCode()).toBe("already-trusted");
    third.close();
    expect(scene.apple.isDone).toBeTrue();
  });

  test("send to the first phone when the devices cannot be reached", async () => {
    const phones = { trustedPhoneNumbers: [{ id: 3, pushMode: "sms" }] };
    const scene = aScene([
      init,
      wantsCode,
      ["PUT /verify/trusteddevice/securitycode", { status: 500 }],
      ["GET ", { body: phones }],
      ["PUT /verify/phone", { status: 200, body: {} }],
    ]);
    const first = await scene.open();
    expect(await first.requestCode()).toEqual({ sentTo: "the phone number 3" });
    first.close();
    const submitted: Step = ["POST /verify/phone/securitycode", { status: 200, body: {} }];
    scene.apple.expect(submitted, trust, login);
    const second = await scene.open();
    expect(await second.submitCode("000001")).toBe("accepted");
    second.close();
    expect(scene.apple.requests[5]!.body).toContain('"phoneNumber":{"id":3}');
  });

  test("refuse a wrong code once and keep the sign-in open for another", async () => {
    const scene = aScene([
      init,
      wantsCode,
      push,
      code(wrongCode),
      code({ status: 204 }),
      trust,
      login,
    ]);
    const session = await scene.open();
    await session.requestCode();
    expect(await errorOf(session.submitCode("111111"))).toMatchObject({ code: "auth/code" });
    expect(await session.submitCode("222222")).toBe("accepted");
    session.close();
  });

  test("say what to do when no code was asked for, or the sign-in is over", async () => {
    const scene = aScene([]);
    const session = await scene.open();
    const error = await errorOf(session.submitCode("111111"));
    expect(error).toMatchObject({ code: "auth/two-factor" });
    expect((error as AuthError).hint).toContain("kei login get-code");
    scene.apple.expect(init, wantsCode, push, code({ status: 401 }), code({ status: 401 }));
    await session.requestCode();
    const over = await errorOf(session.submitCode("111111"));
    expect((over as AuthError).hint).toContain("kei login get-code");
    session.close();
  });

  test("refuse what is no code before asking anybody", async () => {
    const scene = aScene([]);
    const session = await scene.open();
    for (const text of ["", "12345", "1234567", "abcdef"]) {
      expect(await errorOf(session.submitCode(text))).toBeInstanceOf(UsageError);
    }
    session.close();
  });
});

describe("renew()", () => {
  test("is shared by callers at the same time", async () => {
    const { session, apple } = await signedIn(login);
    await Promise.all([session.renew(), session.renew(), session.renew()]);
    expect(apple.asked).toEqual(["POST /accountLogin"]);
    expect(apple.requests[0]!.isFreshConnection).toBeTrue();
    session.close();
  });

  test("does nothing for a request sent before the last one", async () => {
    const { session, apple } = await signedIn(login);
    const { epoch } = session;
    await session.renew(epoch);
    await session.renew(epoch);
    expect(apple.asked).toHaveLength(1);
    session.close();
  });

  test("says how it was done, to those that come late as well", async () => {
    const { session } = await signedIn(login, init, trusted, login);
    const { epoch } = session;
    expect(await session.renew(epoch)).toBe("token");
    expect(await session.renew(epoch)).toBe("token");
    expect(await session.renew()).toBe("password");
    expect(await session.renew(epoch)).toBe("password");
    session.close();
  });

  test("passes over the token when it must prove itself, and keeps the trust", async () => {
    const { session, apple } = await signedIn(init, trusted, login);
    expect(await session.renew(session.epoch, true)).toBe("password");
    expect(apple.asked[0]).toBe("POST /signin/init");
    session.close();
  });

  test("uses the password the second time, then stops", async () => {
    const again = [init, trusted, login];
    const { session, apple, clock } = await signedIn(login, ...again, ...again);
    for (let times = 0; times < 3; times += 1) await session.renew();
    expect(apple.isDone).toBeTrue();
    expect(await errorOf(session.renew())).toMatchObject({ code: "auth/unavailable" });
    await clock.sleep(61 * 60_000);
    apple.expect(login);
    await session.renew();
    session.close();
  });

  test("keeps the tokens when Apple is down", async () => {
    const down: Step = ["POST /accountLogin", { status: 503 }];
    const { session, options } = await signedIn(down, down, down);
    expect(await errorOf(session.renew())).toMatchObject({ code: "auth/unavailable" });
    session.close();
    const text = readFileSync(accountFiles(options.dataDir, options.username).session, "utf8");
    expect(JSON.parse(text)).toMatchObject({ sessionToken: "session-token-secret" });
  });

  test("goes on to the password when the token is over", async () => {
    const over: Step = ["POST /accountLogin", sessionOver];
    const { session, apple } = await signedIn(over, init, trusted, login);
    await session.renew();
    expect(apple.isDone).toBeTrue();
    session.close();
  });
});

describe("cookies of CloudKit", () => {
  const url = "https://p61-ckdatabasews.icloud.com:443/database/1/x";

  test("go where they belong, with the site's name", async () => {
    const { session } = await signedIn();
    expect(session.headersFor(url)).toMatchObject({
      Cookie: 'X-APPLE-WEBAUTH-TOKEN="v=2:t=web-token-secret~~"',
      Origin: "https://www.icloud.com",
      Referer: "https://www.icloud.com/",
    });
    expect(session.headersFor("https://cvws.icloud-content.com/B/x")["Cookie"]).toBeUndefined();
    session.close();
  });

  test("reach the disk when re-issued", async () => {
    const { session, options, clock } = await signedIn();
    const path = accountFiles(options.dataDir, options.username).session;
    const rotated = webCookies[0]!.replace("web-token-secret", "rotated-1");
    session.absorb(url, [rotated]);
    expect(readFileSync(path, "utf8")).not.toContain("rotated-1");
    session.close();
    expect(readFileSync(path, "utf8")).toContain("rotated-1");
    expect(clock.slept).toEqual([]);
  });

  test("are written within seconds of a long run", async () => {
    const { session, options, clock } = await signedIn();
    const path = accountFiles(options.dataDir, options.username).session;
    await clock.sleep(11_000);
    session.absorb(url, [webCookies[0]!.replace("web-token-secret", "rotated-2")]);
    expect(readFileSync(path, "utf8")).toContain("rotated-2");
    session.close();
  });
});

test("a session that never signed in has no address", async () => {
  const session = await aScene([]).open();
  expect(() => session.databaseUrl()).toThrow(Bug);
  expect(() => session.dsid()).toThrow(Bug);
  session.close();
});

describe("a session belongs to its servers", () => {
  const local = endpointsFrom(
    {
      KEI_AUTH_ENDPOINT: "http://127.0.0.1:1",
      KEI_SETUP_ENDPOINT: "http://127.0.0.1:1",
      KEI_HOME_ENDPOINT: "http://127.0.0.1:1",
    },
    "com",
  );
  const others = [
    { name: "those of another region", endpoints: defaultEndpoints("cn") },
    { name: "those of this machine", endpoints: local },
  ];
  for (const { name, endpoints } of others) {
    test(`and is not shown to ${name}`, async () => {
      const first = await signedIn();
      const clientId = first.session.clientId();
      first.session.close();
      const { dataDir } = first.options;
      const scene = aScene([init, complete({ status: 503 })], aPerson(), { dataDir, endpoints });
      const session = await scene.open();
      expect(session.clientId()).not.toBe(clientId);
      expect(scene.talk.heard).toEqual([expect.stringContaining("is for other servers")]);
      scene.apple.expect(init, complete({ status: 503 }));
      await errorOf(session.ensureSignedIn());
      session.close();
      const sent = JSON.stringify(scene.apple.requests);
      for (const secret of ["token-secret", clientId]) expect(sent).not.toContain(secret);
    });
  }

  test("and goes on with its own", async () => {
    const first = await signedIn();
    first.session.close();
    const scene = aScene([], aPerson(), { dataDir: first.options.dataDir });
    const session = await scene.open();
    expect(session.clientId()).toBe(first.session.clientId());
    expect(scene.talk.heard).toEqual([]);
    session.close();
  });

  const originals = [
    { name: "Apple's", cookieAt: "https://setup.icloud.com/", domain: "com", isTaken: true },
    { name: "China's", cookieAt: "https://setup.icloud.com.cn/", domain: "cn", isTaken: true },
    {
      name: "the other region's",
      cookieAt: "https://setup.icloud.com/",
      domain: "cn",
      isTaken: false,
    },
    { name: "this machine's", cookieAt: "http://127.0.0.1:9/", domain: "com", isTaken: false },
    { name: "this machine's", cookieAt: "http://127.0.0.1:9/", domain: "local", isTaken: true },
    { name: "Apple's", cookieAt: "https://setup.icloud.com/", domain: "local", isTaken: false },
    { name: "one without cookies", cookieAt: null, domain: "local", isTaken: false },
  ] as const;
  for (const { name, cookieAt, domain, isTaken } of originals) {
    test(`and one of the original, ${name}, is ${isTaken ? "" : "not "}taken over at ${domain}`, async () => {
      const endpoints = domain === "local" ? local : defaultEndpoints(domain);
      const scene = aScene([], aPerson(), { endpoints });
      const stem = join(scene.options.dataDir, "walrustesterexamplecom");
      writeFileSync(`${stem}.session`, JSON.stringify({ client_id: "auth-1", trust_token: "t" }));
      const cookies = cookieAt === null ? [] : [{ url: cookieAt, cookie: webCookies[0] }];
      writeFileSync(stem, JSON.stringify(cookies));
      const session = await scene.open();
      expect(session.clientId() === "auth-1").toBe(isTaken);
      session.close();
    });
  }
});

test("the original's session is taken over without a new code", async () => {
  const scene = aScene([validate]);
  const stem = join(scene.options.dataDir, "walrustesterexamplecom");
  const original = { client_id: "auth-1", session_token: "s", trust_token: "t", scnt: "x" };
  writeFileSync(`${stem}.session`, JSON.stringify(original));
  const entry = { url: "https://setup.icloud.com/", cookie: webCookies[0] };
  writeFileSync(stem, JSON.stringify([entry, { url: 5 }]));
  const session = await scene.open();
  expect(session.clientId()).toBe("auth-1");
  await session.ensureSignedIn();
  session.close();
  expect(JSON.parse(readFileSync(`${stem}.session`, "utf8"))).toEqual(original);
});
