/**
 * Lives kei's small life again and again, each time with one call of the operating system failing, and looks what
 * became of the person's files. After each failure the same step without one must bring everything right.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findFaults } from "../support/checker.ts";
import type { Computer } from "../support/computer.ts";
import { EXECUTABLE } from "../support/kei.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { contentsOf, noteVersions, wrongFiles, wrongWords, type Versions } from "./judge.ts";
import { KINDS } from "./kinds.ts";
import { beginLife, STEPS, STRANGERS, type Step } from "./life.ts";
import { runTraced, type Call, type Fault } from "./strace.ts";

const DEADLINE_MS = 60_000;

export interface Trial {
  readonly step: Step;
  readonly fault: Fault;
}

export interface Verdict extends Trial {
  /** The calls that failed; none when the run took another way. */
  readonly hit: readonly Call[];
  readonly wrong: readonly string[];
  readonly stderr: string;
}

/** Decides which of all possible trials of a step are made. */
export type Choose = (trials: readonly Trial[]) => readonly Trial[];

/** Runs the chosen trials of every step, telling each verdict. */
export async function runCampaign(choose: Choose, tell: (verdict: Verdict) => void): Promise<void> {
  await using computer = await beginLife();
  using workshop = tempFolder("kei-faults");
  const versions: Versions = new Map();
  for (const step of STEPS) {
    await step.before(computer);
    await noteVersions(computer, versions);
    const bench = new Bench(computer, workshop, step, versions);
    bench.keep();
    const trials = trialsOf(step, (await bench.watch()).calls);
    for (const trial of choose(trials)) {
      bench.restore();
      tell(await bench.judge(trial));
    }
    bench.restore();
    const { result } = await bench.watch();
    if (result.code !== 0) throw new Error(`${step.name} fails by itself: ${result.stderr}`);
  }
}

function trialsOf(step: Step, calls: readonly Call[]): Trial[] {
  const trials = calls.flatMap(({ kind, call, nth }) =>
    KINDS[kind].errors.flatMap((error) =>
      [false, true].map((isLasting): Trial => ({ step, fault: { call, nth, error, isLasting } })),
    ),
  );
  return [...new Map(trials.map((trial) => [titleOf(trial), trial])).values()];
}

/** One trial in a line, as `bun scripts/faults.ts --only` takes it. */
export function titleOf({ step, fault }: Trial): string {
  return `${step.name}: ${fault.call} ${fault.nth}${fault.isLasting ? "+" : ""} ${fault.error}`;
}

/** One step of the life, which starts from the same beginning each time. */
class Bench {
  constructor(
    private readonly computer: Computer,
    private readonly workshop: TempFolder,
    private readonly step: Step,
    private readonly versions: Versions,
  ) {}

  /** Keeps the beginning of the step. */
  keep(): void {
    for (const [here, there] of this.#folders()) copyFolder(here, there);
  }

  restore(): void {
    for (const [here, there] of this.#folders()) copyFolder(there, here);
  }

  watch(fault: Fault | null = null) {
    const { place, env } = this.computer;
    const argv = [EXECUTABLE, ...this.step.args];
    const log = join(this.workshop.path, "trace");
    return runTraced({ argv, cwd: place.cwd, env, log, deadlineMs: DEADLINE_MS }, fault);
  }

  async judge(trial: Trial): Promise<Verdict> {
    const before = contentsOf(this.computer);
    const { result, calls } = await this.watch(trial.fault);
    const hit = calls.filter(({ hasFailedForUs }) => hasFailedForUs);
    const wrong = [
      ...wrongFiles(this.computer, before, this.versions),
      ...wrongWords(result, hit),
      ...(result.code === 0 && !this.#isExcused(hit, trial.fault)
        ? await this.#wrongEnd("although it ended with 0")
        : []),
      ...(await this.#wrongRecovery()),
    ];
    return { ...trial, hit, wrong, stderr: result.stderr };
  }

  /** True when exit 0 need not mean that all is as it should be: that is for the next run then. */
  #isExcused(hit: readonly Call[], { isLasting }: Fault): boolean {
    const isHit = (...kinds: string[]) => hit.some(({ kind }) => kinds.includes(kind));
    // Where nothing can be removed, what is left over stays.
    if (isLasting && isHit("remove")) return true;
    return this.step.mayOverlook === true && isHit("look", "list", "open");
  }

  /** The same step once more, with nothing in its way. */
  async #wrongRecovery(): Promise<string[]> {
    const { result } = await this.watch();
    if (result.code !== 0) return [`the next run ended with ${result.code}: ${result.stderr}`];
    return this.#wrongEnd("after the next run");
  }

  async #wrongEnd(when: string): Promise<string[]> {
    if (!this.step.isSync) return [];
    const { place, simulator, env } = this.computer;
    const strangers = Object.keys(STRANGERS);
    const faults = await findFaults({ place, simulator, env, strangers });
    return faults.map((fault) => `${when}: ${fault}`);
  }

  #folders(): [string, string][] {
    const { photos, data } = this.computer.place;
    return [
      [photos, join(this.workshop.path, "photos")],
      [data, join(this.workshop.path, "data")],
    ];
  }
}

function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  if (existsSync(from)) {
    cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
}
