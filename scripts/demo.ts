/**
 * kei at work, on a pretend iCloud on this computer: `npm run demo`.
 *
 * Builds the executable, signs in, syncs to ./demo-photos, looks at the result, and syncs once more. Everything else
 * is in ./.demo. Both are begun afresh each time; whatever else is in the folder of the photos is left alone, and then the
 * demo does not begin.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, sha256Of } from "../tests/support/disk.ts";
import { filesWanted } from "../tests/support/manifest.ts";
import { PASSWORD, startSimulator, USER } from "../tests/support/simulator.ts";
import type { RunningSimulator } from "../tests/support/simulator.ts";
import { clearMade, noteMade } from "./demo-folder.ts";

const ROOT = join(import.meta.dir, "..");
const PHOTOS = "demo-photos";
const STATE = ".demo";
const MADE = join(ROOT, STATE, "made.json");
/** Where the pretend iCloud listens, here and when it is started again. */
const PORT = "8642";

const LIBRARY = ["--assets", "300", "--file-bytes", "150000", "--live-bytes", "60000"];
/** Each download waits so long for its first byte, as far away as Apple may be. */
const DELAY_MS = 120;
/** After a signal a child may come to its end by itself, as it has seen Ctrl-C as well. */
const PATIENCE_MS = 1000;

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Ends the demo with this exit code. */
class Ended extends Error {
  constructor(readonly exitCode: number) {
    super(`ended with ${exitCode}`);
  }
}

let child: Bun.Subprocess | null = null;
let stopCode: number | null = null;

for (const [name, code] of Object.entries(EXIT_CODES)) {
  process.on(name, () => {
    stopCode = code;
    setTimeout(() => child?.kill(name as keyof typeof EXIT_CODES), PATIENCE_MS);
  });
}

process.exit(await main());

async function main(): Promise<number> {
  try {
    await demonstrate();
    return 0;
  } catch (error) {
    if (error instanceof Ended) return error.exitCode;
    throw error;
  }
}

async function demonstrate(): Promise<void> {
  makeRoom();
  say("Building the executable", "npm run build");
  await run([process.execPath, "scripts/build.ts"], { ...process.env });

  say(
    "Starting a pretend iCloud with 300 photos and movies",
    `npm run simulate -- ${LIBRARY.join(" ")}`,
  );
  await using simulator = await startSimulator([...LIBRARY, "--port", PORT]);
  await simulator.fault({
    ...{ match: { service: "content" }, times: "always", action: { delayMs: DELAY_MS } },
  });
  const env = environment(simulator);
  await signIn(simulator, env);
  try {
    await sync(env);
  } finally {
    // Also of a demo that was stopped halfway.
    noteMade(join(ROOT, PHOTOS), MADE);
  }
  await compare(simulator);
  await syncAgain(simulator, env);
  writeLauncher(env);
  sayWhatNext();
}

/** Removes what the last demo left; ends when there is something of somebody else's. */
function makeRoom(): void {
  const strange = clearMade(join(ROOT, PHOTOS), MADE);
  if (strange.length > 0) {
    console.error(`error: ./${PHOTOS} holds files that the demo did not make, as ${strange[0]}`);
    console.error("hint: move them away, or the folder, and start the demo again");
    throw new Ended(1);
  }
  for (const name of ["home", "data"]) {
    rmSync(join(ROOT, STATE, name), { recursive: true, force: true });
  }
  mkdirSync(join(ROOT, STATE, "home"), { recursive: true });
}

/** kei with the settings of the demo, so that nothing of it gets into the person's own configuration. */
function writeLauncher(env: Record<string, string>): void {
  const settings = Object.entries({ ...env, KEI_DIRECTORY: PHOTOS }).filter(([name]) =>
    /^(KEI_|ICLOUD_|HOME$)/.test(name),
  );
  const quoted = settings.map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'`);
  const lines = ["#!/bin/sh", `cd '${ROOT.replaceAll("'", "'\\''")}' || exit`];
  const path = join(ROOT, STATE, "kei");
  writeFileSync(path, `${[...lines, `exec env ${quoted.join(" ")} dist/kei "$@"`].join("\n")}\n`);
  chmodSync(path, 0o755);
}

