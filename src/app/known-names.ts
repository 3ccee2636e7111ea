/** What the last sync saw, by name: for completing a command line. Asks nobody and changes nothing. */
import type { Config } from "../config/config.ts";
import { SMART_FOLDERS } from "../photos/collection.ts";
import { zoneKind } from "../photos/zones.ts";
import { placeAlbums } from "../plan/album-choice.ts";
import { openMemoryReadOnly } from "./open.ts";

/** Albums by their paths, Apple's own folders, and libraries; none before the first sync. */
export function knownNames(config: Config): { albums: string[]; libraries: string[] } {
  const memory = openMemoryReadOnly(config);
  if (!memory) return { albums: [], libraries: [] };
  try {
    const zones = memory.zones.all().filter((zone) => zoneKind(zone) === "library");
    const placed = zones.flatMap((zone) => placeAlbums(memory.albums.all(zone.id)));
    const albums = new Set([...placed.map(({ path }) => path), ...SMART_FOLDERS]);
    return { albums: [...albums].sort(), libraries: zones.map(({ name }) => name).sort() };
  } finally {
    memory.close();
  }
}
