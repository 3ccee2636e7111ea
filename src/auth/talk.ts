/** What sign-in may say to a person, and ask. */
import type { Secret } from "../lib/secret.ts";

export interface CodeQuestion {
  readonly username: string;
  /** Counts from 1; a refused code makes it the next. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** The code went to a phone and not to the trusted devices. */
  readonly isByPhone: boolean;
}

export interface SignInTalk {
  /** False when nobody can answer: then no code is asked of Apple either, since each one counts. */
  readonly isInteractive: boolean;
  /** What was typed: a code, an empty line for a new one, or `sms`; null when the person gave up. */
  askCode(question: CodeQuestion): Promise<string | null>;
  /** Null when nobody is there or nothing was typed. */
  askPassword(username: string): Promise<Secret | null>;
  tell(line: string): void;
}
