/**
 * Reads XML strictly and says where in the text everything stands, so that one thing can be changed and all else keeps
 * its bytes. No document types: they could define anything.
 */
import { DataError } from "../../lib/errors.ts";

/** A range of the text, from the first character to the one after the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Attribute extends Span {
  readonly namespace: string;
  readonly local: string;
  readonly value: string;
}

export interface Element extends Span {
  readonly namespace: string;
  readonly local: string;
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly children: readonly Element[];
  /** Of its content; null for one that closes itself. */
  readonly content: Span | null;
  /** It holds letters of its own besides its children. */
  readonly hasText: boolean;
}

const DEPTH_MAX = 200;
const NAME = /[A-Za-z_\u00b7-\uffff][\w.\u00b7-\uffff:-]*/y;
const BLANK = /\s*/y;
const TEXT = /[^<&]*/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/y;
const VALUE = /"[^"<]*"|'[^'<]*'/y;
const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
const DECLARATION = "http://www.w3.org/2000/xmlns/";

/** The root element of a document. Throws DataError for anything that is not well-formed. */
export function scanXml(text: string, where: string): Element {
  return new Scanner(text, where).document();
}

type Prefixes = ReadonlyMap<string, string>;

interface RawAttribute extends Span {
  readonly name: string;
  readonly value: string;
}

class Scanner {
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly where: string,
  ) {}

  document(): Element {
    this.#take(/\ufeff?/y);
    this.#skipBetween();
    const root = this.#element(new Map([["xml", XML_NAMESPACE]]), 0);
    this.#skipBetween();
    if (this.#at !== this.text.length) throw this.#broken("more than one root");
    return root;
  }

  // Blanks, comments and instructions outside of the root.
  #skipBetween(): void {
    do this.#take(BLANK);
    while (this.#skipAside());
  }

  #skipAside(): boolean {
    return this.#skip("<!--", "-->") || this.#skip("<?", "?>");
  }

  #skip(open: string, close: string): boolean {
    if (!this.text.startsWith(open, this.#at)) return false;
    const end = this.text.indexOf(close, this.#at + open.length);
    if (end < 0) throw this.#broken(`"${open}" without an end`);
    this.#at = end + close.length;
    return true;
  }

  #element(outer: Prefixes, depth: number): Element {
    if (depth > DEPTH_MAX) throw this.#broken("too deep");
    const start = this.#at;
    this.#expect("<");
    const name = this.#name();
    const raw = this.#attributes();
    const prefixes = declared(outer, raw);
    const attributes = raw.map((one) => ({ ...one, ...this.#resolve(one.name, prefixes, true) }));
    const head = { name, start, attributes, ...this.#resolve(name, prefixes, false) };
    if (this.#takes("/>")) {
      return { ...head, children: [], content: null, hasText: false, end: this.#at };
    }
    this.#expect(">");
    const from = this.#at;
    const { children, hasText } = this.#content(prefixes, depth);
    const content = { start: from, end: this.#at };
    this.#expect(`</${name}`);
    this.#take(BLANK);
    this.#expect(">");
    return { ...head, children, content, hasText, end: this.#at };
  }

  #content(prefixes: Prefixes, depth: number): { children: Element[]; hasText: boolean } {
    const children: Element[] = [];
    let hasText = false;
    while (!this.text.startsWith("</", this.#at)) {
      if (this.#at >= this.text.length) throw this.#broken("it ends too early");
      const before = this.#at;
      if (/\S/.test(this.#take(TEXT))) hasText = true;
      if (this.text[this.#at] === "&") {
        if (this.#take(ENTITY) === "") throw this.#broken("an unknown entity");
        hasText = true;
      } else if (this.#skip("<![CDATA[", "]]>")) hasText = true;
      else if (this.text[this.#at] === "<" && !this.text.startsWith("</", this.#at)) {
        if (!this.#skipAside()) children.push(this.#element(prefixes, depth + 1));
      } else if (this.#at === before) throw this.#broken("it ends too early");
    }
    return { children, hasText };
  }

  #attributes(): RawAttribute[] {
    const found: RawAttribute[] = [];
    const names = new Set<string>();
    for (;;) {
      const start = this.#at;
      const blank = this.#take(BLANK);
      if (this.text[this.#at] === ">" || this.text.startsWith("/>", this.#at)) return found;
      if (blank === "") throw this.#broken("no blank before an attribute");
      const name = this.#name();
      if (names.has(name)) throw this.#broken(`"${name}" twice`);
      names.add(name);
      this.#take(BLANK);
      this.#expect("=");
      this.#take(BLANK);
      const value = this.#take(VALUE);
      if (value === "") throw this.#broken("an attribute without a value");
      found.push({ name, value: value.slice(1, -1), start, end: this.#at });
    }
  }

  #resolve(name: string, prefixes: Prefixes, isAttribute: boolean) {
    const colon = name.indexOf(":");
    const prefix = colon < 0 ? "" : name.slice(0, colon);
    const local = name.slice(colon + 1);
    if (isAttribute && (prefix === "xmlns" || name === "xmlns")) {
      return { namespace: DECLARATION, local };
    }
    if (prefix === "") return { namespace: isAttribute ? "" : (prefixes.get("") ?? ""), local };
    const namespace = prefixes.get(prefix);
    if (namespace === undefined) throw this.#broken(`nobody says what "${prefix}" is`);
    return { namespace, local };
  }

  #name(): string {
    const name = this.#take(NAME);
    if (name === "") throw this.#broken("no name where one has to be");
    return name;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #takes(word: string): boolean {
    if (!this.text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) throw this.#broken(`no "${word}" where one has to be`);
  }

  #broken(what: string): DataError {
    return new DataError(`The XML cannot be read: ${what}, at letter ${this.#at}`, this.where);
  }
}

/** What prefixes mean within an element. */
function declared(outer: Prefixes, attributes: readonly RawAttribute[]): Prefixes {
  const own = attributes.filter(({ name }) => name === "xmlns" || name.startsWith("xmlns:"));
  if (own.length === 0) return outer;
  return new Map([...outer, ...own.map(({ name, value }) => [name.slice(6), value] as const)]);
}
