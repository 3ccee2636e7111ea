/** Dates in words and digits: chrono's strftime codes, always in English. */
import type { LocalTime } from "./local-time.ts";

type Write = (time: LocalTime) => string;
type Pad = "" | " " | "0";

interface NumericCode {
  readonly width: number;
  readonly pad: Pad;
  readonly value: (time: LocalTime) => number;
}

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const PADS: Readonly<Record<string, Pad>> = { "-": "", _: " ", "0": "0" };

const NUMERIC: Readonly<Record<string, NumericCode>> = {
  Y: { width: 4, pad: "0", value: (time) => time.year },
  C: { width: 2, pad: "0", value: (time) => Math.floor(time.year / 100) },
  y: { width: 2, pad: "0", value: (time) => modulo(time.year, 100) },
  q: { width: 1, pad: "", value: (time) => Math.ceil(time.month / 3) },
  m: { width: 2, pad: "0", value: (time) => time.month },
  d: { width: 2, pad: "0", value: (time) => time.day },
  e: { width: 2, pad: " ", value: (time) => time.day },
  w: { width: 1, pad: "", value: (time) => time.weekday },
  u: { width: 1, pad: "", value: mondayFirst },
  U: { width: 2, pad: "0", value: (time) => Math.floor((time.yearDay - time.weekday + 6) / 7) },
  W: {
    width: 2,
    pad: "0",
    value: (time) => Math.floor((time.yearDay - mondayFirst(time) + 7) / 7),
  },
  G: { width: 4, pad: "0", value: (time) => isoWeek(time).year },
  g: { width: 2, pad: "0", value: (time) => modulo(isoWeek(time).year, 100) },
  V: { width: 2, pad: "0", value: (time) => isoWeek(time).week },
  j: { width: 3, pad: "0", value: (time) => time.yearDay },
  H: { width: 2, pad: "0", value: (time) => time.hour },
  k: { width: 2, pad: " ", value: (time) => time.hour },
  I: { width: 2, pad: "0", value: hour12 },
  l: { width: 2, pad: " ", value: hour12 },
  M: { width: 2, pad: "0", value: (time) => time.minute },
  S: { width: 2, pad: "0", value: (time) => time.second },
  f: { width: 9, pad: "0", value: (time) => time.milliseconds * 1e6 },
  s: { width: 1, pad: "", value: (time) => Math.floor(time.epochMs / 1000) },
};

const TEXT: Readonly<Record<string, Write>> = {
  b: (time) => monthName(time).slice(0, 3),
  h: (time) => monthName(time).slice(0, 3),
  B: monthName,
  a: (time) => dayName(time).slice(0, 3),
  A: dayName,
  p: (time) => (time.hour < 12 ? "AM" : "PM"),
  P: (time) => (time.hour < 12 ? "am" : "pm"),
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
  z: (time) => zoneOffset(time, "", 2),
  ":z": (time) => zoneOffset(time, ":", 2),
  "::z": (time) => zoneOffset(time, ":", 3),
  ":::z": (time) => zoneOffset(time, ":", 1),
  Z: (time) => zoneOffset(time, ":", 2),
  "3f": (time) => fraction(time, 3),
  "6f": (time) => fraction(time, 6),
  "9f": (time) => fraction(time, 9),
  ".f": (time) => (time.milliseconds === 0 ? "" : `.${fraction(time, 3)}`),
  ".3f": (time) => `.${fraction(time, 3)}`,
  ".6f": (time) => `.${fraction(time, 6)}`,
  ".9f": (time) => `.${fraction(time, 9)}`,
};

const SHORTHAND: Readonly<Record<string, string>> = {
  D: "%m/%d/%y",
  x: "%m/%d/%y",
  F: "%Y-%m-%d",
  v: "%e-%b-%Y",
  R: "%H:%M",
  T: "%H:%M:%S",
  X: "%H:%M:%S",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
  "+": "%Y-%m-%dT%H:%M:%S%.f%:z",
};

// Everything that could be meant as one code; whether it is known is looked up afterwards.
const CODE = /%([-_0]?)(:{1,3}z|\.[369]?f|[369]f|.|$)/gsu;

/** The first code in a format that means nothing, or null. */
export function unknownCode(format: string): string | null {
  for (const [code, flag, letter] of format.matchAll(CODE)) {
    if (!writerOf(flag ?? "", letter ?? "")) return code;
  }
  return null;
}

/** Turns a format into a function. Unknown codes stay as they are: refuse them first with `unknownCode`. */
export function compileFormat(format: string): Write {
  const writers: Write[] = [];
  let end = 0;
  for (const match of format.matchAll(CODE)) {
    const literal = format.slice(end, match.index);
    if (literal !== "") writers.push(() => literal);
    writers.push(writerOf(match[1] ?? "", match[2] ?? "") ?? (() => match[0]));
    end = match.index + match[0].length;
  }
  const rest = format.slice(end);
  return (time) => {
    let text = "";
    for (const write of writers) text += write(time);
    return text + rest;
  };
}

function writerOf(flag: string, letter: string): Write | null {
  const numeric = NUMERIC[letter];
  if (numeric) {
    const pad = PADS[flag] ?? numeric.pad;
    const isYear = letter === "Y" || letter === "G";
    return (time) => writeNumber(numeric.value(time), numeric.width, pad, isYear);
  }
  if (flag !== "") return null;
  const shorthand = SHORTHAND[letter];
  return shorthand === undefined ? (TEXT[letter] ?? null) : compileFormat(shorthand);
}

function writeNumber(value: number, width: number, pad: Pad, isYear: boolean): string {
  if (isYear && (value < 0 || value > 9999)) return writeSigned(value, width, pad);
  return pad === "" ? String(value) : String(value).padStart(width, pad);
}

// Years of more than four digits, and those before year 0, carry a sign.
function writeSigned(value: number, width: number, pad: Pad): string {
  const sign = value < 0 ? "-" : "+";
  const digits = String(Math.abs(value));
  if (pad === "0") return sign + digits.padStart(width, "0");
  return (sign + digits).padStart(pad === " " ? width + 1 : 0);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function monthName(time: LocalTime): string {
  return MONTHS[time.month - 1]!;
}

function dayName(time: LocalTime): string {
  return DAYS[time.weekday]!;
}

function mondayFirst(time: LocalTime): number {
  return time.weekday === 0 ? 7 : time.weekday;
}

function hour12(time: LocalTime): number {
  return time.hour % 12 === 0 ? 12 : time.hour % 12;
}

function fraction(time: LocalTime, digits: number): string {
  return String(time.milliseconds).padStart(3, "0").padEnd(digits, "0");
}

function zoneOffset(time: LocalTime, separator: string, parts: number): string {
  const seconds = Math.abs(time.offsetSeconds);
  const fields = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const digits = fields.slice(0, parts).map((field) => String(field).padStart(2, "0"));
  return (time.offsetSeconds < 0 ? "-" : "+") + digits.join(separator);
}

/** The ISO week belongs to the year that holds its Thursday. */
function isoWeek(time: LocalTime): { year: number; week: number } {
  const thursday = time.yearDay + 4 - mondayFirst(time);
  if (thursday < 1) return { year: time.year - 1, week: weekOf(thursday + daysIn(time.year - 1)) };
  if (thursday > daysIn(time.year)) return { year: time.year + 1, week: 1 };
  return { year: time.year, week: weekOf(thursday) };
}

function weekOf(yearDay: number): number {
  return Math.floor((yearDay - 1) / 7) + 1;
}

function daysIn(year: number): number {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 366 : 365;
}
