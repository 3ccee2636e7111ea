/** Whether a file says what it was told to say: compares tags as written with tags as read. Pure. */
import type { Tag } from "./tags.ts";

/** Places are kept as fractions of seconds of arc; a millionth of a degree is ten centimetres. */
const NUMBER_DIFFERENCE = 1e-6;
/** Heights, of which nobody knows the centimetres, are kept as one fraction of small numbers. */
const ALTITUDE_DIFFERENCE = 0.01;

/** The names of the tags that a file does not carry as meant; `read` are its tags by name. */
export function wrongTags(
  tags: readonly Tag[],
  read: Readonly<Record<string, unknown>>,
): readonly string[] {
  return tags.filter((tag) => !isSame(tag, read[tag.name])).map(({ name }) => name);
}

function isSame({ name, value }: Tag, read: unknown): boolean {
  // The dates of a movie's head cannot be absent, only zero.
  if (value === null) return read === undefined || name.startsWith("QuickTime:");
  if (read === undefined || read === null) return false;
  if (typeof value === "number") {
    const most = name.endsWith("GPSAltitude") ? ALTITUDE_DIFFERENCE : NUMBER_DIFFERENCE;
    return Math.abs(Number(read) - value) <= most;
  }
  if (typeof value === "boolean") return String(read).toLowerCase() === String(value);
  if (typeof value === "string") {
    const text = String(read);
    return text === value || isSameInstant(text, value) || areSameNumbers(text, value);
  }
  const list = Array.isArray(read) ? read : [read];
  return list.length === value.length && value.every((text, index) => String(list[index]) === text);
}

const NUMBERS = /^-?\d+(\.\d+)?(e-\d+)?( -?\d+(\.\d+)?(e-\d+)?){1,2}$/;

// The place of a movie is two or three numbers in one text, which may be written out differently.
function areSameNumbers(one: string, other: string): boolean {
  if (!NUMBERS.test(one) || !NUMBERS.test(other)) return false;
  const [numbers, others] = [one.split(" ").map(Number), other.split(" ").map(Number)];
  if (numbers.length !== others.length) return false;
  return numbers.every((number, at) => Math.abs(number - others[at]!) <= NUMBER_DIFFERENCE);
}

const INSTANT = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/;

// A date of a movie is one moment, in whatever zone this computer shows it.
function isSameInstant(one: string, other: string): boolean {
  const [first, second] = [instant(one), instant(other)];
  return first !== null && first === second;
}

function instant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (!match) return null;
  const [, year, month, day, time, zone] = match;
  return Date.parse(`${year}-${month}-${day}T${time}${zone}`);
}
