/** What a command sees of the outside: the terminal, the time, the wish to stop. */
import type { Clock } from "../lib/clock.ts";
import type { Secret } from "../lib/secret.ts";
import type { Listen } from "../sync/events.ts";

/** Details of a log line, printed as `key=value`; those that are undefined are left out. */
export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

/** A conversation with the person at the terminal. Nobody there, or end of input: null. */
export interface Talk {
  /** Returns what was typed, trimmed; an empty answer asks for a new code. */
  askCode(question: string): Promise<string | null>;
  /** Returns what was typed, trimmed. */
  ask(question: string): Promise<string | null>;
  askPassword(question: string): Promise<Secret | null>;
  tell(line: string): void;
}

export interface Io {
  /** Results of the command for people, one line at a time; a line end in it is shown as an escape. */
  stdout(line: string): void;
  /** Results for programs. */
  json(value: unknown): void;
  /** Paths for programs, one a line, byte for byte. */
  paths(paths: readonly string[]): void;
  /** Talk that is neither log nor prompt, one line at a time. */
  stderr(line: string): void;
  /** Readers of the engine's events: progress, log, summary. */
  readonly listen: Listen;
  readonly talk: Talk;
  /** True when `y` was typed; anything else, end of input and nobody there mean no. */
  confirm(question: string): Promise<boolean>;
  /** The first line of a standard input that is no terminal; null when there is none. */
  pipedSecret(): Promise<Secret | null>;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** True when somebody can answer a question. */
  readonly isTty: boolean;
  readonly log: Log;
  /** From now on this text is shown as `********` wherever it would be printed. */
  hide(secret: Secret): void;
  /** A text without secrets, for what is kept. */
  blotOut(text: string): string;
}
