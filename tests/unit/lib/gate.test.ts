import { describe, expect, test } from "bun:test";
import { Gate } from "../../../src/lib/gate.ts";
import { TestClock } from "../../support/engine/clock.ts";

const signal = new AbortController().signal;

describe("Gate", () => {
  test("pass() lets everybody through while it is open", async () => {
    const clock = new TestClock();
    await new Gate(clock).pass(signal);
    expect(clock.waits).toEqual([]);
  });

  test("pass() waits until it is open", async () => {
    const clock = new TestClock();
    const gate = new Gate(clock);
    expect(gate.shut(5000)).toBe(5000);
    await gate.pass(signal);
    expect(clock.waits).toEqual([5000]);
    await gate.pass(signal);
    expect(clock.waits).toHaveLength(1);
  });

  test("shut() never opens it earlier", () => {
    const clock = new TestClock();
    const gate = new Gate(clock);
    gate.shut(5000);
    expect(gate.shut(1000)).toBe(5000);
    clock.nowMs += 4500;
    expect(gate.shut(1000)).toBe(1000);
  });

  test("pass() goes on waiting when it is shut again meanwhile", async () => {
    const clock = new TestClock();
    const gate = new Gate(clock);
    gate.shut(1000);
    const { sleep } = TestClock.prototype;
    clock.sleep = async (ms) => {
      clock.sleep = sleep;
      clock.nowMs += ms;
      gate.shut(3000);
    };
    await gate.pass(signal);
    expect(clock.waits).toEqual([3000]);
  });

  test("pass() ends with the signal's reason", async () => {
    const gate = new Gate(new TestClock());
    gate.shut(1000);
    const stopped = AbortSignal.abort(new Error("stop"));
    expect(await gate.pass(stopped).catch((error: unknown) => error)).toMatchObject({
      message: "stop",
    });
  });
});
