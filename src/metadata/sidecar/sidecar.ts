/**
 * The text of an XMP sidecar: a new one, or one that another program wrote with our properties laid over it. Whatever
 * is not ours keeps its bytes. Pure.
 */
import { DataError } from "../../lib/errors.ts";
import { FACETS } from "../facets.ts";
import type { Facet, Values } from "../facets.ts";
import { describe, propertyNames, RDF } from "./properties.ts";
import { scanXml } from "./xml.ts";
import type { Element, Span } from "./xml.ts";

const DECLARATION = "http://www.w3.org/2000/xmlns/";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A sidecar of our own. */
export function newSidecar(values: Values): string {
  const description = Object.keys(values).length === 0 ? "" : `\n    ${describe(values, "")}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="kei">
  <rdf:RDF xmlns:rdf="${RDF}">${description}
  </rdf:RDF>
</x:xmpmeta>
`;
}

/**
 * An existing sidecar after some facets changed: those with a value in `values` say that, those without are taken out.
 * Throws DataError when it is not XMP that can be read.
 */
export function mergedSidecar(
  bytes: Uint8Array,
  values: Values,
  changed: readonly Facet[],
  where: string,
): string {
  const text = decode(bytes, where);
  const rdf = findRdf(scanXml(text, where), where);
  const ours = new Set(changed.flatMap(propertyNames));
  const cuts = rdf.children.filter(isDescription).flatMap((element) => cutsIn(text, element, ours));
  const added = Object.fromEntries(changed.flatMap((facet) => entryOf(values, facet))) as Values;
  const kept = withoutSpans(text, cuts, rdf.content?.end ?? rdf.end);
  if (Object.keys(added).length === 0) return kept.before + kept.after;
  return insert(kept, rdf, describe(added, aboutOf(rdf)));
}

/**
 * Whether another version of a sidecar does not say what this one says in properties of ours. Throws DataError when
 * either is not XMP that can be read.
 */
export function losesValues(bytes: Uint8Array, later: string, where: string): boolean {
  const kept = valuesIn(later, where);
  return [...valuesIn(decode(bytes, where), where)].some((value) => !kept.has(value));
}

/** Each property of ours and what it says, however it is written down. */
function valuesIn(text: string, where: string): Set<string> {
  const ours = new Set(FACETS.flatMap(propertyNames));
  const said = ({ content }: Element) =>
    content === null ? "" : text.slice(content.start, content.end).replaceAll(/<[^<>]*>/g, " ");
  return new Set(
    findRdf(scanXml(text, where), where)
      .children.filter(isDescription)
      .flatMap(({ attributes, children }) => [
        ...attributes.map((one) => ({ ...one, said: one.value })),
        ...children.map((one) => ({ ...one, said: said(one) })),
      ])
      .filter(({ namespace, local }) => ours.has(namespace + local))
      .map((one) => `${one.namespace}${one.local} ${one.said.trim().split(/\s+/).join(" ")}`),
  );
}

function entryOf(values: Values, facet: Facet): [Facet, unknown][] {
  return values[facet] === undefined ? [] : [[facet, values[facet]]];
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new DataError("The sidecar is not UTF-8", where, { cause });
  }
}

function findRdf(root: Element, where: string): Element {
  const isRdf = ({ namespace, local }: Element) => namespace === RDF && local === "RDF";
  const found = isRdf(root) ? root : root.children.find(isRdf);
  if (found) return found;
  throw new DataError("The sidecar is no XMP", where);
}

function isDescription({ namespace, local }: Element): boolean {
  return namespace === RDF && local === "Description";
}

/** What of a description is to go: our properties, or all of it when nothing else is in it. */
function cutsIn(text: string, description: Element, ours: ReadonlySet<string>): Span[] {
  const isOurs = ({ namespace, local }: { namespace: string; local: string }) =>
    ours.has(namespace + local);
  const children = description.children.filter(isOurs);
  const attributes = description.attributes.filter(isOurs);
  if (children.length + attributes.length === 0) return [];
  const isEmpty =
    children.length === description.children.length &&
    !description.hasText &&
    description.attributes.every((one) => isOurs(one) || isFrame(one));
  if (isEmpty) return [withIndent(text, description)];
  return [...attributes, ...children.map((child) => withIndent(text, child))];
}

/** What a description has in any case. */
function isFrame({ namespace, local }: { namespace: string; local: string }): boolean {
  return namespace === DECLARATION || (namespace === RDF && local === "about");
}

// An element that has its line to itself goes with the line.
function withIndent(text: string, { start, end }: Span): Span {
  const indent = /\r?\n[ \t]*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0] ?? "";
  return { start: start - indent.length, end };
}

interface Kept {
  /** Up to the place where ours goes. */
  readonly before: string;
  readonly after: string;
}

function withoutSpans(text: string, spans: readonly Span[], place: number): Kept {
  let [before, at] = ["", 0];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    before += text.slice(at, start);
    at = end;
  }
  return { before: before + text.slice(at, place), after: text.slice(place) };
}

function aboutOf(rdf: Element): string {
  const attributes = rdf.children.find(isDescription)?.attributes ?? [];
  const about = attributes.find(({ namespace, local }) => namespace === RDF && local === "about");
  // As it is written; names of that kind have no entities but these.
  return (
    about?.value.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&") ?? ""
  );
}

function insert({ before, after }: Kept, rdf: Element, description: string): string {
  if (rdf.content === null) {
    const open = before.endsWith("/>") ? before.slice(0, -2).trimEnd() : before;
    return `${open}>\n    ${description}\n  </${rdf.name}>${after}`;
  }
  const indent = /\r?\n[ \t]*$/.exec(before)?.[0] ?? "";
  return `${before.slice(0, before.length - indent.length)}\n    ${description}${indent || "\n  "}${after}`;
}
