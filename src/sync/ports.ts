/** What a cycle needs to know of Apple. Implemented by the real service and by a library in memory. */
import type { Collection } from "../photos/collection.ts";
import type {
  AlbumRecord,
  ChangesPage,
  Database,
  ListingPage,
  Page,
  RecordFault,
  Zone,
} from "../photos/page.ts";

/** Throws RemoteError, AuthError or DataError. */
export interface Source {
  /** Zones that changed since the database token; all without one. */
  changedZones(
    database: Database,
    token: string | null,
  ): Promise<{
    readonly token: string;
    readonly zones: readonly Zone[];
    /** Zones that are no longer there for us. */
    readonly gone?: readonly Zone[];
  }>;
  isIndexed(zone: Zone): Promise<boolean>;
  /** Apple's count of a collection, or null. */
  count(zone: Zone, collection: Collection): Promise<number | null>;
  /** Assets of a collection from a rank on, newest first. */
  listing(zone: Zone, collection: Collection, startRank: number): Promise<ListingPage>;
  /** All albums and folders, and the zone's token from before they were read. */
  albums(zone: Zone): Promise<{
    readonly albums: readonly AlbumRecord[];
    readonly faults: readonly RecordFault[];
    readonly token: string | null;
  }>;
  changes(zone: Zone, token: string): Promise<ChangesPage>;
  /** Records by name, at most `LOOKUP_MAX` of them. */
  lookup(zone: Zone, names: readonly string[]): Promise<Page>;
}

/** Names in one lookup. */
export const LOOKUP_MAX = 100;
