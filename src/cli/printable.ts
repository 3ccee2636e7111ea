/**
 * What foreign text becomes before it is shown, whoever wrote it: nothing that moves the cursor, begins a line, turns a
 * text round or cannot be seen.
 */

const PLAIN = /^[\x20-\x7e]*$/;

// Controls, what turns text round or has no width, line and paragraph separators, halves of characters.
const UNSEEN =
  "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]";
// A pile of marks reaches into the lines above and below.
const PILED = "(?<=\\p{M}{4})\\p{M}";
const UNSEEN_ANYWHERE = new RegExp(UNSEEN, "gu");

// A look that one sign chooses for itself, signs joined to one picture, and letters of scripts that need joiners.
const JOINING =
  "[\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Sinhala}\\p{Script=Malayalam}]";
const KEPT = [
  "(?<=[^\\p{C}\\p{Default_Ignorable_Code_Point}])[\\ufe0e\\ufe0f](?![\\ufe00-\\ufe0f])",
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})",
  `(?<=${JOINING}\\p{M}{0,2})[\\u200c\\u200d](?=${JOINING})`,
].join("|");
const UNSEEN_OR_KEPT = new RegExp(`(${KEPT})|${UNSEEN}|${PILED}`, "gu");

/** One line that is safe to show on a terminal; what could do harm there becomes an escape, as in `\x1b`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(
    UNSEEN_OR_KEPT,
    (character, kept: string | undefined) => kept ?? escape(character),
  );
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** A path for programs that read lines: exact, but for one of a person's own that would be more than a line. */
export function exactPath(path: string): string {
  return CONTROL.test(path) ? printable(path) : path;
}

/** JSON for programs: the same value, and no character in it that a terminal or a reader of lines would obey. */
export function printableJson(value: unknown): string {
  // Line ends inside of texts are escaped already; those that are left are JSON's own.
  return JSON.stringify(value, null, 2).replace(UNSEEN_ANYWHERE, (character) =>
    character === "\n" ? character : units(character).map(hex4).join(""),
  );
}

function escape(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : hex4(code);
}

function hex4(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

function units(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}
