/** Where a page comes from. */
export interface Origin {
  /** Number of the running full listing, or 0 for changes and single records. */
  readonly listing: number;
  /** Key of the album or smart folder that is listed; null for the whole library. */
  readonly collection: string | null;
}

/** Changes since a token, or single records. */
export const CHANGES: Origin = { listing: 0, collection: null };
