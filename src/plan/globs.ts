/** File name patterns as `--filename-exclude` takes them. */
import { composed } from "../lib/composed.ts";
import { UsageError } from "../lib/errors.ts";

/** Answers whether a whole name matches, without regard to case or to how its accents are composed. */
export type Glob = (name: string) => boolean;

/** One step through a pattern. */
type Step =
  | { readonly kind: "letter"; readonly key: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly isInverted: boolean; readonly ranges: readonly Range[] }
  /** Any number of characters. */
  | { readonly kind: "run" }
  /** The next two steps, or neither. */
  | { readonly kind: "maybe" };

type Range = readonly [from: number, to: number];

const SLASH: Step = { kind: "letter", key: "/" };

/**
 * Compiles a pattern: `*` is any run of characters, `?` one, `[a-z]` one of a set, `[!a-z]` or `[^a-z]` one outside it,
 * `**` any number of folders, `\` takes the special meaning off the next character. A leading dot is nothing special.
 * Throws UsageError for what cannot be meant. The cost is that of the pattern times the name, whatever both are.
 */
export function compileGlob(pattern: string): Glob {
  const steps = new Reader(composed(pattern)).read();
  return (name) => matches(steps, composed(name));
}

/** Walks the name once, at all places of the pattern at the same time. */
function matches(steps: readonly Step[], name: string): boolean {
  let places = new Uint8Array(steps.length + 1);
  let next = new Uint8Array(steps.length + 1);
  enter(steps, places, 0);
  for (const letter of name) {
    next.fill(0);
    let isAlive = false;
    for (const [place, step] of steps.entries()) {
      if (!places[place] || !takes(step, letter)) continue;
      enter(steps, next, step.kind === "run" ? place : place + 1);
      isAlive = true;
    }
    if (!isAlive) return false;
    [places, next] = [next, places];
  }
  return places[steps.length] === 1;
}

/** Marks a place and those that are reached from it without a letter. */
function enter(steps: readonly Step[], places: Uint8Array, place: number): void {
  for (let at = place; places[at] === 0; at += 1) {
    places[at] = 1;
    const kind = steps[at]?.kind;
    if (kind === "maybe") enter(steps, places, at + 3);
    if (kind !== "maybe" && kind !== "run") return;
  }
}

function takes(step: Step, letter: string): boolean {
  switch (step.kind) {
    case "letter":
      return step.key === letter || step.key === caseKey(letter);
    case "set":
      return isInRanges(step.ranges, letter) !== step.isInverted;
    case "maybe":
      return false;
    default:
      return true;
  }
}

/** The same for both cases of a letter; what becomes two letters in the other case stays what it is. */
function caseKey(letter: string): string {
  const upper = letter.toUpperCase();
  return ([...upper].length === 1 ? upper : letter).toLowerCase();
}

function isInRanges(ranges: readonly Range[], letter: string): boolean {
  const forms = [letter, letter.toLowerCase(), letter.toUpperCase(), caseKey(letter)];
  const points = forms.filter((form) => [...form].length === 1).map((form) => form.codePointAt(0)!);
  return ranges.some(([from, to]) => points.some((point) => point >= from && point <= to));
}

/** Reads a pattern letter by letter. */
class Reader {
  readonly #letters: readonly string[];
  #at = 0;

  constructor(private readonly pattern: string) {
    this.#letters = [...pattern];
  }

  read(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#letters.length) steps.push(...this.#piece());
    return steps;
  }

  #piece(): Step[] {
    const letter = this.#letters[this.#at]!;
    this.#at += 1;
    switch (letter) {
      case "*":
        return this.#stars();
      case "?":
        return [{ kind: "any" }];
      case "[":
        return [this.#set()];
      case "\\":
        return [this.#escaped()];
      case "{":
      case "}":
        throw this.#refuse(`give the alternatives one by one, or write \\${letter}`);
      default:
        return [{ kind: "letter", key: caseKey(letter) }];
    }
  }

  #stars(): Step[] {
    const from = this.#at - 1;
    while (this.#letters[this.#at] === "*") this.#at += 1;
    const count = this.#at - from;
    if (count === 1) return [{ kind: "run" }];
    const isSegment = from === 0 || this.#letters[from - 1] === "/";
    const isEnd = this.#at === this.#letters.length;
    if (count > 2 || !isSegment || !(isEnd || this.#letters[this.#at] === "/")) {
      throw this.#refuse("let ** stand alone between slashes, or use a single *");
    }
    if (isEnd) return [{ kind: "run" }];
    this.#at += 1;
    return [{ kind: "maybe" }, { kind: "run" }, SLASH];
  }

  #escaped(): Step {
    const letter = this.#letters[this.#at];
    if (letter === undefined) throw this.#refuse("write \\\\ for a backslash");
    this.#at += 1;
    return { kind: "letter", key: caseKey(letter) };
  }

  /** The first character may be a bracket; it does not end the set. */
  #set(): Step {
    const isInverted = ["!", "^"].includes(this.#letters[this.#at] ?? "");
    const from = this.#at + Number(isInverted);
    const to = this.#letters.indexOf("]", from + 1);
    if (to < 0) throw this.#refuse("close the set as in [abc], or write [[] for [");
    this.#at = to + 1;
    return { kind: "set", isInverted, ranges: this.#ranges(this.#letters.slice(from, to)) };
  }

  #ranges(letters: readonly string[]): Range[] {
    const ranges: Range[] = [];
    for (let index = 0; index < letters.length; index += 1) {
      const isRange = letters[index + 1] === "-" && index + 2 < letters.length;
      const [from, to] = [letters[index]!, letters[isRange ? index + 2 : index]!];
      if (isRange) index += 2;
      const range = [from.codePointAt(0)!, to.codePointAt(0)!] as const;
      if (range[0] > range[1]) throw this.#refuse(`nothing is between ${from} and ${to}`);
      ranges.push(range);
    }
    return ranges;
  }

  #refuse(hint: string): UsageError {
    return new UsageError(`Cannot read file name pattern "${this.pattern}"`, hint);
  }
}
