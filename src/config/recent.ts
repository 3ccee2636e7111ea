/** How much of the newest is wanted: a count, or days as in `30d`. */

/** A number counts assets; days stay a word, because they move on with time. */
export type Recent = number | `${number}d`;

const FORM = /^(\d{1,10})(d?)$/i;
export const RECENT_MAX = 4_294_967_295;
const DAYS_MAX = 9_999_999;

/** Reads a count or days; a text in return says why it is neither. */
export function readRecent(text: string): { value: Recent } | { value: null; reason: string } {
  const match = FORM.exec(text.trim());
  if (!match) return { value: null, reason: "use a number as in 500, or days as in 30d" };
  const count = Number(match[1]);
  const isDays = match[2] !== "";
  const max = isDays ? DAYS_MAX : RECENT_MAX;
  if (count < 1 || count > max) return { value: null, reason: `${count} is not in 1..=${max}` };
  return { value: isDays ? `${count}d` : count };
}
