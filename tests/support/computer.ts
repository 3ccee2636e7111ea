/** A pretend computer that is signed in to its own simulator; the beginning of most tests. */
import { findFaults } from "./checker.ts";
import { Hearing } from "./discretion.ts";
import { environmentOf, placeIn, startKei, type Place, type Result } from "./kei.ts";
import type { RunningKei } from "./kei.ts";
import { signIn } from "./signed-in.ts";
import { startSimulator, type RunningSimulator } from "./simulator.ts";
import { tempFolder, type TempFolder } from "./temp-folder.ts";

const ODD_CLOCK = new URL("odd-clock.ts", import.meta.url).pathname;
const NO_LINKS = new URL("no-links.ts", import.meta.url).pathname;
const ODD_DISK = new URL("odd-disk.ts", import.meta.url).pathname;

export class Computer implements AsyncDisposable {
  readonly place: Place;
  /** Changes made here hold for later runs. */
  readonly env: Record<string, string>;
  readonly #hearing = new Hearing();

  constructor(
    readonly simulator: RunningSimulator,
    private readonly folder: TempFolder,
  ) {
    this.place = placeIn(folder.path);
    this.env = { ...environmentOf(this.place, simulator) };
  }

  /** Whatever a terminal shows is looked at for secrets too. */
  get setting() {
    return { cwd: this.place.cwd, env: this.env, see: (text: string) => this.#hearing.see(text) };
  }

  run(...args: readonly string[]): Promise<Result> {
    return this.start(...args).result;
  }

  start(...args: readonly string[]): RunningKei {
    const running = startKei(args, this.setting);
    void running.result.then(({ stdout, stderr }) => this.#hearing.hear(stdout + stderr));
    return running;
  }

  /** Has later runs see a clock that is wrong by so many milliseconds, leaps by so many, or runs so many times as fast. */
  setClock(how: "right" | "wrong" | "leaping" | "fast", value = 0): void {
    delete this.env["BUN_OPTIONS"];
    if (how === "right") return;
    Object.assign(this.env, {
      BUN_OPTIONS: `--preload ${ODD_CLOCK}`,
      ODD_CLOCK: `${how} ${value}`,
    });
  }

  /** Has later runs see a disk without links. */
  useDiskWithoutLinks(): void {
    this.env["BUN_OPTIONS"] = `--preload ${NO_LINKS}`;
  }

  /** Has later runs see a disk that refuses single deeds: `futimesSync=EPERM`. None: an ordinary one. */
  useOddDisk(...rules: readonly string[]): void {
    delete this.env["BUN_OPTIONS"];
    if (rules.length === 0) return;
    Object.assign(this.env, { BUN_OPTIONS: `--preload ${ODD_DISK}`, ODD_DISK: rules.join(" ") });
  }

  /** A photo of this size in the library. */
  addPhoto(name: string, bytes: number, date = "2024-01-05"): Promise<unknown> {
    const asset = { name, bytes, date: `${date}T12:00:00Z`, kind: "jpeg" };
    return this.simulator.library("add", { assets: [asset] });
  }

  /** Requests to one service since the mark. */
  async countAsked(service: string, since = 0): Promise<number> {
    return (await this.simulator.asked(since)).filter((one) => one.service === service).length;
  }

  findFaults(): Promise<string[]> {
    return findFaults({ place: this.place, simulator: this.simulator, env: this.env });
  }

  /** The end of a test; throws when a secret got out while it ran. */
  async [Symbol.asyncDispose](): Promise<void> {
    const leaks = await this.#hearing.leaks(this.simulator, this.place.cwd);
    await this.simulator[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
    if (leaks.length > 0) throw new Error(leaks.join("\n"));
  }
}

/** `await using computer = await signedInComputer(["--assets", "20"])`. */
export async function signedInComputer(args: readonly string[]): Promise<Computer> {
  const computer = await signedOutComputer(args);
  try {
    await signIn(computer.place, computer.simulator);
    return computer;
  } catch (error) {
    await computer[Symbol.asyncDispose]();
    throw error;
  }
}

export async function signedOutComputer(args: readonly string[]): Promise<Computer> {
  return new Computer(await startSimulator(args), tempFolder());
}
