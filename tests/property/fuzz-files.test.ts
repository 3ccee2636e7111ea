/** Texts from disks, headers and people: a value of the right shape, or an error that says what is wrong. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { defaultEndpoints, serversOf } from "../../src/auth/endpoints.ts";
import { Cookies } from "../../src/auth/cookies.ts";
import { formatSession, freshState, parseSession } from "../../src/auth/session-file.ts";
import { parseToml } from "../../src/config/toml.ts";
import { decodeBase64, decodeBase64Text } from "../../src/lib/base64.ts";
import { Secret } from "../../src/lib/secret.ts";
import { parseRetryAfter } from "../../src/lib/retry.ts";
import { SEED, TIMEOUT_MS, damaged, junk, mutated, mutatedText, runs } from "./fuzz/mutations.ts";
import { typed } from "./fuzz/typed.ts";

console.log(`KEI_SEED=${SEED} replays the fuzzing of files`);

const USER = "walrus.tester@example.com";
const SERVERS = serversOf(defaultEndpoints("com"));
const SETUP = "https://setup.icloud.com/setup/ws/1";
const COOKIE = `X-APPLE-WEBAUTH-TOKEN="v=2:t=web-token-secret~~";Expires=Fri, 12-Jan-2029 05:06:31 GMT;Path=/;Domain=.icloud.com;Secure;HttpOnly`;
const CLOCK = { now: () => Date.UTC(2026, 0, 1), steadyMs: () => 0, sleep: async () => undefined };

function sessionText(): string {
  const cookies = new Cookies(CLOCK);
  cookies.absorb(SETUP, [COOKIE]);
  const state = {
    ...freshState(USER, SERVERS),
    scnt: "scnt",
    sessionToken: new Secret("session-token-secret"),
    trustToken: new Secret("trust-token-secret"),
    codePhone: { id: 1, mode: "sms" },
    databaseUrl: "https://p61-ckdatabasews.icloud.com:443",
    dsid: "1",
    validatedAtMs: 5,
  };
  return formatSession(state, cookies.store());
}

test(
  "parseSession() starts afresh, goes on or refuses, whatever the file holds",
  async () => {
    const sample: unknown = JSON.parse(sessionText());
    const texts = fc.oneof(mutatedText(sample), damaged(sessionText()));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const loaded = await typed(() => parseSession(text, USER, SERVERS, "session.json"));
        if (loaded === null) return;
        const { state, cookies } = loaded;
        expect(state.username).toBe(USER);
        expect(state.clientId).not.toBe("");
        expect(state.validatedAtMs === null || Number.isFinite(state.validatedAtMs)).toBe(true);
        expect(loaded.warning ?? "").not.toContain("secret");
        const jar = new Cookies(CLOCK);
        const counted = await typed(() => jar.load(cookies));
        expect(counted?.unreadable).toBeLessThanOrEqual(cookies.length);
        await expectJar(jar, state.databaseUrl ?? SETUP);
        expect(await typed(() => formatSession(state, jar.store()))).toBeString();
      }),
      runs(0.2),
    );
  },
  TIMEOUT_MS,
);

async function expectJar(jar: Cookies, url: string): Promise<void> {
  const address = URL.canParse(url) ? url : SETUP;
  const header = await typed(() => jar.header(address));
  expect(header === null || typeof header === "string").toBe(true);
}

test(
  "Cookies.load() counts what it cannot read",
  async () => {
    const cookies = new Cookies(CLOCK);
    cookies.absorb(SETUP, [COOKIE]);
    const [stored] = cookies.store();
    await fc.assert(
      fc.asyncProperty(mutated(stored), async (entry) => {
        if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return;
        const jar = new Cookies(CLOCK);
        const counted = await typed(() => jar.load([entry as Record<string, unknown>]));
        expect(counted!.unreadable).toBeLessThanOrEqual(1);
        await expectJar(jar, SETUP);
        await typed(() => jar.store());
      }),
      runs(0.2),
    );
  },
  TIMEOUT_MS,
);

test(
  "Cookies.absorb() takes any Set-Cookie header",
  async () => {
    const header = fc.oneof(
      damaged(COOKIE),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "=",
        ";",
        "a",
        "a=",
        "=b",
        "a=b;Domain=",
        "a=b;Max-Age=1e99",
        "a=b;Expires=x",
        "a=b;Path=\0",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(header, { maxLength: 4 }), async (headers) => {
        const jar = new Cookies(CLOCK);
        await typed(() => jar.absorb(SETUP, headers));
        await expectJar(jar, SETUP);
        const stored = await typed(() => jar.store());
        await typed(() => new Cookies(CLOCK).load(stored!));
      }),
      runs(0.2),
    );
  },
  TIMEOUT_MS,
);

test(
  "decodeBase64() gives exactly the bytes, or null",
  () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(Buffer.from(decodeBase64(text)!).equals(Buffer.from(bytes))).toBe(true);
      }),
      runs(0.05),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), damaged("SU1HXzc0MDkuSlBH")), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== null)
          expect(Buffer.from(bytes).toString("base64").replace(/=+$/, "")).toHaveLength(
            text.replace(/=+$/, "").length,
          );
        const name = decodeBase64Text(text);
        expect(name === null || typeof name === "string").toBe(true);
      }),
      runs(0.1),
    );
  },
  TIMEOUT_MS,
);

test(
  "parseRetryAfter() gives a time to wait, or nothing",
  () => {
    const texts = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom(
        "",
        " 3 ",
        "3.5",
        "-1",
        "1e9",
        "9".repeat(400),
        "Infinity",
        "Fri, 31 Dec 1999 23:59:59 GMT",
      ),
      damaged("Fri, 31 Dec 2027 23:59:59 GMT"),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const wait = parseRetryAfter(text, 0);
        expect(wait === undefined || (wait >= 0 && wait <= 86_400_000)).toBe(true);
      }),
      runs(0.1),
    );
  },
  TIMEOUT_MS,
);

const TOML = `
[auth]
username = "me@example.com"
[download]
directory = "/photos"
threads_num = 4
[filters]
recent = 100
albums = ["A", "B"]
`;

test(
  "parseToml() reads settings or says what is wrong",
  async () => {
    const line = fc
      .tuple(
        fc.constantFrom("threads", "recent", "directory", "albums", "a.b", "__proto__", '"" '),
        junk,
      )
      .map(([key, value]) => `${key} = ${JSON.stringify(value) ?? "nothing"}`);
    const texts = fc.oneof(damaged(TOML), line, fc.string({ unit: "binary" }));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const entries = await typed(() => parseToml(text, "config.toml"));
        for (const { source, spelling } of entries ?? []) {
          expect(source).toBe("toml");
          expect(typeof spelling).toBe("string");
        }
      }),
      runs(0.15),
    );
  },
  TIMEOUT_MS,
);
