/** Time zones written as POSIX writes them, as in `CET-1CEST,M3.5.0,M10.5.0/3`: what is west of Greenwich is positive. */

/** Seconds east of Greenwich at an instant. */
export type OffsetAt = (epochMs: number) => number;

/** Where in a year clocks are set, as seconds after its first midnight. */
type Turn = (year: number) => number;

const DAY_S = 86_400;
const HOUR_S = 3600;
// What C libraries take when daylight saving has no dates.
const USUAL_TURNS = ",M3.2.0,M11.1.0";

const NAME = /^(?:[A-Za-z]{3,}|<[\w+-]{1,20}>)/;
const OFFSET = /^([+-]?)(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?/;
const TURN = /^,(?:M(\d{1,2})\.([1-5])\.([0-6])|J(\d{1,3})|(\d{1,3}))/;

/** Reads such a zone; null for what is none. */
export function parsePosixZone(text: string): OffsetAt | null {
  const reader = new Reader(text);
  if (!reader.name()) return null;
  const west = reader.offset();
  if (west === null || Math.abs(west) > 24 * HOUR_S) return null;
  const standard = 0 - west;
  if (reader.isAtEnd) return () => standard;
  if (!reader.name()) return null;
  const summerWest = reader.isAtTurn ? null : reader.offset();
  const summer = summerWest === null ? standard + HOUR_S : 0 - summerWest;
  if (reader.isAtEnd) reader.append(USUAL_TURNS);
  const [begin, end] = [reader.turn(), reader.turn()];
  if (!begin || !end || !reader.isAtEnd) return null;
  return (epochMs) => {
    const seconds = Math.floor(epochMs / 1000);
    const year = new Date((seconds + standard) * 1000).getUTCFullYear();
    const fromS = begin(year) - standard;
    const toS = end(year) - summer;
    const isSummer =
      fromS < toS ? seconds >= fromS && seconds < toS : seconds >= fromS || seconds < toS;
    return isSummer ? summer : standard;
  };
}

class Reader {
  constructor(private rest: string) {}

  get isAtEnd(): boolean {
    return this.rest === "";
  }

  get isAtTurn(): boolean {
    return this.isAtEnd || this.rest.startsWith(",");
  }

  append(text: string): void {
    this.rest += text;
  }

  name(): boolean {
    return this.#take(NAME) !== null;
  }

  /** Seconds, with their sign; null where there are none. */
  offset(): number | null {
    const [, sign = "", hours = "", minutes = "0", seconds = "0"] = this.#take(OFFSET) ?? [];
    if (hours === "" || Number(hours) > 167 || Number(minutes) > 59 || Number(seconds) > 59)
      return null;
    const total = Number(hours) * HOUR_S + Number(minutes) * 60 + Number(seconds);
    return sign === "-" ? -total : total;
  }

  turn(): Turn | null {
    const match = this.#take(TURN);
    if (!match) return null;
    const [, month, week, weekday, julian, day] = match;
    let atS: number | null = 2 * HOUR_S;
    if (this.rest.startsWith("/")) {
      this.rest = this.rest.slice(1);
      atS = this.offset();
    }
    if (atS === null) return null;
    const time = atS;
    if (month !== undefined) {
      if (Number(month) < 1 || Number(month) > 12) return null;
      return (year) => weekdayOf(year, Number(month), Number(week), Number(weekday)) + time;
    }
    const number = Number(julian ?? day);
    if (number > 365 || (julian !== undefined && number < 1)) return null;
    // Days with a J do not count the 29th of February.
    const skipsLeapDay = (year: number) => (isLeap(year) && number >= 60 ? 0 : -1);
    const shift = (year: number) => (julian === undefined ? 0 : skipsLeapDay(year));
    return (year) => startOf(year, 1) + (number + shift(year)) * DAY_S + time;
  }

  #take(form: RegExp): RegExpExecArray | null {
    const match = form.exec(this.rest);
    if (match) this.rest = this.rest.slice(match[0].length);
    return match;
  }
}

/** The midnight of, say, the second Sunday in March; the fifth is the last. */
function weekdayOf(year: number, month: number, week: number, weekday: number): number {
  const first = startOf(year, month);
  const firstWeekday = new Date(first * 1000).getUTCDay();
  const next = month === 12 ? startOf(year + 1, 1) : startOf(year, month + 1);
  let day = first + (((weekday - firstWeekday + 7) % 7) + (week - 1) * 7) * DAY_S;
  while (day >= next) day -= 7 * DAY_S;
  return day;
}

function startOf(year: number, month: number): number {
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, 1);
  return start.getTime() / 1000;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
