import { expect, test } from "bun:test";
import { Watchdog, type Patience } from "../../../src/icloud/watchdog.ts";
import { systemClock } from "../../../src/lib/clock.ts";

const PATIENCE: Patience = { idleMs: 40, windowMs: 100_000, minimumBytes: 1000 };
const realSleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("Watchdog ends a transfer that gets no byte for its idle time", async () => {
  const dog = new Watchdog(PATIENCE, systemClock);
  dog.wait();
  await realSleep(80);
  expect(dog.signal.aborted).toBe(true);
  dog.stop();
});

test("Watchdog does not count the time in which nobody waits for the peer", async () => {
  const dog = new Watchdog(PATIENCE, systemClock);
  dog.wait();
  dog.came(1);
  await realSleep(80);
  expect(dog.signal.aborted).toBe(false);
  dog.stop();
});

test("Watchdog ends a transfer that drips below the minimum, and not one that reaches it", async () => {
  const drip = async (bytesEach: number) => {
    let nowMs = 0;
    const clock = { steadyMs: () => nowMs };
    const dog = new Watchdog({ idleMs: 20, windowMs: 100, minimumBytes: 1000 }, clock);
    for (let count = 0; count < 20; count++) {
      dog.wait();
      nowMs += 10;
      dog.came(bytesEach);
    }
    dog.wait();
    await realSleep(15);
    dog.stop();
    return dog.signal.aborted;
  };
  expect(await drip(1)).toBe(true);
  expect(await drip(500)).toBe(false);
});
