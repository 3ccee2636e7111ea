/** Clock times as a person in a zone reads them, with daylight saving and historic offsets. */
import { UsageError } from "../lib/errors.ts";

/** An instant taken apart in a zone. */
export interface LocalTime {
  readonly epochMs: number;
  /** Astronomical: 0 is 1 BC. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** January 1st is 1. */
  readonly yearDay: number;
  readonly offsetSeconds: number;
}

const DAY_MS = 86_400_000;
// Leaves room for the offset within what a Date can hold.
const EPOCH_MS_MAX = 8.64e15 - 2 * DAY_MS;

/** Reads an instant in a zone. One that no calendar holds counts as missing: the epoch. */
export function localTime(ms: number, timeZone: string): LocalTime {
  const epochMs = Math.abs(ms) <= EPOCH_MS_MAX ? Math.trunc(ms) : 0;
  const offsetSeconds = offsetAt(epochMs, timeZone);
  const wall = new Date(epochMs + offsetSeconds * 1000);
  const year = wall.getUTCFullYear();
  return {
    epochMs,
    year,
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    milliseconds: wall.getUTCMilliseconds(),
    weekday: wall.getUTCDay(),
    yearDay: Math.floor((wall.getTime() - startOfYear(year)) / DAY_MS) + 1,
    offsetSeconds,
  };
}

/**
 * The instant at which clocks in a zone show `wallMs` (a time written as if it were UTC). Of two it is the earlier; a
 * time that clocks jump over gives the moment of the jump.
 */
export function instantOf(wallMs: number, timeZone: string): number {
  const before = offsetAt(wallMs - DAY_MS, timeZone);
  const after = offsetAt(wallMs + DAY_MS, timeZone);
  const early = wallMs - Math.max(before, after) * 1000;
  const late = wallMs - Math.min(before, after) * 1000;
  const shows = (ms: number) => ms + offsetAt(ms, timeZone) * 1000 === wallMs;
  if (shows(early)) return early;
  if (shows(late)) return late;
  return Temporal.Instant.fromEpochMilliseconds(early)
    .toZonedDateTimeISO(timeZone)
    .getTimeZoneTransition("next")!.epochMilliseconds;
}

function offsetAt(ms: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const instant = Temporal.Instant.fromEpochMilliseconds(ms);
  try {
    return instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9;
  } catch (cause) {
    throw unknownZone(timeZone, cause);
  }
}

function unknownZone(timeZone: string, cause: unknown): UsageError {
  const error = new UsageError(
    `Unknown time zone "${timeZone}"`,
    "set TZ to a name such as Europe/Paris",
    "merged",
  );
  error.cause = cause;
  return error;
}

function startOfYear(year: number): number {
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  return start.getTime();
}
