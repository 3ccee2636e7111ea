import { describe, expect, test } from "bun:test";
import { CloudKitClient } from "../../../../src/icloud/cloudkit/client.ts";
import type { ClientDoor, Renewal } from "../../../../src/icloud/cloudkit/client.ts";
import { AuthError, RemoteError } from "../../../../src/lib/errors.ts";
import { Gate } from "../../../../src/lib/gate.ts";
import type { HttpRequest, HttpResponse } from "../../../../src/lib/http.ts";
import { TestClock } from "../../../support/engine/clock.ts";

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly setCookies?: string[];
}

const GOOD: Answer = { body: { records: [] } };
const OVER: Answer = { status: 421, body: { error: 2, reason: "Invalid global session" } };

/** A client whose network gives these answers, the last of them for ever. */
function setUp(answers: (Answer | Error)[], changes: Partial<ClientDoor> = {}) {
  const clock = new TestClock();
  const sent: HttpRequest[] = [];
  const absorbed: string[][] = [];
  const session = {
    epoch: 0,
    renewals: 0,
    databaseUrl: () => "https://p10-ckdatabasews.icloud.com:443",
    dsid: () => "1234",
    clientId: () => "client",
    headersFor: () => ({ Cookie: "s3cret" }),
    absorb: (_url: string, setCookies: readonly string[]) => void absorbed.push([...setCookies]),
    asked: [] as boolean[],
    async renew(epoch: number, mustProve: boolean): Promise<Renewal> {
      expect(epoch).toBe(session.epoch);
      session.asked.push(mustProve);
      session.renewals += 1;
      session.epoch += 1;
      return mustProve || session.renewals > 1 ? "password" : "token";
    },
  };
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    sent.push(request);
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer instanceof Error) throw answer;
    const { status = 200, body, headers = {}, setCookies = [] } = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
    return { status, headers: new Headers(headers), setCookies, text };
  };
  const throttled: number[] = [];
  const client = new CloudKitClient({
    session,
    send,
    clock,
    gate: new Gate(clock),
    signal: new AbortController().signal,
    random: () => 0,
    retry: { maxRetries: 2, delayMs: 1000 },
    onThrottled: (waitMs) => void throttled.push(waitMs),
    ...changes,
  });
  const call = () => client.call("private", "records/query", { a: 1 });
  return { clock, sent, absorbed, session, throttled, client, call };
}

const caught = (act: Promise<unknown>) => act.catch((error: unknown) => error);

