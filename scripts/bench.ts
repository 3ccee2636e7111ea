/**
 * Measures the built kei: `bun run bench --help`. Figures are reported, never judged: they depend on the machine.
 */
import { copyFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { keiPath } from "./bench/kei.ts";
import { OptionError, helpText, parseOptions, type BenchOptions } from "./bench/options.ts";
import { report } from "./bench/report.ts";
import type { Row } from "./bench/row.ts";
import { MILLION, SCENARIOS } from "./bench/scenarios.ts";
import { Stage } from "./bench/stage.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const known = SCENARIOS.map(({ name }) => name);
    const options = parseOptions(args, known);
    if (options === "help") process.stdout.write(helpText(SCENARIOS));
    else await bench(options);
    return 0;
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof OptionError ? 2 : 1;
  }
}

async function bench(options: BenchOptions): Promise<void> {
  const stage = new Stage(options.parent);
  const rows: Row[] = [];
  try {
    build(stage);
    for (const { name, run } of chosen(options)) {
      process.stderr.write(`${name} ...\n`);
      rows.push(...(await run(stage, options.repeat)));
    }
  } finally {
    await stage.close();
    // What was measured before a failure is still worth having.
    if (rows.length > 0) publish(rows, options);
  }
}

function build(stage: Stage): void {
  const script = new URL("build.ts", import.meta.url).pathname;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, script], { env: process.env });
  if (exitCode !== 0) throw new Error(`The build failed\n${stderr.toString()}`);
  copyFileSync(new URL("../dist/kei", import.meta.url).pathname, keiPath(stage));
}

function chosen({ only, isMillion }: BenchOptions) {
  const isAsked = (name: string): boolean =>
    only.includes(name) || (name === MILLION ? isMillion : only.length === 0);
  return SCENARIOS.filter(({ name }) => isAsked(name));
}

function publish(rows: readonly Row[], { json }: BenchOptions): void {
  process.stdout.write(`${report(rows)}\n`);
  if (json === null) return;
  const machine = { platform: `${process.platform}-${process.arch}`, cpus: cpus().length };
  writeFileSync(json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
}
