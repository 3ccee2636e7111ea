import { describe, expect, test } from "bun:test";
import { AuthError, DataError, LocalError, RemoteError } from "../../../src/lib/errors.ts";
import { parseRetryAfter, reactionTo, waitBefore, withRetries } from "../../../src/lib/retry.ts";
import { TestClock } from "../../support/engine/clock.ts";

const remote = (fault: RemoteError["fault"], retryAfterMs?: number) =>
  new RemoteError(fault, fault, { retryAfterMs });

test("parseRetryAfter() reads seconds and dates, and believes a day at most", () => {
  const now = Date.parse("2026-09-01T10:00:00Z");
  const day = 86_400_000;
  const rows = [
    ["7", 7000],
    [" 3.5 ", 3500],
    ["Tue, 01 Sep 2026 10:00:30 GMT", 30_000],
    ["Tue, 01 Sep 2026 09:00:00 GMT", 0],
    ["999999", day],
    ["9".repeat(400), day],
    ["Fri, 31 Dec 9999 23:59:59 GMT", day],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ] as const;
  for (const [header, ms] of rows) expect(parseRetryAfter(header, now)).toBe(ms);
});

test("withRetries() does not begin again where the retries were used up further in", async () => {
  const clock = new TestClock();
  const policy = { maxRetries: 3, delayMs: 10 };
  const door = { clock, signal: new AbortController().signal, random: () => 0 };
  let asked = 0;
  const ask = () =>
    withRetries(() => (asked++, Promise.reject(remote("unavailable"))), policy, door);
  const thrown = await withRetries(() => withRetries(ask, policy, door), policy, door).catch(
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ fault: "unavailable" });
  expect(asked).toBe(4);
});

describe("reactionTo()", () => {
  const rows: { error: unknown; is: string }[] = [
    { error: remote("throttled"), is: "retry" },
    { error: remote("unavailable"), is: "retry" },
    { error: remote("unreachable"), is: "retry" },
    { error: remote("mismatch"), is: "retry" },
    { error: remote("expired-url"), is: "refresh-url" },
    { error: remote("signed-out"), is: "sign-in" },
    { error: remote("bad-token"), is: "give-up" },
    { error: remote("zone-gone"), is: "give-up" },
    { error: remote("too-large"), is: "give-up" },
    { error: remote("gone"), is: "give-up" },
    { error: remote("refused"), is: "give-up" },
    { error: new AuthError("throttled", "x"), is: "give-up" },
    { error: new LocalError("full", "x", "/"), is: "give-up" },
    { error: new DataError("x", "y"), is: "give-up" },
    { error: new TypeError("x"), is: "give-up" },
    { error: null, is: "give-up" },
  ];
  for (const { error, is } of rows) {
    const name = error instanceof RemoteError ? error.fault : String(error);
    test(`is ${is} for ${name}`, () => expect(reactionTo(error)).toBe(is as never));
  }
});

describe("waitBefore()", () => {
  const policy = { maxRetries: 9, delayMs: 5000 };
  const error = remote("unavailable");
  const rows: { name: string; retry: number; error: unknown; chance: number; is: number }[] = [
    { name: "the first time", retry: 0, error, chance: 0, is: 5000 },
    { name: "the third time", retry: 2, error, chance: 0, is: 20_000 },
    { name: "with bad luck", retry: 0, error, chance: 0.5, is: 7500 },
    { name: "a minute at most, and luck", retry: 8, error, chance: 0.999, is: 64_995 },
    { name: "very late", retry: 2000, error, chance: 0, is: 60_000 },
    {
      name: "as long as asked",
      retry: 0,
      error: remote("throttled", 30_000),
      chance: 0,
      is: 30_000,
    },
    {
      name: "not less than it would anyway",
      retry: 2,
      error: remote("throttled", 1),
      chance: 0,
      is: 20_000,
    },
    {
      name: "two minutes at most",
      retry: 0,
      error: remote("throttled", 1e9),
      chance: 0,
      is: 120_000,
    },
  ];
  for (const { name, retry, error: why, chance, is } of rows) {
    test(name, () => expect(waitBefore(retry, policy, why, chance)).toBe(is));
  }
});

describe("parseRetryAfter()", () => {
  const now = Date.UTC(2026, 0, 1);
  const rows: { header: string | null; is: number | undefined }[] = [
    { header: null, is: undefined },
    { header: "7", is: 7000 },
    { header: " 7 ", is: 7000 },
    { header: "0", is: 0 },
    { header: "1.5", is: 1500 },
    { header: "Thu, 01 Jan 2026 00:00:30 GMT", is: 30_000 },
    { header: "Wed, 31 Dec 2025 23:59:00 GMT", is: 0 },
    { header: "soon", is: undefined },
    { header: "", is: undefined },
    { header: "7s", is: undefined },
    { header: "NaN", is: undefined },
  ];
  for (const { header, is } of rows) {
    test(`of "${header}" is ${is}`, () => expect(parseRetryAfter(header, now)).toBe(is as never));
  }
});

/** Runs an action that fails with these errors one after the other. */
function setUp(errors: unknown[], maxRetries = 3) {
  const clock = new TestClock();
  const controller = new AbortController();
  const told: number[] = [];
  let attempts = 0;
  const action = async () => {
    const error = errors[attempts++];
    if (error !== undefined) throw error;
    return "done";
  };
  const door = {
    clock,
    signal: controller.signal,
    random: () => 0,
    onRetry: (_error: unknown, attempt: number) => void told.push(attempt),
  };
  const run = () => withRetries(action, { maxRetries, delayMs: 100 }, door);
  return { clock, controller, told, run, attempts: () => attempts };
}

const caught = (act: Promise<unknown>) => act.catch((error: unknown) => error);

describe("withRetries()", () => {
  test("comes through after passing faults", async () => {
    const { run, clock, told } = setUp([remote("unavailable"), remote("throttled", 5000)]);
    expect(await run()).toBe("done");
    expect(clock.waits).toEqual([100, 5000]);
    expect(told).toEqual([1, 2]);
  });

  test("ends with the last fault when the retries are used up", async () => {
    const faults = [remote("unavailable"), remote("unavailable"), remote("mismatch")];
    const { run, attempts } = setUp(faults, 2);
    expect(await caught(run())).toBe(faults[2]!);
    expect(attempts()).toBe(3);
  });

  test("tries once without retries", async () => {
    const { run, attempts } = setUp([remote("unavailable")], 0);
    expect(await caught(run())).toMatchObject({ fault: "unavailable" });
    expect(attempts()).toBe(1);
  });

  for (const error of [remote("gone"), remote("expired-url"), new AuthError("password", "x")]) {
    test(`does not try again after ${error.code}`, async () => {
      const { run, clock } = setUp([error]);
      expect(await caught(run())).toBe(error);
      expect(clock.waits).toEqual([]);
    });
  }

  test("does not begin when it is stopped already", async () => {
    const { run, controller, attempts } = setUp([]);
    controller.abort(new Error("stop"));
    expect(await caught(run())).toMatchObject({ message: "stop" });
    expect(attempts()).toBe(0);
  });

  test("ends with the signal's reason when it is stopped while waiting", async () => {
    const { run, controller, clock, attempts } = setUp([remote("unavailable")]);
    clock.sleep = () => {
      controller.abort(new Error("stop"));
      return Promise.reject(controller.signal.reason as Error);
    };
    expect(await caught(run())).toMatchObject({ message: "stop" });
    expect(attempts()).toBe(1);
  });
});
