/**
 * Runs a program while one of its calls to the operating system fails, by strace: the call is not made, and the program
 * is told an error. Calls are counted for each thread by itself.
 */
import { readFileSync } from "node:fs";
import type { Result } from "../support/kei.ts";
import { kindOf, KINDS, KIND_NAMES, isRemote, type KindName } from "./kinds.ts";

export interface Fault {
  readonly call: string;
  /** Which one of these calls of a thread fails, from 1 on. */
  readonly nth: number;
  readonly error: string;
  /** All later ones fail, too. */
  readonly isLasting: boolean;
}

/** One call that was made. */
export interface Call {
  readonly thread: string;
  readonly kind: KindName;
  readonly call: string;
  readonly nth: number;
  /** The paths it was about, below the folder that is watched. */
  readonly paths: readonly string[];
  hasFailedForUs: boolean;
}

export interface TracedRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where strace writes. */
  readonly log: string;
  readonly deadlineMs: number;
}

/** True where strace may watch a program that keeps others from looking into it. */
export const canTrace =
  Bun.which("strace") !== null &&
  Bun.spawnSync(["strace", "-f", "-qq", "-o", "/dev/null", "true"], { stderr: "ignore" }).success;

/** Runs the program to its end; with a fault, or merely watched. */
export async function runTraced(run: TracedRun, fault: Fault | null) {
  const calls = KIND_NAMES.flatMap((name) => KINDS[name].calls.map((call) => `?${call}`));
  const options = [
    ...["-f", "-y", "-qq", "--seccomp-bpf", "-o", run.log, "-e", "signal=none"],
    ...["-e", `trace=?prctl,${calls.join(",")}`],
    // Without this the program would close itself to strace as well.
    ...["-e", "inject=prctl:retval=0"],
    ...(fault ? ["-e", injection(fault)] : []),
  ];
  const child = Bun.spawn(["strace", ...options, ...run.argv], {
    ...{ cwd: run.cwd, env: { ...run.env }, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, run.deadlineMs);
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(deadline);
  const signal = isLate ? "late" : child.signalCode === null ? null : String(child.signalCode);
  const result: Result = { code: child.exitCode, signal, stdout, stderr };
  return { result, calls: readCalls(readFileSync(run.log, "utf8"), run.cwd) };
}

function injection({ call, error, nth, isLasting }: Fault): string {
  return `inject=${call}:error=${error}:when=${nth}${isLasting ? "+" : ""}`;
}

const LINE = /^(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$/;

/** The calls in a log that concern files below `folder`, or other machines; and whatever was made to fail elsewhere. */
export function readCalls(log: string, folder: string): Call[] {
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  const handles = new Map<string, string>();
  for (const raw of log.split("\n")) {
    const line = raw.replaceAll(
      /\/proc\/self\/fd\/(\d+)/g,
      (text, handle: string) => handles.get(handle) ?? text,
    );
    const opened = / = (\d+)<(\/[^>]*)>$/.exec(line);
    if (opened) handles.set(opened[1]!, opened[2]!);
    const [, thread = "", call = "", rest = ""] = LINE.exec(line) ?? [];
    const kind = kindOf(call);
    if (kind === null) continue;
    const key = `${thread} ${call}`;
    const hasFailedForUs = line.includes("(INJECTED)");
    // A call that another thread's line interrupts is told in two halves.
    const isSecondHalf = line.includes(" resumed>");
    const nth = (counts.get(key) ?? 0) + (isSecondHalf ? 0 : 1);
    counts.set(key, nth);
    const paths = pathsIn(rest, folder);
    const isOurs = isRemote(kind) ? rest.includes("AF_INET") : paths.length > 0;
    const first = calls.find(
      (one) => one.call === call && one.nth === nth && one.thread === thread,
    );
    if (isSecondHalf && first) first.hasFailedForUs = hasFailedForUs;
    else if (isOurs || hasFailedForUs)
      calls.push({ thread, kind, call, nth, paths, hasFailedForUs });
  }
  return calls;
}

function pathsIn(text: string, folder: string): string[] {
  // The current folder is in every call that is given a whole path.
  const told = text.replaceAll(/AT_FDCWD<[^>]*>/g, "");
  const found = [...told.matchAll(/"(\/[^"]*)"|\d<(\/[^>]*)>/g)].map(
    ([, one, other]) => one ?? other!,
  );
  return [...new Set(found.filter((path) => path.startsWith(`${folder}/`)))];
}
