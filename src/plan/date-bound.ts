/** Dates as a person types them, read as an instant. */
import { UsageError } from "../lib/errors.ts";
import { instantOf } from "./local-time.ts";

const DAY_MS = 86_400_000;
const DAYS = /^(\d{1,7})d$/i;
const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads `20d` as that many days before now, `2024-01-31` as midnight there, and `2024-01-31T12:00:00` as local time
 * unless an offset follows. Ask again at the start of every cycle: "20d" moves on.
 */
export function parseDateBound(text: string, nowMs: number, timeZone: string): number {
  const days = DAYS.exec(text.trim());
  if (days) return nowMs - Number(days[1]) * DAY_MS;
  const date = DATE.exec(text.trim());
  if (!date) throw unreadable(text);
  const [, day = "", clock = "00:00", seconds = "00", fraction = "0", offset] = date;
  const wallMs = Date.parse(`${day}T${clock}:${seconds}Z`);
  // Date.parse lets some days of no calendar roll over into the next month.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(day)) {
    throw unreadable(text);
  }
  const milliseconds = Math.trunc(Number(`0.${fraction}`) * 1000);
  const instant = offset ? wallMs - offsetMs(offset) : instantOf(wallMs, timeZone);
  return instant + milliseconds;
}

/** True for a bound that moves on with time, as in `20d`. */
export function isInterval(text: string): boolean {
  return DAYS.test(text.trim());
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function unreadable(text: string): UsageError {
  return new UsageError(
    `Cannot read date "${text}"`,
    "use a date as in 2024-01-31, a time as in 2024-01-31T12:00:00, or days ago as in 30d",
  );
}