describe("CloudKitClient.call()", () => {
  test("sends what the web page sends", async () => {
    const { sent, call } = setUp([GOOD]);
    expect(await call()).toEqual({ records: [] });
    const [request] = sent;
    const url = new URL(request!.url);
    expect(url.pathname).toBe(
      "/database/1/com.apple.photos.cloud/production/private/records/query",
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      remapEnums: "true",
      getCurrentSyncToken: "true",
      clientId: "client",
      dsid: "1234",
    });
    expect(request).toMatchObject({ method: "POST", body: '{"a":1}' });
    expect(request!.headers).toMatchObject({ "Content-Type": "text/plain", Cookie: "s3cret" });
  });

  test("tries transient faults again, longer each time, and gives up", async () => {
    const { clock, sent, call } = setUp([{ status: 503 }]);
    expect(await caught(call())).toMatchObject({ code: "remote/unavailable" });
    expect(sent).toHaveLength(3);
    expect(clock.waits).toEqual([1000, 2000]);
  });

  test("comes through after a fault said with status 200", async () => {
    const { sent, call } = setUp([{ body: { serverErrorCode: "TRY_AGAIN_LATER" } }, GOOD]);
    expect(await call()).toEqual({ records: [] });
    expect(sent).toHaveLength(2);
  });

  test("waits as long as Apple asks, two minutes at most", async () => {
    const date = new Date(new TestClock().now() + 30_000).toUTCString();
    for (const [header, waitMs] of [
      ["7", 7000],
      ["999999", 120_000],
      [date, 30_000],
    ] as const) {
      const headers = { "retry-after": header };
      const { clock, throttled, call } = setUp([{ status: 429, headers }, GOOD]);
      await call();
      expect(clock.waits).toEqual([waitMs]);
      expect(throttled).toEqual([waitMs]);
    }
  });

  test("waits as long as Apple asks in the body, two minutes at most", async () => {
    for (const [retryAfter, waitMs] of [
      [7, 7000],
      [6e18, 120_000],
      [6e30, 120_000],
      [-5, 1000],
      ["7", 1000],
      [{}, 1000],
    ] as const) {
      const { clock, call } = setUp([{ body: { serverErrorCode: "THROTTLED", retryAfter } }, GOOD]);
      await call();
      expect(clock.waits).toEqual([waitMs]);
    }
  });

  test("says what it waits for before it asks again", async () => {
    const told: [string, number][] = [];
    const onRetried = ({ code }: { code: string }, waitMs: number) =>
      void told.push([code, waitMs]);
    const headers = { "retry-after": "7" };
    await setUp([{ status: 503, headers }, { status: 502 }, GOOD], { onRetried }).call();
    expect(told).toEqual([
      ["remote/unavailable", 7000],
      ["remote/unavailable", 2000],
    ]);
  });

  test("makes others wait with it when it is throttled, whether anybody listens or not", async () => {
    const clock = new TestClock();
    const gate = new Gate(clock);
    const shutMs: number[] = [];
    const sleep = async (ms: number) => {
      shutMs.push(gate.shut(0));
      clock.nowMs += ms;
    };
    const headers = { "retry-after": "7" };
    const watched = { now: () => clock.now(), steadyMs: () => clock.steadyMs(), sleep };
    const changes = { gate, clock: watched, onThrottled: undefined };
    await setUp([{ status: 429, headers }, GOOD], changes).call();
    expect(shutMs).toEqual([7000]);
  });

  test("renews a session that is over, once, and repeats the call", async () => {
    const { sent, session, call } = setUp([OVER, GOOD]);
    expect(await call()).toEqual({ records: [] });
    expect(session.renewals).toBe(1);
    expect(sent).toHaveLength(2);
  });

  test("goes from the token to the password, and then blames the account, with the switch by its name", async () => {
    const { sent, session, call } = setUp([OVER]);
    const error = await caught(call());
    expect(error).toMatchObject({ code: "auth/refused" });
    expect((error as AuthError).hint).toContain("Access iCloud Data on the Web");
    expect(session.asked).toEqual([false, false]);
    expect(sent).toHaveLength(3);
  });

  const shutOut = (serverErrorCode: string, reason?: string): Answer => ({
    status: 401,
    body: { serverErrorCode, reason },
  });
  const doors = [
    { answer: shutOut("AUTHENTICATION_FAILED", "no auth method found"), code: "auth/security-key" },
    { answer: shutOut("AUTHENTICATION_FAILED"), code: "auth/protected" },
    { answer: shutOut("ACCESS_DENIED", "private db access disabled"), code: "auth/protected" },
  ];
  for (const { answer, code } of doors) {
    const name = JSON.stringify(answer.body);
    test(`signs in with the password once for ${name}, and goes on`, async () => {
      const { session, call } = setUp([answer, GOOD]);
      expect(await call()).toEqual({ records: [] });
      expect(session.asked).toEqual([true]);
    });

    test(`blames the account for ${name} to a new session, naming all that fits`, async () => {
      const { session, call } = setUp([answer]);
      const error = await caught(call());
      expect(error).toMatchObject({ code });
      for (const cause of ["icloud.com", "terms", "on the Web", "Advanced Data", "keys", "later"]) {
        expect((error as AuthError).hint).toContain(cause);
      }
      expect(session.asked).toEqual([true]);
    });

    test(`takes ${name} in what others share for their word on that`, async () => {
      const { client } = setUp([answer]);
      expect(await caught(client.call("shared", "records/query", {}))).toMatchObject({
        code: "remote/refused",
      });
    });
  }

  test("ends with what the renewal says when it fails", async () => {
    const { session, call } = setUp([OVER]);
    session.renew = () => Promise.reject(new AuthError("two-factor", "A code is needed"));
    expect(await caught(call())).toMatchObject({ code: "auth/two-factor" });
  });

  test("hands re-issued cookies to the session, those of refusals too", async () => {
    const { absorbed, call } = setUp([
      { status: 503, setCookies: ["a=1"] },
      { ...GOOD, setCookies: ["b=2"] },
    ]);
    await call();
    expect(absorbed).toEqual([["a=1"], ["b=2"]]);
  });

  test("never puts the body, the address or a cookie into an error", async () => {
    const body = "<html>s3cret</html>";
    for (const status of [200, 404, 500]) {
      const { call } = setUp([{ status, body }]);
      const error = await caught(call());
      expect(error).toBeInstanceOf(RemoteError);
      expect(Bun.inspect(error)).not.toContain("s3cret");
      expect(Bun.inspect(error)).not.toContain("dsid");
    }
  });

  test("does not try again what Apple refuses", async () => {
    const { sent, call } = setUp([{ status: 404, body: { serverErrorCode: "ZONE_NOT_FOUND" } }]);
    expect(await caught(call())).toMatchObject({ code: "remote/zone-gone" });
    expect(sent).toHaveLength(1);
  });

  test("ends at once when the run is stopped", async () => {
    const { sent, call } = setUp([GOOD], { signal: AbortSignal.abort(new Error("stop")) });
    expect(await caught(call())).toMatchObject({ message: "stop" });
    expect(sent).toEqual([]);
  });
});

test("half a character in an answer is read as the mark that stands for it wherever it is kept", async () => {
  const { call } = setUp([{ body: String.raw`{"records": [{"recordName": "a\ud800b", "n": 1}]}` }]);
  expect(await call()).toEqual({
    records: [{ recordName: "a\ufffdb", n: 1 }],
  });
});
