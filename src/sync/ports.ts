/** What a cycle needs to know of Apple. Implemented by the real service and by a library in memory. */
import type { Page, Zone } from "../photos/page.ts";

export interface ListingPage extends Page {
  readonly isFull: boolean;
}

export interface ChangesPage extends Page {
  readonly moreComing: boolean;
}

/** Throws RemoteError, AuthError or DataError. */
export interface Source {
  /** Zones that changed since the database token; all without one. */
  changedZones(
    database: "private" | "shared",
    token: string | null,
  ): Promise<{ readonly token: string; readonly zones: readonly Zone[] }>;
  isIndexed(zone: Zone): Promise<boolean>;
  /** Apple's count of the library, or null. */
  count(zone: Zone): Promise<number | null>;
  /** Assets of the library from a rank on, newest first. */
  listing(zone: Zone, startRank: number): Promise<ListingPage>;
  changes(zone: Zone, token: string): Promise<ChangesPage>;
  /** Records by name, at most `LOOKUP_MAX` of them. */
  lookup(zone: Zone, names: readonly string[]): Promise<Page>;
}

/** Names in one lookup. */
export const LOOKUP_MAX = 100;
/** Assets a full page of the library holds. */
export const PAGE_ASSETS = 100;
