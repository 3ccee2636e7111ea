/** `kei complete SHELL`: what the completion scripts ask, and the answer in the form that their shell takes. */
import type { Surroundings } from "../../config/config.ts";
import { printable } from "../printable.ts";
import { namesFor } from "./names.ts";
import { quoteForBash, readBashLine } from "./bash-line.ts";
import { offerFor, type Candidate, type KnownNames, type Offer } from "./offer.ts";
import type { Shell } from "./shells.ts";

/** The answer with the names that the account on this machine knows. */
export function completeLine(shell: Shell, input: string, around: Surroundings): string {
  return completionAnswer(shell, input, (words) => namesFor(words, around));
}

/** Opens the names known to the account that the line is about. */
export type NamesFor = (words: readonly string[]) => KnownNames;

/** The answer to what a script wrote: texts that each end in NUL. Each line of it is one candidate. */
export function completionAnswer(shell: Shell, input: string, namesFor: NamesFor): string {
  const texts = input.split("\0").slice(0, -1);
  if (shell === "bash") return forBash(texts[0] ?? "", texts[1] ?? "", namesFor);
  const words = texts.slice(0, -1);
  const current = texts.at(-1) ?? "";
  const offer = presentable(offerFor(words, current, namesFor(words)));
  const isWhole = shell !== "zsh";
  const lines =
    offer.kind === "words" ? offer.candidates.map((one) => lineOf(one, offer.prefix, isWhole)) : [];
  return [offer.kind, offer.prefix, ...lines].map((line) => `${line}\n`).join("");
}

/** Zsh puts the prefix in front by itself. */
function lineOf({ value, note }: Candidate, prefix: string, isWhole: boolean): string {
  const shown = isWhole ? prefix + value : value;
  return note === "" ? shown : `${shown}\t${note}`;
}

function forBash(breaks: string, text: string, namesFor: NamesFor): string {
  const line = readBashLine(text, breaks);
  if (line.isMixed) return "";
  const words = line.words.slice(1);
  const offer = presentable(offerFor(words, line.current, namesFor(words)));
  if (offer.kind === "files") return "";
  return offer.candidates
    .map(({ value }) => offer.prefix + value)
    .filter((value) => value.startsWith(line.current))
    .map((value) => `${quoteForBash(value.slice(line.kept), line.quote)}\n`)
    .join("");
}

/** Names that a terminal cannot show as they are cannot be typed, and might be more than a line to the shell. */
function presentable(offer: Offer): Offer {
  if (offer.kind === "files") return offer;
  const candidates = offer.candidates.filter(({ value }) => printable(value) === value);
  return { ...offer, candidates };
}
