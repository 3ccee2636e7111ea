/** Clock times as a person in a zone reads them, with daylight saving and historic offsets. */
import { UsageError } from "../lib/errors.ts";
import { parsePosixZone, type OffsetAt } from "./posix-zone.ts";

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
  return jumpBetween(early, late, timeZone);
}

/** The first instant at which clocks show what they show at `late`. */
function jumpBetween(early: number, late: number, timeZone: string): number {
  const after = offsetAt(late, timeZone);
  let [low, high] = [early, late];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function offsetAt(ms: number, timeZone: string): number {
  return timeZone === "UTC" ? 0 : zoneOf(timeZone)(ms);
}

const zones = new Map<string, OffsetAt>();
const ZONES_MAX = 64;

function zoneOf(timeZone: string): OffsetAt {
  let zone = zones.get(timeZone);
  if (!zone) {
    if (zones.size >= ZONES_MAX) zones.clear();
    const isNamed = canonicalZone(timeZone) !== null;
    zone = (isNamed ? namedZone(timeZone) : parsePosixZone(timeZone)) ?? refuse(timeZone);
    zones.set(timeZone, zone);
  }
  return zone;
}

function namedZone(name: string): OffsetAt {
  return (ms) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name).offsetNanoseconds / 1e9;
}

const UTC_NAMES = /^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/i;

/** The name of a zone as the runtime writes it; null when it knows none of that name. */
export function canonicalZone(name: string): string | null {
  if (UTC_NAMES.test(name)) return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

function refuse(timeZone: string): never {
  throw new UsageError(
    `Unknown time zone "${timeZone}"`,
    "set TZ to a name such as Europe/Paris",
    "merged",
  );
}

function startOfYear(year: number): number {
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  return start.getTime();
}
