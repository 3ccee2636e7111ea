/** The only place that turns errors into sentences for people, and into exit codes. */
import {
  AuthError,
  KeiError,
  LocalError,
  RemoteError,
  UsageError,
  type AuthReason,
  type LocalFault,
} from "../lib/errors.ts";

/** Troubles of the account itself: signing in again would not help, so they are no sign-in failures. */
const NOT_SIGN_IN: readonly AuthReason[] = ["protected", "not-set-up"];

/** A disk that gives out in mid-run leaves the rest for the next one, like any file that failed. */
const LEAVE_A_REST: readonly LocalFault[] = ["full", "read-only"];

/** The exit code of a run that ended with this error; `isUnderWay` when a cycle had begun. */
export function exitCode(error: unknown, isUnderWay = false): 1 | 2 | 3 {
  if (error instanceof UsageError) return error.where === "typed" ? 2 : 1;
  if (error instanceof AuthError) {
    // Without any answer it was not Apple who kept us out.
    const isOffline = error.cause instanceof RemoteError && error.cause.status === undefined;
    return isOffline || NOT_SIGN_IN.includes(error.reason) ? 1 : 3;
  }
  return isUnderWay && error instanceof LocalError && LEAVE_A_REST.includes(error.fault) ? 2 : 1;
}

/** What to print on stderr, line by line. Stacks and causes are for those who asked for them. */
export function complaint(error: unknown, isDebug: boolean): string[] {
  const { message, hint } = explain(error);
  const lines = [`error: ${message}`];
  if (hint) lines.push(`hint: ${hint}`);
  return isDebug ? [...lines, ...details(error)] : lines;
}

function explain(error: unknown): { message: string; hint: string | undefined } {
  if (error instanceof UsageError && error.where === "typed") {
    return {
      message: error.message,
      hint: error.hint ?? '"kei help" and "kei help COMMAND" list the flags',
    };
  }
  if (error instanceof LocalError) return { message: withPath(error), hint: error.hint };
  if (error instanceof KeiError) return { message: error.message, hint: error.hint };
  return {
    message: `Something went wrong inside kei: ${error instanceof Error ? error.message : String(error)}`,
    hint: "please report it together with the output of a run with --log-level debug",
  };
}

/** Names the place, once. */
function withPath({ message, path }: LocalError): string {
  return message.includes(path) ? message : `${message}: ${path}`;
}

/** The stack of the error and of everything that led to it. */
function details(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let next = error; next instanceof Error && !seen.has(next); next = next.cause) {
    seen.add(next);
    lines.push(...stackOf(next).map((line) => `  ${line}`));
  }
  return lines;
}

/** What was said, as one line, and where. */
function stackOf(error: Error): string[] {
  const { message, stack = "" } = error;
  const afterMessage = stack.indexOf(message) + message.length;
  const where = stack.slice(afterMessage).split("\n");
  return [String(error), ...where.filter((line) => line.trim() !== "")];
}
