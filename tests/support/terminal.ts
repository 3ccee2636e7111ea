/** Runs the executable on a terminal of its own, where a person can see and type. */
import { EXECUTABLE, type Environment } from "./kei.ts";

export interface OnTerminal {
  /** Everything shown so far, with the codes that move the cursor. */
  readonly screen: () => string;
  /** Waits until this is shown; throws when the program ends without, or after 20 seconds. */
  readonly shows: (text: string) => Promise<void>;
  readonly type: (text: string) => void;
  readonly kill: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => void;
  /** Closes the window, as a person does or a lost connection. */
  readonly hangUp: () => void;
  /** How the terminal treats what is typed and shown; a program must leave it as it was. */
  readonly mode: () => readonly number[];
  readonly exited: Promise<number>;
}

const PATIENCE_MS = 20_000;

interface TerminalSetting {
  readonly env: Environment;
  readonly cwd: string;
  /** Gets all that was shown, at the end. */
  readonly see?: (text: string) => void;
}

export function keiOnTerminal(args: readonly string[], setting: TerminalSetting): OnTerminal {
  return programOnTerminal([EXECUTABLE, ...args], setting);
}

/** The same for another program, for instance a shell. */
export function programOnTerminal(
  argv: readonly string[],
  { env, cwd, see }: TerminalSetting,
): OnTerminal {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([...argv], {
    ...{ cwd, env: { TERM: "xterm-256color", ...env } },
    terminal: {
      ...{ cols: 100, rows: 30 },
      data: (_, bytes) => void (shown += decoder.decode(bytes, { stream: true })),
    },
  });
  const deadline = setTimeout(() => child.kill("SIGKILL"), 60_000);
  void child.exited.then(() => {
    clearTimeout(deadline);
    see?.(shown);
  });
  return {
    screen: () => shown,
    shows: async (text) => {
      const untilMs = performance.now() + PATIENCE_MS;
      while (!shown.includes(text)) {
        if (child.exitCode !== null || performance.now() > untilMs) {
          throw new Error(`"${text}" was never shown: ${shown}`);
        }
        await Bun.sleep(10);
      }
    },
    type: (text) => void child.terminal?.write(text),
    kill: (signal) => child.kill(signal),
    hangUp: () => child.terminal?.close(),
    mode: () => {
      const { inputFlags, outputFlags, localFlags } = child.terminal!;
      return [inputFlags, outputFlags, localFlags];
    },
    exited: child.exited,
  };
}

/** What is left when the codes that move the cursor and set colours are taken out. */
export function withoutCodes(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}
