/**
 * Remembers secrets and blots them out of whatever is about to be shown or kept: the whole secret in every form in which
 * it may be repeated, and of a long one every piece that is long enough to be no chance.
 */
import type { Secret } from "../lib/secret.ts";
import { encodedForms, plainForms, splitForm } from "./secret-forms.ts";

/** Blotting out shorter texts would say more than it hides. */
const LENGTH_MIN = 4;
/** From here on a secret is a token: its pieces are secrets too. */
const TOKEN_MIN = 24;
const PIECE_MIN = 16;
/** Any piece of that length holds a whole one of these. */
const GRAM = PIECE_MIN / 2;
/** Zeros and the like say nothing and are in many texts. */
const VARIETY_MIN = 5;

const BLOT = "********";

const ADDRESS = /\bhttps?:\/\/[^\s"'<>]+/gi;
const ENCODED_ADDRESS = /\bhttps?%3a%2f%2f[\w.%~-]+/gi;
const QUERY = /\?[\w%.~-]+=[^\s"'<>]*/g;
/** Of an address that grants access, the host alone may be told. */
const GRANTS = /[?#@]|[^/]{20}/;

export class Redactor {
  readonly #known = new Set<string>();
  readonly #texts = new Set<string>();
  readonly #patterns: RegExp[] = [];
  /** Where in which token a run of letters stands. */
  readonly #grams = new Map<string, { readonly token: string; readonly at: number }>();

  /** From now on this secret is blotted out. */
  hide(secret: Secret): void {
    const text = secret.reveal();
    if (text.length < LENGTH_MIN || this.#known.has(text)) return;
    this.#known.add(text);
    if (/^\d{4,8}$/.test(text)) {
      this.#patterns.push(digitsPattern(text));
      return;
    }
    for (const form of plainForms(text)) this.#texts.add(form);
    if (text.length >= TOKEN_MIN) {
      for (const form of [text, ...encodedForms(text)]) this.#addToken(form);
      return;
    }
    for (const form of encodedForms(text)) this.#texts.add(form);
    const split = splitForm(text);
    if (split) this.#patterns.push(split);
  }

  /** The text without the secrets, and without what follows the host in addresses that grant access. */
  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.#texts) cleaned = cleaned.replaceAll(secret, BLOT);
    for (const pattern of this.#patterns) cleaned = cleaned.replace(pattern, BLOT);
    return this.#withoutPieces(withoutAddresses(cleaned));
  }

  #addToken(token: string): void {
    for (let at = 0; at + GRAM <= token.length; at += GRAM) {
      this.#grams.set(token.slice(at, at + GRAM), { token, at });
    }
  }

  #withoutPieces(text: string): string {
    if (this.#grams.size === 0) return text;
    let cleaned = "";
    let copied = 0;
    for (let at = 0; at + GRAM <= text.length; at += 1) {
      const place = this.#grams.get(text.slice(at, at + GRAM));
      if (!place) continue;
      const [from, to] = commonPart(text, at, place.token, place.at, copied);
      if (to - from < PIECE_MIN || new Set(text.slice(from, to)).size < VARIETY_MIN) continue;
      cleaned += text.slice(copied, from) + BLOT;
      copied = to;
      at = to - 1;
    }
    return cleaned + text.slice(copied);
  }
}

/** How far a text and a token are the same around two places; not before `start`. */
function commonPart(
  text: string,
  at: number,
  token: string,
  tokenAt: number,
  start: number,
): [from: number, to: number] {
  let before = 0;
  while (
    at - before > start &&
    before < tokenAt &&
    text[at - before - 1] === token[tokenAt - before - 1]
  )
    before += 1;
  let after = 0;
  while (tokenAt + after < token.length && text[at + after] === token[tokenAt + after]) after += 1;
  return [at - before, at + after];
}

/** A code, also when it is written in two halves; digits of a longer number are not it. */
function digitsPattern(digits: string): RegExp {
  return new RegExp(`(?<!\\d)${[...digits].join("[ -]?")}(?!\\d)`, "g");
}

function withoutAddresses(text: string): string {
  if (!text.includes("?") && !/https?(?::\/\/|%3a)/i.test(text)) return text;
  return text
    .replace(ADDRESS, (address) => {
      const host = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(address)?.[1] ?? "";
      const scheme = address.slice(0, address.indexOf(":"));
      const rest = address.slice(address.indexOf("//") + 2);
      return GRANTS.test(rest.replace(host, "")) ? `${scheme}://${host}/${BLOT}` : address;
    })
    .replace(ENCODED_ADDRESS, BLOT)
    .replace(QUERY, `?${BLOT}`);
}