async function signIn(simulator: RunningSimulator, env: Record<string, string>): Promise<void> {
  console.log("\nkei finds it, and who you are, by these variables:");
  for (const [name, value] of Object.entries(env)) {
    if (/^(KEI|ICLOUD)_/.test(name)) console.log(`  export ${name}=${value}`);
  }
  say("Signing in; on a terminal kei sync asks for the code itself, here it comes in two steps");
  await kei(["login", "get-code"], env);
  await kei(["login", "submit-code", await simulator.code()], env);
}

async function sync(env: Record<string, string>): Promise<void> {
  say("Syncing the library");
  await kei(["sync", "--directory", PHOTOS], env);
  say("What kei remembers");
  await kei(["status"], env);
  say("Reading every file back and comparing its checksum");
  await kei(["verify", "--checksums"], env);
}

/** Looks at the files with nothing of kei: they are what the pretend iCloud holds. */
async function compare(simulator: RunningSimulator): Promise<void> {
  const wanted = (await simulator.manifest()).flatMap(filesWanted).map(({ sha256 }) => sha256);
  const found = filesBelow(join(ROOT, PHOTOS)).map(({ path }) =>
    sha256Of(join(ROOT, PHOTOS, path)),
  );
  const isSame = wanted.sort().join() === found.sort().join();
  say("Comparing the folder with iCloud, without kei");
  console.log(
    `${found.length} files, ${isSame ? "every byte is right" : "BUT NOT THE RIGHT ONES"}`,
  );
  if (!isSame) throw new Ended(1);
}

async function syncAgain(simulator: RunningSimulator, env: Record<string, string>): Promise<void> {
  say("Syncing once more: nothing is fetched");
  const since = await simulator.mark();
  await kei(["sync", "--directory", PHOTOS], env);
  const asked = await simulator.asked(since);
  const fetched = asked.filter(({ service }) => service === "content").length;
  console.log(`kei made ${asked.length} request to iCloud and fetched ${fetched} files`);
}

function sayWhatNext(): void {
  console.log(`
The photos are in ./${PHOTOS}, kei's memory of them in ./${STATE}, and ./${STATE}/kei is kei with the settings of this demo.
Open a photo, delete one, and try next:
  ${STATE}/kei status
  ${STATE}/kei verify
With the same pretend iCloud in another terminal:
  npm run simulate -- ${[...LIBRARY, "--two-factor", "none", "--port", PORT].join(" ")}
it comes back:
  ${STATE}/kei sync
All commands and flags:
  dist/kei --help
`);
}

function environment(simulator: RunningSimulator): Record<string, string> {
  const inherited = ["PATH", "TERM", "LANG", "LC_ALL", "TZ", "NO_COLOR", "COLUMNS"];
  return {
    ...Object.fromEntries(
      inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    HOME: join(ROOT, STATE, "home"),
    KEI_DATA_DIR: `${STATE}/data`,
    KEI_NO_AUTO_CONFIG: "1",
    ICLOUD_USERNAME: USER,
    ICLOUD_PASSWORD: PASSWORD,
    ...simulator.env,
  };
}

function say(what: string, command?: string): void {
  console.log(`\n== ${what}`);
  if (command) console.log(`$ ${command}`);
}

async function kei(args: readonly string[], env: Record<string, string>): Promise<void> {
  console.log(`$ dist/kei ${args.join(" ")}`);
  await run([join(ROOT, "dist/kei"), ...args], env);
}

/** Runs a program on the same terminal; the demo ends when it fails or when it is told to stop. */
async function run(argv: string[], env: Record<string, string | undefined>): Promise<void> {
  if (stopCode === null) {
    child = Bun.spawn(argv, { cwd: ROOT, env, stdio: ["inherit", "inherit", "inherit"] });
    const code = await child.exited;
    child = null;
    if (stopCode === null && code === 0) return;
    throw new Ended(stopCode ?? code);
  }
  throw new Ended(stopCode);
}
