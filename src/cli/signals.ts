/** The wish to stop: SIGINT, SIGTERM and SIGHUP. The first asks politely, the second ends at once. */
import { exitCode, STOP_SIGNALS } from "../app/exit-code.ts";
import type { StopSignal } from "../app/exit-code.ts";

const GRACE_MS = 30_000;
const IMPATIENT_EXIT = exitCode({ kind: "stop", signal: "SIGINT" });

export interface Stop {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The first signal that came; null while none did. */
  came(): StopSignal | null;
}

/** What a signal starts: said to the person, or the end of the process. */
export interface StopActions {
  tell(line: string): void;
  exit(code: number): void;
}

/** Starts to listen. After the first signal there are 30 seconds to come to an end. */
export function listenForStop(actions: StopActions): Stop {
  const controller = new AbortController();
  let first: StopSignal | null = null;
  const onSignal = (name: StopSignal) => {
    if (first !== null) return actions.exit(IMPATIENT_EXIT);
    first = name;
    actions.tell(`${name}: stopping; once more to stop at once`);
    setTimeout(() => actions.exit(IMPATIENT_EXIT), GRACE_MS).unref();
    controller.abort(new DOMException(`Stopped by ${name}`, "AbortError"));
  };
  for (const name of STOP_SIGNALS) {
    process.on(name, () => onSignal(name));
  }
  return {
    signal: controller.signal,
    came: () => first,
  };
}
