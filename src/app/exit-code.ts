/** The one table of exit codes: from how a run ended to the number that the shell sees. */
import { AuthError, LocalError, RemoteError, UsageError } from "../lib/errors.ts";
import type { AuthReason, LocalFault } from "../lib/errors.ts";
import { unreachable } from "../lib/errors.ts";
import type { Tally } from "../sync/events.ts";

/** How a run ended. */
export type RunEnd =
  | { readonly kind: "tally"; readonly tally: Tally; readonly isTrial: boolean }
  /** `isUnderWay` when a cycle had begun. */
  | { readonly kind: "error"; readonly error: unknown; readonly isUnderWay: boolean }
  /** Somebody asked it to stop, whatever else came of it. */
  | { readonly kind: "stop"; readonly signal: StopSignal };

export type StopSignal = keyof typeof STOP_CODES;

const STOP_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export const STOP_SIGNALS = Object.keys(STOP_CODES) as StopSignal[];

const [FINE, FAILED, PARTIAL, NOT_SIGNED_IN] = [0, 1, 2, 3];

/** Troubles of the account itself: signing in again would not help, so they are no sign-in failures. */
const NOT_SIGN_IN: readonly AuthReason[] = ["protected", "not-set-up"];

/** A disk that gives out in mid-run leaves the rest for the next one, like any file that failed. */
const LEAVE_A_REST: readonly LocalFault[] = ["full", "read-only", "away"];

/** 0 all done, 1 failed, 2 something is left undone or was typed wrong, 3 not signed in, 128 and more stopped. */
export function exitCode(end: RunEnd): number {
  switch (end.kind) {
    case "stop":
      return STOP_CODES[end.signal];
    case "tally":
      return isAllDone(end.tally, end.isTrial) ? FINE : PARTIAL;
    case "error":
      return errorCode(end.error, end.isUnderWay);
    default:
      return unreachable(end);
  }
}

/** True when nothing is left for another run. A trial leaves every file, and that is no failure of it. */
export function isAllDone(tally: Tally, isTrial: boolean): boolean {
  const { failed, interrupted, filesExhausted, recordsUnreadable, listingFaults } = tally;
  const unread = recordsUnreadable + listingFaults + Number(tally.isCutShort ?? false);
  const unwritten = (tally.metadata?.failed ?? 0) + (tally.metadata?.putOff ?? 0);
  return unread + (isTrial ? 0 : failed + interrupted + filesExhausted + unwritten) === 0;
}

function errorCode(error: unknown, isUnderWay: boolean): number {
  if (error instanceof UsageError) return error.where === "typed" ? PARTIAL : FAILED;
  if (error instanceof AuthError) {
    // Without any answer it was not Apple who kept us out.
    const isOffline = error.cause instanceof RemoteError && error.cause.status === undefined;
    return isOffline || NOT_SIGN_IN.includes(error.reason) ? FAILED : NOT_SIGNED_IN;
  }
  const leavesRest = error instanceof LocalError && LEAVE_A_REST.includes(error.fault);
  return isUnderWay && leavesRest ? PARTIAL : FAILED;
}
