/** What a case acts upon: one simulator, one pretend computer, and the last run. */
import { expect } from "bun:test";
import { join } from "node:path";
import { findFaults } from "../../support/checker.ts";
import { environmentOf, kei, placeIn, type Place, type Result } from "../../support/kei.ts";
import { Hearing } from "../../support/discretion.ts";
import { signIn } from "../../support/signed-in.ts";
import { PASSWORD, type Asked, type RunningSimulator } from "../../support/simulator.ts";
import { splitWords } from "./parse.ts";

export class World {
  readonly place: Place;
  readonly env: Record<string, string>;
  /** Files in the folder of photos that are not kei's. */
  readonly strangers: string[] = [];
  /** Files elsewhere that the case put there. */
  readonly beside: string[] = [];
  /** Record names of albums that the case made, by the names it gave them. */
  readonly albums = new Map<string, string>();
  isSignedIn = false;
  isUnchecked = false;
  stdin: string | undefined;
  /** Stands for $RECORD: a name that is known only while the case runs. */
  record = "";
  readonly #hearing = new Hearing();
  #since = 0;
  #result: Result | null = null;

  constructor(
    readonly simulator: RunningSimulator,
    folder: string,
  ) {
    this.place = placeIn(folder);
    this.env = { ...environmentOf(this.place, simulator) };
  }

  get result(): Result {
    if (!this.#result) throw new Error("nothing was run yet");
    return this.#result;
  }

  path(name: string): string {
    return join(this.place.cwd, name);
  }

  /** Replaces the words that stand for something of this run. */
  fill(text: string): string {
    return text.replaceAll("$CWD", this.place.cwd).replaceAll("$RECORD", this.record);
  }

  /** Runs a command line that begins with `kei`. */
  async run(commandLine: string): Promise<void> {
    if (!this.isSignedIn) {
      await signIn(this.place, this.simulator);
      this.isSignedIn = true;
    }
    const [program, ...args] = splitWords(commandLine);
    if (program !== "kei") throw new Error(`Cannot run "${program}", only kei`);
    this.#since = await this.simulator.mark();
    const { env, stdin } = this;
    this.#result = await kei(args, { cwd: this.place.cwd, env, stdin });
    this.#hearing.hear(this.#result.stdout + this.#result.stderr);
    expectDiscretion(this.#result);
  }

  /** Another run that finds nothing to do and only asks whether there is news; then all files are verified. */
  async settled(commandLine: string): Promise<void> {
    await this.run(commandLine);
    expect([this.result.code, this.result.stderr]).toEqual([0, expect.any(String)]);
    const asked = await this.asked();
    expect(asked.filter(({ path }) => !path.endsWith("/changes/database"))).toEqual([]);
    await this.run("kei verify --checksums");
    expect([this.result.code, this.result.stdout]).toEqual([0, expect.any(String)]);
  }

  /** What the last run asked the simulator. */
  asked(): Promise<Asked[]> {
    return this.simulator.asked(this.#since);
  }

  /** Secrets that got out while the case ran. */
  findLeaks(): Promise<string[]> {
    return this.#hearing.leaks(this.simulator, this.place.cwd, this.beside);
  }

  findFaults(): Promise<string[]> {
    const { place, simulator, strangers, beside, env } = this;
    return findFaults({ place, simulator, strangers, beside, env });
  }
}

/** Whatever a case is about: no password, no signed address, no colours where there is no terminal, no stack. */
function expectDiscretion({ stdout, stderr }: Result): void {
  const said = stdout + stderr;
  expect(said).not.toContain(PASSWORD);
  expect(said).not.toMatch(/[?&]s=[\w-]{20}/);
  expect(said).not.toContain("\u001b");
  expect(said).not.toMatch(/^ +at /m);
}
