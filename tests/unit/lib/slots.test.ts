import { expect, test } from "bun:test";
import { Slots } from "../../../src/lib/slots.ts";

/** Work that says when it runs and ends when told. */
function job() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { isRunning: false, end: resolve };
  const work = async () => {
    state.isRunning = true;
    await promise;
  };
  return { state, work };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("Slots.hold() runs so many at once, and the next as soon as one ends, in order", async () => {
  const slots = new Slots(2);
  const jobs = [job(), job(), job(), job()];
  const done = jobs.map(({ work }) => slots.hold(work));
  await settled();
  expect(jobs.map(({ state }) => state.isRunning)).toEqual([true, true, false, false]);
  jobs[1]!.state.end();
  await settled();
  expect(jobs.map(({ state }) => state.isRunning)).toEqual([true, true, true, false]);
  for (const { state } of jobs) state.end();
  await Promise.all(done);
  expect(jobs.every(({ state }) => state.isRunning)).toBe(true);
});

test("Slots.hold() gives its slot back when the work fails", async () => {
  const slots = new Slots(1);
  const failed = slots.hold(() => Promise.reject(new Error("no")));
  expect(failed).rejects.toThrow("no");
  expect(await slots.hold(async () => 7)).toBe(7);
});
