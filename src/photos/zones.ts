/** What zones are, by name and place. Libraries are taken by an allow-list: new kinds appear every other year. */
import type { Zone } from "./page.ts";

export type ZoneKind = "library" | "moment-share" | "shared-album" | "app-library" | "unknown";

const SHARED_LIBRARY = /^SharedSync-[0-9A-Za-z-]+$/;

export const PRIMARY = "PrimarySync";

type Place = Pick<Zone, "name" | "database">;

/** The kind of a zone. What others share may have any name: the account's own library is in its own database. */
export function zoneKind({ name, database }: Place): ZoneKind {
  if (name === PRIMARY) return database === "private" ? "library" : "unknown";
  if (SHARED_LIBRARY.test(name)) return "library";
  if (name.startsWith("CMM-")) return "moment-share";
  if (name.startsWith("SharedCollection-")) return "shared-album";
  if (name.startsWith("AppLibrarySync-")) return "app-library";
  return "unknown";
}

/** Shared libraries answer no queries for albums. */
export function hasAlbums({ name, database }: Place): boolean {
  return name === PRIMARY && database === "private";
}

/** What tells zones apart: owners choose names freely, and two of them may choose the same. */
export function zoneKey({ database, owner, name }: Zone): string {
  return JSON.stringify([database, owner, name]);
}

/** The zones of both databases. One that is in both is our own, and addressed as such. */
export function joinZones(own: readonly Zone[], shared: readonly Zone[]): Zone[] {
  const isOwn = ({ name, owner }: Zone) =>
    own.some((zone) => zone.name === name && (owner === null || zone.owner === owner));
  const all = [...own, ...shared.filter((zone) => !isOwn(zone))];
  return [...new Map(all.map((zone) => [zoneKey(zone), zone])).values()];
}
