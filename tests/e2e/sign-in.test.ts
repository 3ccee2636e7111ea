/** What a case cannot say of a sign-in: broken answers at each step, limits, and codes by message. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { PASSWORD } from "../support/simulator.ts";
import { keiOnTerminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const MINUTE_MS = 60_000;

/** The calls of a sign-in by the trust token, in their order. */
const STEPS = ["signin/init", "signin/complete", "accountLogin"] as const;

const BROKEN = {
  "a web page": { html: true },
  nothing: { empty: true },
  "half an answer": { truncateTo: 20 },
  "no answer but a closed connection": { reset: true },
} as const;

for (const [what, action] of Object.entries(BROKEN)) {
  test.concurrent(
    `${what} at any step of a sign-in: said, nothing lost, and it goes on later`,
    async () => {
      await using computer = await signedInComputer(["--assets", "3", "--no-rate-limit"]);
      const before = trustOf(computer);
      for (const path of STEPS) {
        // Without its cookies and its token the session begins with the password again.
        await computer.simulator.admin("POST", "reset-sessions", { keepTrust: true });
        await computer.simulator.fault({ match: { path }, times: "always", action });
        const { code, stderr } = await computer.run("sync", "-d", "photos");
        // What counts of signin/complete are its headers.
        const isHarmless = what === "half an answer" && path === "signin/complete";
        expect(code).toBeOneOf(isHarmless ? [0] : [1, 3]);
        if (!isHarmless) expect(stderr).toMatch(/^error: /m);
        expect(stderr).not.toMatch(/wrong password|refused the password|TypeError|SyntaxError/i);
        expect(trustOf(computer)).toBe(before);
        await computer.simulator.clearFaults();
      }
      const since = await computer.simulator.mark();
      expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
      const asked = await computer.simulator.asked(since);
      expect(asked.filter(({ path }) => path.includes("securitycode"))).toEqual([]);
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}

test.concurrent(
  "a session that is over when it is asked about is renewed without the password",
  async () => {
    await using computer = await signedInComputer(["--assets", "3"]);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    await computer.simulator.admin("POST", "account", { killSession: true });
    // Apple is asked about a session that was not used for ten minutes.
    computer.setClock("wrong", 11 * MINUTE_MS);
    const since = await computer.simulator.mark();
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    const asked = (await computer.simulator.asked(since)).map(({ path, status }) => [path, status]);
    expect(asked.slice(0, 2)).toEqual([
      [expect.stringContaining("/validate"), 421],
      [expect.stringContaining("/accountLogin"), 200],
    ]);
    expect(await computer.countAsked("auth", since)).toBe(0);
  },
);

for (const status of [429, 503]) {
  test.concurrent(
    `${status} to the question about a session is not answered with the password`,
    async () => {
      await using computer = await signedInComputer(["--assets", "3"]);
      expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
      computer.setClock("wrong", 11 * MINUTE_MS);
      const match = { service: "setup" };
      await computer.simulator.fault({ match, times: "always", action: { status } });
      const since = await computer.simulator.mark();
      const { code, stderr } = await computer.run("sync", "-d", "photos");
      expect([code, stderr]).toEqual([3, expect.not.stringMatching(/wrong password/i)]);
      expect(await computer.countAsked("auth", since)).toBe(0);
      await computer.simulator.clearFaults();
      expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
      expect(await computer.countAsked("auth", since)).toBe(0);
    },
  );
}

test.concurrent(
  "sign-ins that Apple counts: refused after too many, and never called a wrong password",
  async () => {
    await using computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
    computer.env["ICLOUD_PASSWORD"] = "not-the-password";
    let refused = "";
    for (let attempt = 1; attempt <= 11; attempt++) {
      computer.env["ICLOUD_PASSWORD"] = attempt === 11 ? PASSWORD : "not-the-password";
      const { code, stderr } = await computer.run("login");
      expect(code).toBe(3);
      refused = stderr;
    }
    expect(refused).not.toMatch(/password/i);
    await computer.simulator.admin("POST", "clock", { advanceMs: 120 * MINUTE_MS });
    expect((await computer.run("login")).code).toBe(0);
  },
);

for (const phonesAt of ["top", "wrapped", "none"]) {
  test.concurrent(
    `a code by message to the second phone, whose list stands at "${phonesAt}"`,
    async () => {
      await using computer = await signedOutComputer(["--assets", "0"]);
      await computer.simulator.admin("POST", "account", { phonesAt });
      const kei = keiOnTerminal(["login"], computer.setting);
      await kei.shows("Code");
      kei.type("sms\r");
      await kei.shows("58");
      kei.type("sms b\r");
      await kei.shows("sent to the phone");
      kei.type(`${await computer.simulator.code()}\r`);
      expect(await kei.exited).toBe(0);
      const asked = await computer.simulator.asked();
      expect(asked.find(({ path }) => path.endsWith("phone/securitycode"))?.body).toContain("7");
    },
  );
}

test.concurrent(
  "a code by message to the only phone, which is asked for without a letter",
  async () => {
    await using computer = await signedOutComputer(["--assets", "0"]);
    const wishes = { noTrustedDevices: true, phonesAt: "singular" };
    await computer.simulator.admin("POST", "account", wishes);
    const kei = keiOnTerminal(["login"], computer.setting);
    await kei.shows("Code");
    kei.type("sms\r");
    await kei.shows("sent to the phone");
    kei.type(`${await computer.simulator.code()}\r`);
    expect(await kei.exited).toBe(0);
  },
);

function trustOf({ place }: Computer): unknown {
  const [name = ""] = globSync("*.session.json", { cwd: place.data });
  const session = JSON.parse(readFileSync(join(place.data, name), "utf8")) as Record<
    string,
    unknown
  >;
  return session["trustToken"];
}
