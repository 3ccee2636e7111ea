import type { Zone } from "../photos/page.ts";
import { hasAlbums, zoneKind } from "../photos/zones.ts";
import { WHOLE } from "../plan/album-choice.ts";
import type { Selection } from "../plan/album-choice.ts";

/** What one cycle needs to know. */
export interface SyncOptions {
  /** Decide and tell, but write neither files nor database. */
  readonly isDryRun: boolean;
  /** Print the paths that would be downloaded, one a line, and nothing else. */
  readonly onlyPrintFilenames: boolean;
  /** Zone names, or `all`. */
  readonly libraries: readonly string[];
  readonly selection: Selection;
  /** List everything again instead of following changes. */
  readonly isFull: boolean;
  /** Give files that failed too often another chance, and fetch only what is known. */
  readonly retryFailed: boolean;
  /** Fetch only what is known, and among that what was found missing or damaged. */
  readonly isRepair: boolean;
  /** Failed runs after which a file is left alone; Infinity for never. */
  readonly attemptsMax: number;
  /** Go on although many saved files are gone from disk. */
  readonly acceptMissing: boolean;
  /** Move saved files to the names the settings give them now. */
  readonly relayout: boolean;
  /** How the second and later files of one content in several albums are made. */
  readonly albumCopies: AlbumCopies;
}

export type AlbumCopies = "copy" | "hardlink" | "symlink";

/** What a plain `kei sync` does. */
export const DEFAULT_SYNC: SyncOptions = {
  isDryRun: false,
  onlyPrintFilenames: false,
  libraries: ["PrimarySync"],
  selection: WHOLE,
  isFull: false,
  retryFailed: false,
  isRepair: false,
  attemptsMax: 10,
  acceptMissing: false,
  relayout: false,
  albumCopies: "copy",
};

/** Whether anything of a zone was asked for. A library without albums has nothing of an album. */
export function isZoneSelected(
  zone: Pick<Zone, "name" | "database">,
  { libraries, selection }: Pick<SyncOptions, "libraries" | "selection">,
): boolean {
  if (selection.albums.length > 0 && !hasAlbums(zone)) return false;
  const isNamed = libraries.includes("all") || libraries.includes(zone.name);
  return zoneKind(zone) === "library" && isNamed;
}

/** True for runs that only tell what would be done, and write nothing. */
export function isTrial({
  isDryRun,
  onlyPrintFilenames,
}: Pick<SyncOptions, "isDryRun" | "onlyPrintFilenames">): boolean {
  return isDryRun || onlyPrintFilenames;
}
