/** Whatever Apple's sign-in says, signing in ends: signed in, or with a typed error that keeps every secret. */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import fc from "fast-check";
import type { HttpResponse } from "../../src/lib/http.ts";
import { openSession } from "../../src/auth/session.ts";
import type { Reply, Step } from "../unit/auth/scripted-apple.ts";
import {
  aPerson,
  aScene,
  code,
  init,
  login,
  password,
  push,
  trust,
  trusted,
  validate,
  wantsCode,
} from "../unit/auth/scripted-apple.ts";
import vector from "../unit/auth/srp-vector.json";
import { SEED, TIMEOUT_MS, damaged, mutated, runs } from "./fuzz/mutations.ts";
import { typed } from "./fuzz/typed.ts";

console.log(`KEI_SEED=${SEED} replays the fuzzing of sign-in`);

const accepted = code({
  status: 204,
  headers: { "X-Apple-Session-Token": "session-token-secret" },
});
const PATHS: readonly { name: string; steps: readonly Step[] }[] = [
  { name: "by password", steps: [init, trusted, login] },
  { name: "with a code", steps: [init, wantsCode, push, accepted, trust, login] },
];

/** An answer with one of its parts changed. */
function misled([, reply]: Step): fc.Arbitrary<Reply> {
  const status = fc.oneof(
    fc.constantFrom(200, 204, 302, 401, 403, 409, 412, 421, 429, 450, 500, 503),
    fc.integer({ min: 200, max: 599 }),
  );
  // A huge number of rounds would only try our patience.
  const body = mutated(reply.body ?? {}).map(withFewRounds);
  const text = damaged(JSON.stringify(reply.body ?? {})).map(withoutRounds);
  return fc.oneof(
    body.map((value) => ({ ...reply, body: value })),
    text.map((value) => ({ ...reply, body: value })),
    status.map((value) => ({ ...reply, status: value })),
    fc.tuple(status, body).map(([value, other]) => ({ ...reply, status: value, body: other })),
    fc.constant({ ...reply, headers: {} }),
    fc.constant({ ...reply, lost: true }),
  );
}

function withFewRounds(body: unknown): unknown {
  const rounds = (body as { iteration?: unknown } | null)?.iteration;
  return typeof rounds === "number" && rounds > 5000
    ? { ...(body as object), iteration: 1000 }
    : body;
}

function withoutRounds(text: string): string {
  return /"iteration":\d{5}/.test(text) ? "{}" : text;
}

for (const { name, steps } of PATHS) {
  test(
    `ensureSignedIn() ${name} ends well or with a typed error, whatever one answer says`,
    async () => {
      const plan = fc
        .nat(steps.length - 1)
        .chain((at) =>
          fc.tuple(fc.constant(at), fc.array(misled(steps[at]!), { minLength: 1, maxLength: 3 })),
        );
      await fc.assert(
        fc.asyncProperty(plan, async ([at, replies]) => {
          await signInWith(steps, at, replies);
        }),
        runs(0.03),
      );
    },
    TIMEOUT_MS,
  );
}

/** Signs in; the step `at` is answered with these replies in turn, everything else as it should be. */
async function signInWith(steps: readonly Step[], at: number, replies: readonly Reply[]) {
  const left = [...replies];
  const known = new Map([...steps, validate].map(([line, reply]) => [line, reply]));
  const wrongLine = steps[at]![0];
  let asked = 0;
  const scene = aScene([], aPerson("123456", "123456", "123456"));
  const draw = () => new Uint8Array(Buffer.from(vector.a, "hex"));
  const { clock, talk, options } = scene;
  const { signal } = new AbortController();
  const send = async ({ method, url }: { method: string; url: string }) => {
    if (++asked > 60) throw new Error("asked for ever");
    const path = new URL(url).pathname.replace(/^\/(appleauth\/auth|setup\/ws\/1)/, "");
    const line = `${method} ${path}`;
    return response(
      line === wrongLine
        ? (left.shift() ?? known.get(line)!)
        : (known.get(line) ?? { status: 404 }),
    );
  };
  const session = await openSession(options, { clock, talk, signal, send, random: draw });
  try {
    const isIn = await typed(() => session.ensureSignedIn().then(() => true));
    if (isIn) expect(session.databaseUrl()).toStartWith("https://");
    for (const line of talk.heard) expect(line).not.toContain(password);
  } finally {
    session.close();
    rmSync(options.dataDir, { recursive: true, force: true });
  }
}

function response(reply: Reply): HttpResponse {
  const body = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? "");
  return {
    status: reply.status ?? 200,
    headers: new Headers(reply.headers),
    setCookies: reply.cookies ?? [],
    text: reply.body === undefined ? "" : body,
  };
}
