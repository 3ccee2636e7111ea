/** Signals while a person is asked something or looks on: the terminal is left as it was. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { PASSWORD } from "../support/simulator.ts";
import { Slots } from "../support/slots.ts";
import { keiOnTerminal, withoutCodes, type OnTerminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(120_000);

const slots = new Slots(4);

const SYNC = ["sync", "-d", "photos", "--threads-num", "1"];
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** What a person looks at when the signals come. */
interface Scene {
  readonly what: string;
  readonly args: readonly string[];
  readonly computer: () => Promise<Computer>;
  readonly shows: string;
  /** Before each run. */
  readonly prepare?: (computer: Computer) => unknown;
}

const SCENES: readonly Scene[] = [
  {
    what: "the question for a password",
    args: SYNC,
    computer: async () => {
      const computer = await signedOutComputer(["--assets", "3", "--two-factor", "none"]);
      delete computer.env["ICLOUD_PASSWORD"];
      return computer;
    },
    shows: "Password",
  },
  {
    what: "the question for a code",
    args: SYNC,
    computer: () => signedOutComputer(["--assets", "3", "--code", "123456", "--no-rate-limit"]),
    shows: "Code",
    // Apple counts the codes that are asked for.
    prepare: ({ simulator }) => simulator.admin("POST", "reset-sessions", {}),
  },
  {
    what: "the question whether to forget all",
    args: ["reset", "state"],
    computer: async () => {
      const computer = await signedInComputer(["--assets", "3"]);
      expect((await computer.run(...SYNC)).code).toBe(0);
      return computer;
    },
    shows: "?",
  },
  {
    what: "the live line of a sync",
    args: SYNC,
    computer: async () => {
      const computer = await signedInComputer(["--assets", "12", "--file-bytes", "50000"]);
      const [match, action] = [{ service: "content" }, { drip: 50_000 }];
      await computer.simulator.fault({ match, times: "always", action });
      return computer;
    },
    shows: " files ",
  },
];

for (const scene of SCENES) {
  const { what, computer: boot } = scene;
  concurrently(`${what}: signals end kei and leave the terminal as it was`, async () => {
    await using computer = await boot();
    for (const [signal, exitCode] of SIGNALS) {
      const [once, before] = await start(computer, scene);
      once.kill(signal);
      expect([signal, await once.exited]).toEqual([signal, exitCode]);
      expect(once.mode()).toEqual(before);
      expect(lastLineOf(once)).toBe("");
      const [twice] = await start(computer, scene);
      twice.kill(signal);
      await Promise.race([until("a word", async () => hears(twice, signal)), twice.exited]);
      twice.kill(signal);
      // The first one may have been enough.
      expect(await twice.exited).toBeOneOf([130, exitCode]);
      expect(twice.mode()).toEqual(before);
    }
    await expectRecovery(computer);
  });

  concurrently(`${what}: a terminal that goes away ends kei`, async () => {
    await using computer = await boot();
    const [kei] = await start(computer, scene);
    const startMs = performance.now();
    kei.hangUp();
    // At a question the end of the input may come before the signal.
    await kei.exited;
    expect(performance.now() - startMs).toBeLessThan(10_000);
    await expectRecovery(computer);
  });
}

function concurrently(title: string, act: () => Promise<void>): void {
  test.concurrent(title, () => slots.run(act));
}

/** A kei that shows it, and the mode the terminal had before. */
async function start(
  computer: Computer,
  { args, shows, prepare }: Scene,
): Promise<[OnTerminal, readonly number[]]> {
  await prepare?.(computer);
  const kei = keiOnTerminal(args, computer.setting);
  const before = kei.mode();
  await kei.shows(shows);
  return [kei, before];
}

function hears(kei: OnTerminal, signal: string): boolean {
  return kei.screen().includes(`${signal}: stopping`);
}

/** What the next prompt of the shell would stand behind. */
function lastLineOf(kei: OnTerminal): string {
  const lastLine = kei.screen().split("\n").at(-1) ?? "";
  return withoutCodes(lastLine.split("\r").at(-1) ?? "");
}

/** A later run without faults completes what was left. */
async function expectRecovery(computer: Computer): Promise<void> {
  await computer.simulator.clearFaults();
  computer.env["ICLOUD_PASSWORD"] = PASSWORD;
  if ((await computer.run("login")).code !== 0) {
    expect((await computer.run("login", "get-code")).code).toBe(0);
    const code = await computer.simulator.code();
    expect((await computer.run("login", "submit-code", code)).code).toBe(0);
  }
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(filesBelow(computer.place.photos)).not.toEqual([]);
  expect(await computer.findFaults()).toEqual([]);
}
