import { expect, test } from "bun:test";
import { ByteBucket, SLICE_BYTES } from "../../../src/lib/bucket.ts";
import type { Clock } from "../../../src/lib/clock.ts";

/** Time that passes only by waiting; waiters of one moment are served one after the other. */
class Waiting implements Clock {
  ms = 0;
  wrongMs = 0;
  now = () => this.ms + this.wrongMs;
  steadyMs = () => this.ms;
  sleep = async (ms: number) => {
    this.ms = Math.max(this.ms, this.ms + ms);
  };
}

const never = new AbortController().signal;

test("ByteBucket.take() passes a long stream at its rate, within five percent", async () => {
  for (const rate of [50_000, 1_000_000]) {
    const clock = new Waiting();
    const bucket = new ByteBucket(rate, clock);
    const bytes = rate * 20;
    for (let sent = 0; sent < bytes; sent += SLICE_BYTES) await bucket.take(SLICE_BYTES, never);
    expect(Math.abs(clock.ms / 20_000 - 1)).toBeLessThan(0.05);
  }
});

test("ByteBucket.take() is one budget for all who share it", async () => {
  const clock = new Waiting();
  const bucket = new ByteBucket(1000, clock);
  await Promise.all([1, 2, 3, 4].map(() => bucket.take(1000, never)));
  expect(clock.ms).toBeGreaterThanOrEqual(3800);
});

test("ByteBucket.take() does not save up more than a tenth of a second during a pause", async () => {
  const clock = new Waiting();
  const bucket = new ByteBucket(1000, clock);
  clock.ms = 60_000;
  await bucket.take(1000, never);
  expect(clock.ms).toBe(60_900);
});

test("ByteBucket.take() does not care that the clock is set meanwhile", async () => {
  for (const wrongMs of [-86_400_000, 86_400_000]) {
    const clock = new Waiting();
    const bucket = new ByteBucket(1000, clock);
    await bucket.take(1000, never);
    clock.wrongMs = wrongMs;
    await bucket.take(1000, never);
    expect(clock.ms).toBeWithin(1800, 2001);
  }
});
