/**
 * Everything that must hold, in order of cost: `bun scripts/test.ts [--quick] [--strict]`.
 *
 * Tests that look at our work with a program that is not here are skipped, and one line says what is missing; with
 * `--strict` that is a failure.
 *
 * Ends with one line, "N passed, N failed", counted from what the test runner reported, and with exit code 1 when
 * anything failed or nothing ran at all.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { missingPrograms, PACKAGES } from "../tests/support/programs.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const BIN = join(ROOT, "node_modules", ".bin");

interface Stage {
  readonly name: string;
  readonly argv: readonly string[];
}

/** Groups of tests; each one runs in a process of its own. */
const QUICK_GROUPS: Readonly<Record<string, readonly string[]>> = {
  tidy: ["tests/tidy.test.ts"],
  unit: ["tests/unit"],
  property: ["tests/property"],
  contract: ["tests/contract"],
};

const SLOW_GROUPS: Readonly<Record<string, readonly string[]>> = {
  crash: ["tests/crash"],
  faults: ["tests/faults"],
  e2e: ["tests/e2e"],
};

const bun = process.execPath;

const CHECKS: readonly Stage[] = [
  { name: "format", argv: [bun, "fmt", "--check", "."] },
  { name: "types", argv: [bun, "check"] },
  { name: "lint", argv: [join(BIN, "oxlint"), "--type-aware", "--deny-warnings"] },
];

const BUILD: Stage = { name: "build", argv: [bun, "scripts/build.ts"] };

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const isStrict = process.argv.includes("--strict");

process.exitCode = await main(process.argv.includes("--quick"));

async function main(isQuick: boolean): Promise<number> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const stages = isQuick ? CHECKS : [...CHECKS, BUILD];
  const groups = isQuick ? QUICK_GROUPS : { ...QUICK_GROUPS, ...SLOW_GROUPS };
  for (const stage of stages) if (!(await runStage(stage))) counts.failed++;
  const folder = mkdtempSync(join(tmpdir(), "kei-tests-"));
  for (const [name, paths] of Object.entries(groups)) {
    add(counts, await runGroup(name, paths, folder));
  }
  rmSync(folder, { recursive: true });
  if (tellMissingPrograms() && isStrict) counts.failed++;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

/** True when a program that tests need is not on this machine. */
function tellMissingPrograms(): boolean {
  const missing = missingPrograms();
  if (missing.length === 0) return false;
  const packages = missing.map((program) => PACKAGES[program]).join(" ");
  console.log(
    `${isStrict ? "FAILED" : "note  "} missing here, so that their tests are skipped: ${missing.join(", ")} (apt-get install ${packages})`,
  );
  return true;
}

/** Runs one stage and shows its output only when it fails. */
async function runStage({ name, argv }: Stage): Promise<boolean> {
  const { exitCode, output, seconds } = await run(argv);
  console.log(`${exitCode === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(output);
  return exitCode === 0;
}

/** Runs the test files below some paths; a group without any file counts nothing. */
async function runGroup(name: string, paths: readonly string[], folder: string): Promise<Counts> {
  const files = paths.flatMap(testFilesBelow);
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const report = join(folder, `${name}.xml`);
  const { exitCode, output, seconds } = await run([
    bun,
    "test",
    "--timeout=60000",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...files.map((file) => `./${file}`),
  ]);
  const counts = await readReport(report);
  // A file that cannot even be loaded, or a runner that died, leaves no failed test behind.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  const isGood = counts.failed === 0;
  const { passed, failed, skipped } = counts;
  console.log(
    `${isGood ? "ok    " : "FAILED"} ${name}: ${passed} of ${passed + failed + skipped} (${seconds} s)`,
  );
  if (!isGood) console.log(output);
  return counts;
}

function testFilesBelow(path: string): string[] {
  if (path.endsWith(".ts")) return existsSync(join(ROOT, path)) ? [path] : [];
  if (!existsSync(join(ROOT, path))) return [];
  return [...new Bun.Glob(`${path}/**/*.test.ts`).scanSync({ cwd: ROOT })].sort();
}

/** Counts of a JUnit file: those of its outermost element. */
async function readReport(path: string): Promise<Counts> {
  if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0 };
  const head = /<testsuites\b[^>]*>/.exec(await Bun.file(path).text())?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

function add(sum: Counts, more: Counts): void {
  sum.passed += more.passed;
  sum.failed += more.failed;
  sum.skipped += more.skipped;
}

async function run(argv: readonly string[]) {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env["PATH"] ?? ""}`, NO_COLOR: "1" },
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const output = (await Promise.all(texts)).join("");
  const exitCode = await child.exited;
  return { exitCode, output, seconds: ((performance.now() - startedMs) / 1000).toFixed(1) };
}
