/** The wish to stop: SIGINT, SIGTERM and SIGHUP. The first asks politely, the second ends at once. */

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof EXIT_CODES;

const GRACE_MS = 30_000;
const IMPATIENT_EXIT = 130;

export interface Stop {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code of a run cut short; null while no signal came. */
  exitCode(): number | null;
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
  for (const name of Object.keys(EXIT_CODES) as StopSignal[]) {
    process.on(name, () => onSignal(name));
  }
  return {
    signal: controller.signal,
    exitCode: () => (first === null ? null : EXIT_CODES[first]),
  };
}
