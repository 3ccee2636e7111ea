/**
 * A command line as bash's line editor sees it.
 *
 * Bash replaces only the part of a word behind the last break character or open quote, and inserts what it is given
 * as it stands. So what is given must be quoted for that very place: a name of an album is text of somebody else, and
 * must never become a command.
 */

type Quote = "" | "'" | '"';

export interface BashLine {
  /** The finished words, without their quotes. */
  readonly words: readonly string[];
  /** The unfinished word under the cursor, without its quotes. */
  readonly current: string;
  /** So many characters of `current` stand before the part that bash replaces. */
  readonly kept: number;
  /** The quote that is open at the cursor. */
  readonly quote: Quote;
  /** The word holds a quote that is closed already; what bash would replace then is anybody's guess. */
  readonly isMixed: boolean;
}

/** Reads the text up to the cursor; `breaks` is COMP_WORDBREAKS. */
export function readBashLine(text: string, breaks: string): BashLine {
  const words: string[] = [];
  let word = newWord();
  let quote: Quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const next = text[at + 1];
    if (quote === "'" || (quote === '"' && character !== "\\")) {
      if (character === quote) {
        quote = "";
        word.isMixed = true;
      } else word.text += character;
    } else if (character === "\\") {
      at += 1;
      const isKept = quote === '"' && !'"\\$`'.includes(next ?? '"');
      word.text += (isKept ? "\\" : "") + (next ?? "");
      word.isBegun = true;
    } else if (character === "'" || character === '"') {
      quote = character;
      word.isBegun = true;
      word.kept = word.text.length;
    } else if (/\s/.test(character)) {
      if (word.isBegun) words.push(word.text);
      word = newWord();
    } else {
      word.text += character;
      word.isBegun = true;
      if (breaks.includes(character)) word.kept = word.text.length;
    }
  }
  const { text: current, kept, isMixed } = word;
  return { words, current, kept, quote, isMixed };
}

function newWord() {
  return { text: "", kept: 0, isMixed: false, isBegun: false };
}

/** A text as it must stand at a place where this quote is open. */
export function quoteForBash(text: string, quote: Quote): string {
  switch (quote) {
    case "'":
      return text.replaceAll("'", "'\\''");
    case '"':
      // An exclamation mark recalls a former command even between these quotes.
      return text.replaceAll(/["\\$`]/g, "\\$&").replaceAll("!", '"\\!"');
    case "":
      return text.replaceAll(/[^\w./,+@%:=^\u0080-\u{10ffff}-]/gu, "\\$&");
  }
}
