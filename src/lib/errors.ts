/**
 * The five classes of error, and what each one knows.
 *
 * Adapters translate foreign errors (fetch, SQLite, errno) into one of these at their edge. They carry facts and a
 * stable code; whether to retry, which exit code to use and how to say it to a person is decided elsewhere from the
 * facts. A `hint` is one thing the person can do next.
 */

/** Common shape: a stable code such as `remote/throttled`, a sentence without full stop, an optional hint. */
export abstract class KeiError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.name = new.target.name;
  }
}

/** The person asked for something that cannot be: a flag, a value, a configuration key. */
export class UsageError extends KeiError {
  readonly code: string;

  /** `where` is "typed" for the command line (exit 2) and "merged" for the resulting configuration (exit 1). */
  constructor(
    message: string,
    hint?: string,
    readonly where: "typed" | "merged" = "typed",
  ) {
    super(message, { hint });
    this.code = `usage/${where}`;
  }
}

/** A setting without which the command cannot run was given nowhere. */
export class MissingValue extends UsageError {
  constructor(message: string, hint?: string) {
    super(message, hint, "merged");
  }
}

export type AuthReason =
  | "password" // Apple refused account name or password
  | "no-password" // no usable source of a password
  | "two-factor" // a code is needed and nobody is there to type it
  | "code" // the code was refused
  | "locked" // too many attempts, or the account is locked
  | "throttled" // Apple asks us to come back later; says nothing about the password
  | "security-key"
  | "terms"
  | "region" // the account lives on the other domain
  | "not-set-up" // iCloud Photos is not enabled for this account
  | "refused" // a session that Apple has just given is not taken
  | "protected" // Advanced Data Protection or web access is in the way
  | "unavailable" // Apple's sign-in is down or answered nonsense
  | "busy"; // another kei holds the session

/** Who we are could not be established. */
export class AuthError extends KeiError {
  readonly code: string;

  constructor(
    readonly reason: AuthReason,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = `auth/${reason}`;
  }
}

export type RemoteFault =
  | "throttled" // 429, THROTTLED: slow down, everyone
  | "unavailable" // 5xx, time-out, lost connection, short or wrong body: try again
  | "unreachable" // the host could not be found or refused the connection
  | "untrusted" // a certificate that proves nothing: somebody else may be answering
  | "blocked" // a proxy, a firewall or the sign-in page of a network stands in the way
  | "expired-url" // the address of the bytes is stale: look it up again
  | "signed-out" // the session is over
  | "shut-out" // the session is over, or something of the account is in the way: Apple says the same of both
  | "bad-token" // the sync token is unknown to Apple: list again
  | "zone-gone"
  | "endless" // an answer, or a row of them, longer than can make sense
  | "too-large" // a request asked for more than Apple gives at once
  | "pending" // the record is there, its bytes are not yet
  | "gone" // the content or record does not exist any more
  | "mismatch" // complete, but not the bytes that were promised
  | "refused"; // anything else Apple said no to

/** A call to Apple failed. */
export class RemoteError extends KeiError {
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly fault: RemoteFault,
    message: string,
    options: { hint?: string; cause?: unknown; status?: number; retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = `remote/${fault}`;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export type LocalFault =
  | "full"
  | "no-room" // this file does not fit; a smaller one may
  | "too-large" // the file system has no files of this size
  | "read-only"
  | "denied"
  | "too-long"
  | "busy" // another process holds it
  | "corrupt" // a database that cannot be read
  | "newer" // written by a newer kei
  | "away" // the disk of the library was taken away in mid-run
  | "missing" // a folder that should be there is not
  | "occupied" // a stranger's file, or a folder, stands where ours should go
  | "failed"; // any other errno

/** The disk or the database said no. */
export class LocalError extends KeiError {
  readonly code: string;

  constructor(
    readonly fault: LocalFault,
    message: string,
    readonly path: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = `local/${fault}`;
  }
}

/** Something from outside could not be read: a record, a plist, a session file. */
export class DataError extends KeiError {
  readonly code = "data/unreadable";

  /** `where` names the thing, for instance a record name; it must not hold secrets. */
  constructor(
    message: string,
    readonly where: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** One of our own claims was false. */
export class Bug extends KeiError {
  readonly code = "bug";

  constructor(claim: string) {
    super(`This should never happen: ${claim}`, {
      hint: "please report it together with the log of this run",
    });
  }
}

/** States a claim about our own logic; a false one stops the run. Never use it on outside input. */
export function invariant(truth: unknown, claim: string): asserts truth {
  if (!truth) throw new Bug(claim);
}

/** Last word of a switch over a closed set. */
export function unreachable(value: never): never {
  throw new Bug(`unexpected ${JSON.stringify(value)}`);
}
