/** From the words typed to an exit code. Everything a plain `--help` does not need is loaded when it is needed. */
import { exitCode } from "../app/exit-code.ts";
import type { Io } from "../app/io.ts";
import type { Outcome } from "../app/setup/setup.ts";
import type { CommandName } from "../config/command.ts";
import type { Config, Surroundings, Typed } from "../config/config.ts";
import { MissingValue, unreachable } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import { complaint } from "./complaint.ts";
import { parseCommandLine, type Request } from "./flags.ts";
import { Redactor } from "./redactor.ts";
import { refuseHarmfulVariables } from "./runtime-variables.ts";
import { writeAll, writeLines } from "./screen.ts";
import { listenForStop, type Stop } from "./signals.ts";
import { commit, version } from "./version.ts";

const [STDOUT, STDERR] = [1, 2];
const USAGE = 2;

export interface Outside extends Surroundings {
  /** In what way others can look into our memory, if at all. */
  readonly exposure: string | null;
  /** Ends the process at once; only for signals. */
  readonly exit: (code: number) => void;
}

/** What is learned on the way and needed when the run fails. */
interface Run {
  readonly redactor: Redactor;
  isDebug: boolean;
  /** A cycle has begun: what stops it leaves some of it done. */
  isUnderWay: boolean;
  stop: Stop | null;
}

/** Runs one command line. Every error ends here, told once. */
export async function runCommandLine(argv: readonly string[], outside: Outside): Promise<number> {
  const run: Run = { redactor: new Redactor(), isDebug: false, isUnderWay: false, stop: null };
  // The runtime would print them as they are, with whatever secret or foreign text is in them.
  for (const name of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(name, (error: unknown) => endBy(error, outside, run));
  }
  let code: number;
  try {
    const request = parseCommandLine(argv);
    code =
      request.kind === "run"
        ? await execute(request, outside, run)
        : await answer(request, outside);
  } catch (error) {
    code = exitCode({ kind: "error", error, isUnderWay: run.isUnderWay });
    const isBare = argv.length === 0 && error instanceof MissingValue;
    if (isBare) await greet(run);
    else if (!isStopItself(error, run.stop)) complain(error, run);
  }
  const signal = run.stop?.came() ?? null;
  return signal === null ? code : exitCode({ kind: "stop", signal });
}

/** An error that nobody waited for. */
function endBy(error: unknown, { exit }: Outside, run: Run): void {
  if (isStopItself(error, run.stop)) return;
  complain(error, run);
  exit(exitCode({ kind: "error", error, isUnderWay: run.isUnderWay }));
}

function complain(error: unknown, { redactor, isDebug }: Run): void {
  writeLines(STDERR, complaint(error, isDebug), (text) => redactor.clean(text));
}

/** To somebody who typed nothing but "kei" on a machine where nothing is set up, one missing flag says little. */
async function greet({ redactor }: Run): Promise<void> {
  const { firstSteps } = await import("./help.ts");
  writeLines(STDERR, firstSteps(), (text) => redactor.clean(text));
}

type Answerable = Exclude<Request, { kind: "run" }>;

/** Everything that needs no account: what kei says of itself. */
async function answer(request: Answerable, outside: Outside): Promise<number> {
  if (request.kind !== "help" || request.isAsked) {
    writeAll(STDOUT, await textOf(request, outside));
    return 0;
  }
  writeAll(STDERR, await textOf(request, outside));
  return USAGE;
}

async function textOf(request: Answerable, outside: Outside): Promise<string> {
  switch (request.kind) {
    case "version":
      return `kei ${version}\n`;
    case "help": {
      const { helpText } = await import("./help.ts");
      return `${helpText(request.topic, process.stdout.columns)}\n`;
    }
    case "manual":
      return (await import("./man.ts")).manualPage();
    case "script":
      return (await import("./completion/shells.ts")).completionScript(request.shell);
    case "complete": {
      const { completeLine } = await import("./completion/answer.ts");
      return completeLine(request.shell, await Bun.stdin.text(), outside);
    }
    default:
      return unreachable(request);
  }
}

async function execute(typed: Typed, outside: Outside, run: Run): Promise<number> {
  const { redactor } = run;
  refuseHarmfulVariables(outside.env);
  if (outside.password) redactor.hide(outside.password);
  if (typed.code) redactor.hide(new Secret(typed.code));
  for (const { value } of typed.entries) if (value instanceof Secret) redactor.hide(value);
  const { resolveConfig } = await import("../config/config.ts");
  const { config, warnings, remarks } = resolveConfig(typed, outside);
  if (config.auth.password.inline) redactor.hide(config.auth.password.inline);
  run.isDebug = config.logLevel === "debug";
  const { openIo } = await import("./terminal.ts");
  run.stop ??= listenForStop({ tell: (line) => io.log.info(line), exit: outside.exit });
  const io = openIo(config, {
    env: outside.env,
    signal: run.stop.signal,
    redactor,
    onEvent: (event) => {
      if (event.kind === "cycle-started") run.isUnderWay = true;
    },
  });
  if (outside.exposure) io.log.debug("memory is not private", { because: outside.exposure });
  for (const warning of warnings) io.log.warn(warning);
  for (const remark of remarks) io.log.debug(remark);
  const outcome = await runCommand(config, io);
  if (typeof outcome === "number") return outcome;
  const next = parseCommandLine(outcome.next);
  return next.kind === "run" ? execute(next, outside, run) : answer(next, outside);
}

async function runCommand(config: Config, io: Io): Promise<Outcome> {
  io.log.debug("kei", { version, commit, command: config.command, config: config.configPath });
  const { run } = await COMMANDS[config.command]();
  const { explaining } = await import("../app/last-word.ts");
  return explaining(config, () => run(config, io));
}

type Command = { readonly run: (config: Config, io: Io) => Promise<Outcome> };

const COMMANDS: Record<CommandName, () => Promise<Command>> = {
  sync: () => import("../app/sync.ts"),
  "import-existing": () => import("../app/import.ts"),
  login: () => import("../app/login.ts"),
  "login get-code": () => import("../app/login.ts"),
  "login submit-code": () => import("../app/login.ts"),
  "list albums": () => import("../app/list.ts"),
  "list libraries": () => import("../app/list.ts"),
  status: () => import("../app/status.ts"),
  verify: () => import("../app/verify.ts"),
  "config setup": () => import("../app/setup/setup.ts"),
  "config show": () => import("../app/config-show.ts"),
  "password set": () => import("../app/password.ts"),
  "password clear": () => import("../app/password.ts"),
  "password backend": () => import("../app/password.ts"),
  "reset state": () => import("../app/reset.ts"),
  "reset sync-token": () => import("../app/reset.ts"),
  "reset session": () => import("../app/reset.ts"),
};

/** True for the error by which a wait ends when we are asked to stop: that is no failure. */
function isStopItself(error: unknown, stop: Stop | null): boolean {
  if (!stop?.signal.aborted) return false;
  return error === stop.signal.reason || (error instanceof Error && error.name === "AbortError");
}
