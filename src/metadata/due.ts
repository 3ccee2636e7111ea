/** What has to be done to a file so that it says what Apple says: compares what it should carry with what was written. Pure. */
import { fingerprint } from "./facets.ts";
import type { Facet, Values } from "./facets.ts";

/** A mark in place of a fingerprint: the camera or a person wrote the value, and it is left alone for good. */
export const OWN = "-own";

/** A mark in place of a fingerprint: nothing can be written into files of this kind. */
export function unfitMark(reason: string): string {
  return `-unfit:${reason}`;
}

function isMark(have: string | undefined): boolean {
  return have?.startsWith("-") ?? false;
}

/** What is known of a facet of a file: the fingerprint of what kei wrote, or a mark; facets never written are absent. */
export type Have = ReadonlyMap<Facet, string>;

/** The facets of a file that need a hand. */
export interface Due {
  readonly set: readonly Facet[];
  /** Written by kei once, and gone in iCloud. */
  readonly remove: readonly Facet[];
}

/** Facets that are only added where a file has none of its own. */
export const ONLY_IF_MISSING: readonly Facet[] = ["datetime", "gps"];

/** Compares; a facet that is switched off is left as it is. */
export function dueFacets(values: Values, on: ReadonlySet<Facet>, have: Have): Due {
  const facets = [...on].filter((facet) => !isMark(have.get(facet)));
  return {
    set: facets.filter((facet) => {
      const want = fingerprint(values[facet]);
      return want !== null && want !== have.get(facet);
    }),
    remove: facets.filter((facet) => values[facet] === undefined && have.has(facet)),
  };
}

/** True when there is anything to do. */
export function isDue({ set, remove }: Due): boolean {
  return set.length + remove.length > 0;
}

/** What is known after the facets were dealt with; `own` are those the file had itself. */
export function haveAfter(values: Values, due: Due, own: readonly Facet[], have: Have): Have {
  const after = new Map(have);
  for (const facet of due.remove) after.delete(facet);
  for (const facet of due.set) {
    after.set(facet, own.includes(facet) ? OWN : fingerprint(values[facet])!);
  }
  return after;
}
