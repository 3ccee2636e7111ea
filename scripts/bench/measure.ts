/** Runs a program and takes its measure: wall time, its own CPU time, its peak memory. */
import { readFileSync } from "node:fs";

export interface Figures {
  readonly wallMs: number;
  /** User and system time of the process. */
  readonly cpuMs: number;
  /**
   * Peak resident memory. The kernel counts what the process inherits while it is started, so nothing below our own
   * memory can be seen.
   */
  readonly rssBytes: number;
}

export interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Receives what the program says; read when it fails. */
  readonly logPath: string;
  readonly signal: AbortSignal;
  /** Told the process id while it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Throws when the program does not end well. */
export async function measure(program: Program): Promise<Figures> {
  program.signal.throwIfAborted();
  const startedMs = performance.now();
  const child = Bun.spawn([...program.argv], {
    env: { ...program.env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: Bun.file(program.logPath),
    signal: program.signal,
  });
  program.onStart?.(child.pid);
  const exitCode = await child.exited;
  const wallMs = performance.now() - startedMs;
  program.signal.throwIfAborted();
  const usage = child.resourceUsage();
  if (exitCode !== 0 || !usage) throw failure(program, exitCode);
  return { wallMs, cpuMs: Number(usage.cpuTime.total) / 1000, rssBytes: usage.maxRSS };
}

function failure({ argv, logPath }: Program, exitCode: number): Error {
  const said = readFileSync(logPath, "utf8").trim().split("\n").slice(-5).join("\n");
  return new Error(`${argv.slice(0, 3).join(" ")} ended with ${exitCode}\n${said}`);
}

/** What every program needs of our own environment, and nothing more. */
export function plainEnvironment(home: string): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: home, LC_ALL: "C.UTF-8" };
}
