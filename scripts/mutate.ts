/**
 * Changes the program in small ways and looks whether the quick tests notice:
 *
 *   bun scripts/mutate.ts --room sync [--file sync/refresh.ts] [--count 20] [--seed 1] [--room-only]
 *
 * Works on a copy, at low priority. The tests that mirror the room come first; what they miss is checked for types (a
 * change that does not compile is none) and then shown to all quick tests, unless only the room's are asked for. Ends
 * with what nobody noticed: a test that is missing, or a change that changes nothing.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../tests/support/random.ts";
import { mutantsOf, sample } from "./mutate/mutants.ts";
import type { Mutant } from "./mutate/mutants.ts";
import { readSources } from "./tidy.ts";

type Fate = "noticed" | "invalid" | "survived";

const ROOT = new URL("..", import.meta.url).pathname;
const COPIED = ["src", "tests", "scripts", "package.json", "tsconfig.json", "bunfig.toml"];
const TEST_MS = 300_000;
const TIMES_MAX = 3;
const QUICK = ["unit", "property", "contract"].map((group) => `tests/${group}/**/*.test.ts`);

const { values } = parseArgs({
  options: {
    room: { type: "string", default: "sync" },
    file: { type: "string" },
    count: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    "room-only": { type: "boolean", default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "kei-mutants-"));
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const mutants = chosen(folder);
    const rooms = [...new Set(mutants.map(({ path }) => mirrorOf(path).at(-1)!))];
    if (await isNoticed(folder, rooms))
      throw new Error("The tests fail before anything is changed");
    const fates = new Map<Fate, Mutant[]>();
    for (const mutant of mutants) {
      const fate = await fateOf(mutant, folder);
      fates.set(fate, [...(fates.get(fate) ?? []), mutant]);
      console.log(`${fate} ${described(mutant)}`);
    }
    return report(fates);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function chosen(folder: string): Mutant[] {
  const under = values.file ? `src/${values.file}` : `src/${values.room}/`;
  const sources = readSources(folder).filter(({ path }) => path.startsWith(under));
  const mutants = sources.flatMap(({ path, text }) => mutantsOf(path, text));
  return sample(mutants, Number(values.count), new Random(Number(values.seed)));
}

async function fateOf(mutant: Mutant, folder: string): Promise<Fate> {
  const path = join(folder, mutant.path);
  // The copy's own text: somebody may be at work on the original.
  const original = readFileSync(path);
  writeFileSync(path, mutant.text);
  try {
    if (await isNoticed(folder, mirrorOf(mutant.path))) return "noticed";
    if (!(await isFine(folder, ["check"]))) return "invalid";
    if (values["room-only"]) return "survived";
    const isSeen = await isNoticed(folder, QUICK);
    return isSeen ? "noticed" : "survived";
  } finally {
    writeFileSync(path, original);
  }
}

/** The tests of the file itself, where there are any, and then those of its room. */
function mirrorOf(path: string): string[] {
  const own = path.replace(/^src\//, "tests/unit/").replace(/\.ts$/, ".test.ts");
  return [own, `tests/unit/${path.split("/")[1]}/**/*.test.ts`];
}

async function isNoticed(folder: string, patterns: readonly string[]): Promise<boolean> {
  const files = new Set(
    patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: folder })].sort()),
  );
  if (files.size === 0) return false;
  return !(await isFine(folder, [
    "test",
    "--bail",
    "--timeout=60000",
    ...[...files].map((file) => `./${file}`),
  ]));
}

/** True when the command went well in time; a test that never ends has noticed something too. */
async function isFine(folder: string, words: readonly string[]): Promise<boolean> {
  for (let times = 0; times < TIMES_MAX; times += 1) {
    const startedMs = performance.now();
    const child = Bun.spawn(["nice", "-n", "15", process.execPath, ...words], {
      ...{ cwd: folder, timeout: TEST_MS, stdout: "ignore", stderr: "ignore" },
      env: { ...process.env, NO_COLOR: "1" },
    });
    const code = await child.exited;
    if (code === 0) return true;
    if (code === 1 || performance.now() - startedMs >= TEST_MS) return false;
    // Somebody else ended it, as a system does that has no memory left: that says nothing.
  }
  throw new Error(`"${words.slice(0, 2).join(" ")}" was ended ${TIMES_MAX} times from outside`);
}

function described({ path, line, before, after }: Mutant): string {
  return `${path}:${line}  ${before} -> ${after || "nothing"}`;
}

function report(fates: ReadonlyMap<Fate, readonly Mutant[]>): number {
  const [noticed, survived] = [fates.get("noticed") ?? [], fates.get("survived") ?? []];
  const valid = noticed.length + survived.length;
  const share = valid === 0 ? 100 : Math.round((100 * noticed.length) / valid);
  console.log(`${noticed.length} of ${valid} valid mutants noticed (${share} %)`);
  for (const mutant of survived) console.log(`survived ${described(mutant)}`);
  return survived.length === 0 ? 0 : 1;
}
