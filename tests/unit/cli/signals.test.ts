import { afterEach, describe, expect, test } from "bun:test";
import { listenForStop } from "../../../src/cli/signals.ts";

const NAMES = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

afterEach(() => NAMES.forEach((name) => process.removeAllListeners(name)));

function listen() {
  const exits: number[] = [];
  const told: string[] = [];
  const stop = listenForStop({
    tell: (line) => void told.push(line),
    exit: (code) => void exits.push(code),
  });
  return { stop, exits, told };
}

describe("listenForStop()", () => {
  test("changes nothing while no signal comes", () => {
    const { stop } = listen();
    expect([stop.signal.aborted, stop.came()]).toEqual([false, null]);
  });
  for (const name of NAMES) {
    test(`asks to stop at the first ${name}`, () => {
      const { stop, exits, told } = listen();
      process.emit(name, name);
      expect([stop.signal.aborted, stop.came()]).toEqual([true, name]);
      expect(stop.signal.reason.name).toBe("AbortError");
      expect(told).toHaveLength(1);
      expect(exits).toEqual([]);
    });
  }
  test("ends at once at the second signal, whichever it is", () => {
    const { stop, exits } = listen();
    process.emit("SIGTERM", "SIGTERM");
    process.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([130]);
    expect(stop.came()).toBe("SIGTERM");
  });
});
