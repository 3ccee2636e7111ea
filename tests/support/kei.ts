/** Runs the executable as a person would, but with an environment that holds nothing unsaid and with a deadline. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RunningSimulator } from "./simulator.ts";
import { PASSWORD, USER } from "./simulator.ts";

/** KEI_EXECUTABLE tests another build, for instance the one of a release. */
export const EXECUTABLE =
  process.env["KEI_EXECUTABLE"] ?? new URL("../../dist/kei", import.meta.url).pathname;

const DEADLINE_MS = 60_000;

export type Environment = Readonly<Record<string, string>>;

export interface Result {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly env: Environment;
  readonly cwd: string;
  /** What is typed; nothing when left out. */
  readonly stdin?: string;
  readonly deadlineMs?: number;
}

/** Runs it to its end. */
export function kei(args: readonly string[], setting: Setting): Promise<Result> {
  return startKei(args, setting).result;
}

/** A run that is still going on. */
export class RunningKei {
  #stderr = "";
  #watchers: (() => void)[] = [];
  readonly result: Promise<Result>;

  constructor(private readonly child: Bun.Subprocess<"pipe" | "ignore", "pipe", "pipe">) {
    this.result = this.#collect();
  }

  get pid(): number {
    return this.child.pid;
  }

  kill(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL"): void {
    this.child.kill(signal);
  }

  /** Waits until it has said this; throws when it ends without. */
  async said(text: string): Promise<void> {
    let hasEnded = false;
    void this.child.exited.then(() => (hasEnded = true));
    while (!this.#stderr.includes(text)) {
      if (hasEnded) throw new Error(`kei ended and never said "${text}": ${this.#stderr}`);
      const news = new Promise<void>((resolve) => this.#watchers.push(resolve));
      await Promise.race([news, this.child.exited]);
    }
  }

  async #collect(): Promise<Result> {
    const stdout = new Response(this.child.stdout).text();
    const decoder = new TextDecoder();
    for await (const chunk of this.child.stderr) {
      this.#stderr += decoder.decode(chunk, { stream: true });
      for (const wake of this.#watchers.splice(0)) wake();
    }
    await this.child.exited;
    const { exitCode: code, signalCode } = this.child;
    const signal = signalCode === null ? null : String(signalCode);
    return { code, signal, stdout: await stdout, stderr: this.#stderr };
  }
}

export function startKei(args: readonly string[], setting: Setting): RunningKei {
  if (!existsSync(EXECUTABLE))
    throw new Error(`No ${EXECUTABLE}: run "bun scripts/build.ts" first`);
  const { cwd, env, stdin } = setting;
  const child = Bun.spawn([EXECUTABLE, ...args], {
    ...{ cwd, env: { ...env } },
    ...{ stdin: stdin === undefined ? "ignore" : "pipe", stdout: "pipe", stderr: "pipe" },
  });
  if (stdin !== undefined && typeof child.stdin === "object") {
    void child.stdin.write(stdin);
    void child.stdin.end();
  }
  const running = new RunningKei(child as Bun.Subprocess<"pipe" | "ignore", "pipe", "pipe">);
  const deadlineMs = setting.deadlineMs ?? DEADLINE_MS;
  const deadline = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
  void child.exited.then(() => clearTimeout(deadline));
  return running;
}

/** The folders of one pretend computer: a home, a place for data, a place for photos. */
export interface Place {
  readonly cwd: string;
  readonly data: string;
  readonly photos: string;
}

/** Lays out a pretend computer below a folder. */
export function placeIn(folder: string): Place {
  mkdirSync(join(folder, "home"));
  return { cwd: folder, data: join(folder, "data"), photos: join(folder, "photos") };
}

/** The environment of a person with this account and these folders. Nothing is inherited. */
export function environmentOf(place: Place, simulator: Pick<RunningSimulator, "env">): Environment {
  return {
    PATH: "/usr/bin:/bin",
    HOME: join(place.cwd, "home"),
    TZ: "UTC",
    LANG: "C.UTF-8",
    ICLOUD_USERNAME: USER,
    ICLOUD_PASSWORD: PASSWORD,
    KEI_DATA_DIR: place.data,
    KEI_NO_AUTO_CONFIG: "1",
    KEI_MIN_FREE_BYTES: "1",
    KEI_RETRY_DELAY: "1",
    ...simulator.env,
  };
}
