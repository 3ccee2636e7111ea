/**
 * What the keys of a terminal do to a line that is not echoed. Pure.
 *
 * While nothing is echoed, the terminal leaves it to us what a key means; this is what it does by itself otherwise. Keys
 * that send a sequence, like arrows, do nothing.
 */

/** The line so far. */
export interface Line {
  readonly text: string;
  /** Where in a sequence the next character stands. */
  readonly sequence: "none" | "escape" | "parameters" | "letter";
}

export type Step =
  | { readonly kind: "typed"; readonly line: Line }
  | { readonly kind: "interrupt" }
  | { readonly kind: "suspend" }
  | { readonly kind: "done"; readonly answer: string | null };

export const EMPTY_LINE: Line = { text: "", sequence: "none" };

/** The next step after one more character. */
export function press(line: Line, key: string): Step {
  if (line.sequence !== "none") return inSequence(line, key);
  const { text } = line;
  switch (key) {
    case "\r":
    case "\n":
      return { kind: "done", answer: text };
    case "\u0003": // Ctrl-C
    case "\u001c": // Ctrl-\
      return { kind: "interrupt" };
    case "\u001a": // Ctrl-Z
      return { kind: "suspend" };
    case "\u0004": // Ctrl-D
      return text === "" ? { kind: "done", answer: null } : typed(text);
    case "\u0015": // Ctrl-U
      return typed("");
    case "\u0017": // Ctrl-W
      return typed(text.replace(/\S*\s*$/u, ""));
    case "\b":
    case "\u007f":
      return typed([...text].slice(0, -1).join(""));
    case "\u001b":
      return typed(text, "escape");
    default:
      return typed(key < " " ? text : text + key);
  }
}

/** The line without what arrow keys leave in it where the terminal echoes them. */
export function withoutSequences(text: string): string {
  return text.replace(/\u001b(\[[0-?]*[ -/]*[@-~]?|O.?)?/g, "");
}

function inSequence({ text, sequence }: Line, key: string): Step {
  if (sequence === "escape" && key === "[") return typed(text, "parameters");
  if (sequence === "escape" && key === "O") return typed(text, "letter");
  // A key by itself: the one before was the Escape key.
  if (sequence === "escape" || key < " ") return press({ text, sequence: "none" }, key);
  const isEnd = sequence === "letter" || (key >= "@" && key <= "~");
  return typed(text, isEnd ? "none" : sequence);
}

function typed(text: string, sequence: Line["sequence"] = "none"): Step {
  return { kind: "typed", line: { text, sequence } };
}
