import type { Page } from "./page.ts";

export const EMPTY_PAGE: Page = {
  masters: [],
  assets: [],
  albums: [],
  memberships: [],
  tombstones: [],
  urls: [],
  faults: [],
  token: null,
};

/** Names of everything a page speaks of. */
export function namesOn(page: Page): string[] {
  const records = [...page.masters, ...page.assets, ...page.albums];
  const members = page.memberships.map(({ assetId, albumId }) => `${assetId}-IN-${albumId}`);
  return [...records.map(({ id }) => id), ...members, ...page.tombstones];
}

/** A page with the records of another added; it keeps its own token and albums. */
export function mergePages(one: Page, other: Page): Page {
  return {
    ...one,
    masters: [...one.masters, ...other.masters],
    assets: [...one.assets, ...other.assets],
    urls: [...one.urls, ...other.urls],
    tombstones: [...one.tombstones, ...other.tombstones],
    faults: [...one.faults, ...other.faults],
  };
}
