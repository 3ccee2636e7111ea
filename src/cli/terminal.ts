/** Fits terminal, log, prompts and readers of events together into what a command sees of the outside. */
import { isatty } from "node:tty";
import type { Io } from "../app/io.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../lib/environment.ts";
import { systemClock } from "../lib/clock.ts";
import { Secret } from "../lib/secret.ts";
import type { Observe } from "../sync/events.ts";
import { eventLog } from "./event-log.ts";
import { fanOut } from "./fan-out.ts";
import { openLog } from "./log.ts";
import { liveProgress, plainProgress } from "./progress.ts";
import { askYes, openTalk, type TypedInput } from "./prompt.ts";
import type { Redactor } from "./redactor.ts";
import { exactPath, printable, printableJson } from "./printable.ts";
import { openScreen, writeAll, writeLines, type Screen } from "./screen.ts";

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

export interface Opening {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** One more reader of events. */
  readonly onEvent: Observe;
}

/** Opens the outside for one run. */
export function openIo(config: Config, opening: Opening): Io {
  const { env, signal, redactor } = opening;
  const clock = systemClock;
  const clean = (text: string) => redactor.clean(text);
  const screen = openScreen(
    (text) => writeAll(STDERR, clean(text)),
    () => process.stderr.columns || 80,
  );
  const log = openLog(config.logLevel, clock, (line) => screen.line(line));
  const progress = isLive(config, env) ? liveProgress(screen, clock) : plainProgress(log, clock);
  const prompts = { ...promptDeps(screen, redactor), signal };
  // The bar first: at the end of a cycle it goes away before the summary is told.
  const readers = cleanly(
    clean,
    fanOut([progress, eventLog(log, signal), opening.onEvent], (error) =>
      log.error(`a reader of events failed: ${String(error)}`),
    ),
  );
  return {
    stdout: (line) => writeLines(STDOUT, [line], clean),
    json: (value) => writeAll(STDOUT, `${printableJson(value)}\n`),
    paths: (paths) => writeAll(STDOUT, pathLines(paths)),
    stderr: (line) => screen.line(line),
    listen: ({ event }) => readers(event),
    talk: openTalk(prompts),
    confirm: (question) => askYes(question, prompts),
    pipedSecret: () => readPiped(redactor),
    signal,
    clock,
    isTty: canAnswer(),
    log,
    hide: (secret) => redactor.hide(secret),
    blotOut: clean,
  };
}

/** No reader of events gets to see a secret, whatever it makes of them. */
function cleanly(clean: (text: string) => string, observe: Observe): Observe {
  return (event) => {
    if (!("message" in event)) return observe(event);
    observe({ ...event, message: clean(event.message) });
  };
}

async function readPiped(redactor: Redactor): Promise<Secret | null> {
  if (isatty(STDIN)) return null;
  const line = (await Bun.stdin.text()).split(/\r?\n/, 1)[0]!;
  if (line === "") return null;
  const secret = new Secret(line);
  redactor.hide(secret);
  return secret;
}

/** Paths, one a line. They are data and go to programs as they are; the names kei gives hold no control characters. */
function pathLines(paths: readonly string[]): string {
  const show = isatty(STDOUT) ? printable : exactPath;
  return paths.map((path) => `${show(path)}\n`).join("");
}

/** A live line moves the cursor; that is for terminals that can, and for people who want it. */
function isLive(config: Config, env: Environment): boolean {
  return config.showProgress && isatty(STDERR) && env["TERM"] !== "dumb";
}

function canAnswer(): boolean {
  return isatty(STDIN) && (isatty(STDERR) || isatty(STDOUT));
}

function promptDeps(screen: Screen, redactor: Redactor) {
  // A question must be seen, even when the log goes to a file.
  const shown = isatty(STDERR)
    ? screen
    : openScreen(
        (text) => writeAll(STDOUT, redactor.clean(text)),
        () => process.stdout.columns || 80,
      );
  return {
    input: (): TypedInput | null => (canAnswer() ? process.stdin : null),
    prompt: (text: string) => shown.prompt(text),
    endPrompt: () => shown.endPrompt(),
    // Standard output is for data, also when the question is shown there.
    line: (text: string) => screen.line(text),
    interrupt: () => process.kill(process.pid, "SIGINT"),
    // All of the job, as the terminal does it.
    suspend: () => process.kill(0, "SIGTSTP"),
    onContinue: (listener: () => void) => {
      process.on("SIGCONT", listener);
      return () => process.off("SIGCONT", listener);
    },
    hide: redactor.hide.bind(redactor),
  };
}
