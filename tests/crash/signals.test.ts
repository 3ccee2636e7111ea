/** SIGINT, SIGTERM and SIGHUP, once and twice, whatever kei is doing. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, globSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import type { RunningKei } from "../support/kei.ts";
import { PASSWORD } from "../support/simulator.ts";
import { Slots } from "../support/slots.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(240_000);

// Each of them starts programs all the time; more at once would only wait for each other.
const slots = new Slots(4);

const CONTENT = { service: "content" };
const SYNC = ["sync", "-d", "photos", "--threads-num", "1"];
const LATER = { status: 503, headers: { "Retry-After": "999" } };
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** What kei is doing when the signals come. */
interface Phase {
  readonly what: string;
  readonly args?: readonly string[];
  readonly computer: () => Promise<Computer>;
  /** Before each run. */
  readonly prepare?: (computer: Computer) => unknown;
  /** Waits until a run is in this phase. */
  readonly begun: (computer: Computer, since: number, running: RunningKei) => Promise<unknown>;
  /** Takes away what kept kei in this phase. */
  readonly release?: (computer: Computer) => unknown;
}

const PHASES: readonly Phase[] = [
  {
    what: "waiting for the sign-in host",
    computer: () => withFault(signedOut(), { service: "auth" }),
    begun: asked("auth"),
  },
  {
    what: "waiting for the setup host",
    computer: () => withFault(signedOut(), { service: "setup" }),
    begun: asked("setup"),
  },
  {
    what: "waiting for a password command",
    args: [...SYNC, "--password-command", "touch begun; sleep 300"],
    computer: async () => {
      const computer = await signedOut();
      delete computer.env["ICLOUD_PASSWORD"];
      return computer;
    },
    prepare: ({ place }) => rmSync(join(place.cwd, "begun"), { force: true }),
    begun: ({ place }) => until("it", async () => existsSync(join(place.cwd, "begun"))),
    release: ({ env, place }) => {
      rmSync(join(place.cwd, "begun"));
      env["ICLOUD_PASSWORD"] = PASSWORD;
    },
  },
  {
    what: "waiting for the lock",
    args: ["login", "--log-level", "debug"],
    computer: async () => {
      const computer = await withFault(withPhotos(1), { service: "content" });
      const since = await computer.simulator.mark();
      void computer.start("sync", "-d", "photos");
      await asked("content")(computer, since);
      return computer;
    },
    begun: said("command=login"),
    release: async ({ place }) => {
      const [name = ""] = globSync("*.lock.json", { cwd: place.data });
      const holder = JSON.parse(readFileSync(join(place.data, name), "utf8")) as { pid: number };
      process.kill(holder.pid, "SIGKILL");
    },
  },
  {
    what: "waiting for a page of the listing",
    computer: () => withFault(withPhotos(3), { service: "cloudkit", path: "records/query" }),
    begun: asked("cloudkit", "records/query"),
  },
  {
    what: "waiting for the news",
    computer: async () => {
      const computer = await withPhotos(3);
      expect((await computer.run(...SYNC)).code).toBe(0);
      return withFault(computer, { service: "cloudkit" });
    },
    begun: asked("cloudkit", "changes/database"),
  },
  {
    what: "waiting for a lookup of addresses",
    computer: async () => {
      const computer = await withPhotos(3);
      const action = { status: 410 };
      await computer.simulator.fault({ match: { service: "content" }, times: "always", action });
      return withFault(computer, { service: "cloudkit", path: "records/lookup" });
    },
    begun: asked("cloudkit", "records/lookup"),
  },
  {
    what: "asked by CloudKit to come back later",
    computer: () => withFault(withPhotos(3), { service: "cloudkit" }, LATER),
    begun: said("asking Apple again"),
  },
  {
    what: "asked by the content host to come back later",
    computer: () => withFault(withPhotos(3), { service: "content" }, LATER),
    begun: said('wait="2m 00s"'),
  },
  {
    what: "waiting for another attempt",
    args: [...SYNC, "--retry-delay", "60"],
    computer: () => withFault(withPhotos(3), { service: "content" }, { status: 500 }),
    begun: said("again"),
  },
  {
    what: "listing albums",
    args: ["list", "albums"],
    computer: () => withFault(withPhotos(3), { service: "cloudkit" }),
    begun: asked("cloudkit"),
  },
  {
    what: "verifying a large file",
    args: ["verify", "--checksums", "--log-level", "debug"],
    computer: async () => {
      const computer = await withPhotos(1);
      expect((await computer.run(...SYNC)).code).toBe(0);
      resizeFirst(computer, 50_000_000_000);
      return computer;
    },
    begun: said("command=verify"),
    release: (computer) => resizeFirst(computer, 100_001),
  },
];

for (const { what, args = SYNC, computer: boot, prepare, begun, release } of PHASES) {
  concurrently(
    `${what}: one signal ends kei soon, a second one at once, and the next run is none the worse`,
    async () => {
      await using computer = await boot();
      const start = async () => {
        await prepare?.(computer);
        const since = await computer.simulator.mark();
        const running = computer.start(...args);
        await begun(computer, since, running);
        return running;
      };
      for (const [signal, exitCode] of SIGNALS) {
        const once = await start();
        once.kill(signal);
        expect([signal, (await soon(once)).code]).toEqual([signal, exitCode]);
        const twice = await start();
        twice.kill(signal);
        await twice.said(`${signal}: stopping`);
        twice.kill(signal);
        // The first one may have been enough.
        expect((await soon(twice)).code).toBeOneOf([130, exitCode]);
      }
      await release?.(computer);
      await expectRecovery(computer);
    },
  );
}

