/**
 * What is written into or beside a file, cut into facets: the smallest things that come and go by themselves, each with
 * a memory of its own. Pure.
 */
import type { Facts, Place, Subtype } from "./facts.ts";
import { momentOf } from "./moment.ts";
import type { Moment } from "./moment.ts";

/** The words are also used in the database. */
export const FACETS = [
  "datetime",
  "gps",
  "rating",
  "description",
  "title",
  "keywords",
  "hidden",
  "subtype",
  "burst",
] as const;

export type Facet = (typeof FACETS)[number];

/** What the person asked for. */
export interface MetadataOptions {
  readonly setDatetime: boolean;
  readonly setGps: boolean;
  readonly setRating: boolean;
  readonly setDescription: boolean;
  readonly embedXmp: boolean;
  readonly writeSidecar: boolean;
}

/** The values a file should carry; a facet that is absent should not be there by us. */
export interface Values {
  readonly datetime?: Moment;
  readonly gps?: Place;
  /** A favourite has five stars. */
  readonly rating?: 5;
  readonly description?: string;
  readonly title?: string;
  readonly keywords?: readonly string[];
  readonly hidden?: true;
  readonly subtype?: Subtype;
  readonly burst?: string;
}

/** Which facets the settings put into the file itself. */
export function embeddedFacets(options: MetadataOptions): ReadonlySet<Facet> {
  const chosen: [Facet, boolean][] = [
    ["datetime", options.setDatetime],
    ["gps", options.setGps],
    ["rating", options.setRating],
    ["description", options.setDescription],
    ["title", options.embedXmp],
    ["keywords", options.embedXmp],
    ["hidden", options.embedXmp],
    ["subtype", options.embedXmp],
    ["burst", options.embedXmp],
  ];
  return new Set(chosen.filter(([, isOn]) => isOn).map(([facet]) => facet));
}

/** Which facets the settings put beside the file: all or none. */
export function sidecarFacets({ writeSidecar }: MetadataOptions): ReadonlySet<Facet> {
  return new Set(writeSidecar ? FACETS : []);
}

/** All that Apple knows, as values; `timeZone` is this computer's. */
export function valuesOf(facts: Facts, timeZone: string): Values {
  const { takenMs, place, title, description, keywords, subtype, burstId } = facts;
  const datetime = takenMs === null ? undefined : momentOf(takenMs, facts.offsetSeconds, timeZone);
  return {
    ...(datetime && { datetime }),
    ...(place && { gps: place }),
    ...(facts.isFavorite && { rating: 5 as const }),
    ...((description ?? title) && { description: (description ?? title)! }),
    ...(title && { title }),
    ...(keywords.length > 0 && { keywords }),
    ...(facts.isHidden && { hidden: true as const }),
    ...(subtype && { subtype }),
    ...(burstId && { burst: burstId }),
  };
}

/** A short text that differs whenever a value does; null for no value. */
export function fingerprint(value: unknown): string | null {
  if (value === undefined) return null;
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
}
