/** What the names of zones say. Libraries are taken by an allow-list: new kinds of zones appear every other year. */
export type ZoneKind = "library" | "moment-share" | "shared-album" | "app-library" | "unknown";

const SHARED_LIBRARY = /^SharedSync-[0-9A-Za-z-]+$/;

export const PRIMARY = "PrimarySync";

/** The kind of a zone. */
export function zoneKind(name: string): ZoneKind {
  if (name === PRIMARY || SHARED_LIBRARY.test(name)) return "library";
  if (name.startsWith("CMM-")) return "moment-share";
  if (name.startsWith("SharedCollection-")) return "shared-album";
  if (name.startsWith("AppLibrarySync-")) return "app-library";
  return "unknown";
}

/** Shared libraries answer no queries for albums. */
export function hasAlbums(zone: string): boolean {
  return zone === PRIMARY;
}
