/** The only place that turns errors into sentences for people. */
import { KeiError, LocalError, RemoteError, UsageError } from "../lib/errors.ts";
import type { RemoteFault } from "../lib/errors.ts";

/** What can be done about faults of Apple's that say nothing of it themselves. */
const NEXT_STEPS: Partial<Record<RemoteFault, string>> = {
  unavailable: "Apple's servers are busy or down; nothing is lost, run kei again in some minutes",
  throttled: "Apple asks for patience; run kei again in an hour or so",
  unreachable: "check the connection, and that the clock of this computer is right",
  "signed-out": "sign in with: kei login",
  endless: "what is saved is safe; run kei again in an hour, and report it if it stays so",
};

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
  if (error instanceof RemoteError) {
    return { message: error.message, hint: error.hint ?? NEXT_STEPS[error.fault] };
  }
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
