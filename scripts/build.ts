/**
 * Builds the executable: `bun scripts/build.ts [--target bun-linux-arm64 ...]`. Without a target: for this machine.
 *
 * A build that exits with 0 may still be a dead executable, so one for this machine is run before it counts.
 */
import { mkdirSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { packFor } from "./pack.ts";

/** What a release consists of. */
const TARGETS = [
  "bun-linux-x64",
  "bun-linux-arm64",
  "bun-linux-x64-musl",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
] as const;

const ROOT = new URL("..", import.meta.url).pathname;

/** The program, and the thread it starts by an address relative to the file that does. */
const ENTRIES = ["src/main.ts", "src/download/digest-thread.ts", "--root=src/download"];

const FLAGS = [
  "--compile",
  "--minify",
  // Minified names would show in error reports.
  "--keep-names",
  "--sourcemap",
  // Bytecode alone means CommonJS, which some dependency does not survive.
  "--bytecode",
  "--format=esm",
  // Else the executable runs what a .env or bunfig.toml in the current folder tells it to.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-package-json",
  "--no-compile-autoload-tsconfig",
  // The packs keep their names inside.
  "--loader=.pack:file",
  "--asset-naming=[name].[ext]",
];

const { values } = parseArgs({
  options: { target: { type: "string", multiple: true }, all: { type: "boolean" } },
});

const targets = values.all ? [...TARGETS] : (values.target ?? []);
if (targets.length === 0) {
  const outfile = "dist/kei";
  build(outfile, [], packFor(undefined));
  check(outfile);
} else {
  for (const target of targets)
    build(`dist/kei-${target.replace("bun-", "")}`, [`--target=${target}`], packFor(target));
}

function build(outfile: string, more: string[], packs: string[]): void {
  mkdirSync(`${ROOT}dist`, { recursive: true });
  // A build that fails must not leave the former executable behind as if it were new.
  rmSync(ROOT + outfile, { force: true });
  const define = [
    `--define=KEI_VERSION=${JSON.stringify(manifest.version)}`,
    `--define=KEI_COMMIT=${JSON.stringify(commit())}`,
  ];
  const { exitCode, stdout, stderr } = run([
    process.execPath,
    "build",
    ...FLAGS,
    ...define,
    ...more,
    ...ENTRIES,
    ...packs, // after the program: the first entry is what runs
    `--outfile=${outfile}`,
  ]);
  const output = stdout + stderr;
  if (exitCode !== 0 || /failed to generate bytecode/i.test(output)) {
    fail(`the build of ${outfile} failed\n${output}`);
  }
  console.log(`built ${outfile}`);
}

/** The commit this is built from; a tarball has none. */
function commit(): string {
  try {
    const { exitCode, stdout } = run(["git", "rev-parse", "--short=12", "HEAD"]);
    return exitCode === 0 ? stdout.trim() : "unknown";
  } catch {
    return "unknown"; // no git here
  }
}

function check(outfile: string): void {
  const { exitCode, stdout, stderr } = run([ROOT + outfile, "--version"]);
  const wanted = `kei ${manifest.version}`;
  if (exitCode === 0 && stdout.trim() === wanted) return;
  fail(
    `${outfile} --version said "${stdout.trim()}", not "${wanted}" (exit ${exitCode})\n${stderr}`,
  );
}

function run(argv: string[]): { exitCode: number | null; stdout: string; stderr: string } {
  const result = Bun.spawnSync(argv, { cwd: ROOT, env: process.env, timeout: 120_000 });
  return {
    exitCode: result.exitCode,
    stdout: result.stdout.toString(),
    stderr: result.stderr.toString(),
  };
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(1);
}
