/** Text in columns for a terminal of a given width. */

const COLUMN = 30;
const INDENT = 6;
/** On a narrower terminal the second column goes below the first. */
const TWO_COLUMNS_MIN = 60;
/** Longer lines are hard to read, however wide the window. */
const COLUMNS_MAX = 100;
const COLUMNS_MIN = 20;

/** A width that help can be laid out for; anything unknown counts as 80. */
export function readableWidth(columns: number | undefined): number {
  return Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, columns || 80));
}

/** Two columns; a long first one gets a line of its own, a long second one is wrapped. */
export function entry(left: string, right: string, width: number, column = COLUMN): string {
  const isStacked = width < TWO_COLUMNS_MIN;
  const start = isStacked ? INDENT : column;
  const lines = wrap(right, width - start);
  const isNarrow = !isStacked && left.length <= column - 2;
  const head = isNarrow ? left.padEnd(column) + (lines.shift() ?? "") : left;
  return [head, ...lines.map((line) => " ".repeat(start) + line)].join("\n").trimEnd();
}

/** A paragraph as lines. A no-break space holds words together where the width allows. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => pieces(word, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((text) => text.replaceAll("\u00a0", " "));
}

/** What was to be held together and does not fit a line falls apart. */
function pieces(word: string, width: number): string[] {
  return word.length > width ? word.split("\u00a0") : [word];
}