concurrently(
  "a first sync that is stopped before it knows the library saves no settings",
  async () => {
    await using computer = await withFault(withPhotos(3), { service: "cloudkit" });
    delete computer.env["KEI_NO_AUTO_CONFIG"];
    const since = await computer.simulator.mark();
    const running = computer.start(...SYNC);
    await asked("cloudkit")(computer, since);
    running.kill("SIGINT");
    const { code, stderr } = await soon(running);
    expect([code, stderr.includes("Settings saved")]).toEqual([130, false]);
    await computer.simulator.clearFaults();
    expect((await computer.run(...SYNC)).stderr).toContain("Settings saved");
  },
);

for (const [signal, exitCode] of SIGNALS) {
  concurrently(
    `${signal} lets the file in flight finish, starts no other, and exits ${exitCode}`,
    async () => {
      await using computer = await withFault(withPhotos(3), CONTENT, { drip: 100_000 });
      const running = await downloading(computer);
      running.kill(signal);
      const { code, stderr } = await running.result;
      expect([code, stderr]).toEqual([exitCode, expect.stringContaining("interrupted")]);
      expect(filesBelow(computer.place.photos)).toHaveLength(1);
      expect(filesBelow(computer.place.photos)[0]?.path).toEndWith(".JPG");
      await expectRecovery(computer);
    },
  );

  concurrently(`a second ${signal} does not wait for the file in flight`, async () => {
    await using computer = await withFault(withPhotos(3), CONTENT, { drip: 1000 });
    const running = await downloading(computer);
    running.kill(signal);
    await running.said(`${signal}: stopping`);
    running.kill(signal);
    expect((await soon(running)).code).toBe(130);
    await expectRecovery(computer);
  });
}

concurrently("a file in flight that never ends is waited for 30 seconds", async () => {
  await using computer = await withFault(withPhotos(3), CONTENT, { hang: 10 });
  const running = await downloading(computer);
  const startMs = performance.now();
  running.kill("SIGTERM");
  expect((await running.result).code).toBe(130);
  expect(performance.now() - startMs).toBeWithin(29_000, 40_000);
  await expectRecovery(computer);
});

concurrently(
  "a signal between two moves of --relayout leaves each file under one name",
  async () => {
    await using computer = await signedInComputer(["--assets", "600", "--assets-kind", "gif"]);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    const files = filesBelow(computer.place.photos).length;
    const relayout = ["sync", "-d", "photos", "--folder-structure", "moved/%Y", "--relayout"];
    for (const [signal, exitCode] of SIGNALS) {
      const moved = movedFiles(computer);
      const running = computer.start(...relayout);
      await until("a move", async () => movedFiles(computer) > moved);
      running.kill(signal);
      const { code } = await soon(running);
      expect(code).toBe(exitCode);
      expect(filesBelow(computer.place.photos)).toHaveLength(files);
    }
    expect(movedFiles(computer)).toBeLessThan(files);
    expect((await computer.run(...relayout)).code).toBe(0);
    expect(movedFiles(computer)).toBe(files);
    expect(await computer.countAsked("content")).toBe(files);
    const verified = await computer.run("verify", "--checksums");
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining(`Verified:  ${files}`),
    ]);
  },
);

function concurrently(title: string, act: () => Promise<void>): void {
  test.concurrent(title, () => slots.run(act));
}

function signedOut(): Promise<Computer> {
  return signedOutComputer(["--assets", "3", "--two-factor", "none"]);
}

async function withPhotos(count: number): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (let number = 1; number <= count; number++) {
    await computer.addPhoto(`IMG_000${number}.JPG`, 100_000 + number);
  }
  return computer;
}

/** One of Apple's hosts does this to every request; by default it does not answer. */
async function withFault(
  computer: Computer | Promise<Computer>,
  match: object,
  action: object = { hang: true },
): Promise<Computer> {
  const ready = await computer;
  await ready.simulator.fault({ match, times: "always", action });
  return ready;
}

function asked(service: string, path = "") {
  return ({ simulator }: Computer, since: number) =>
    until(`a request to ${service}`, async () =>
      (await simulator.asked(since)).some(
        (one) => one.service === service && one.path.includes(path),
      ),
    );
}

function said(text: string) {
  return (_computer: Computer, _since: number, running: RunningKei) => running.said(text);
}

async function downloading(computer: Computer): Promise<RunningKei> {
  const since = await computer.simulator.mark();
  const running = computer.start(...SYNC);
  await asked("content")(computer, since);
  return running;
}

/** The end of a run that has no reason to take long. */
async function soon(running: RunningKei) {
  const startMs = performance.now();
  const result = await running.result;
  expect(performance.now() - startMs).toBeLessThan(5000);
  return result;
}

/** A later run without faults completes what was left. */
async function expectRecovery(computer: Computer): Promise<void> {
  await computer.simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
}

/** Makes a file longer by a hole, or as long as it was. */
function resizeFirst({ place }: Computer, bytes: number): void {
  const path = join(place.photos, filesBelow(place.photos)[0]!.path);
  truncateSync(path, bytes);
}

function movedFiles({ place }: Computer): number {
  return filesBelow(join(place.photos, "moved")).length;
}
