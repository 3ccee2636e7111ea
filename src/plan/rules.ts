import type { Rendition } from "../photos/asset.ts";

export type PrimarySize = "original" | "medium" | "thumb" | "adjusted" | "alternative";
export type LiveSize = "original" | "medium" | "thumb" | "adjusted";
export type LiveMode = "both" | "image-only" | "video-only" | "skip";
export type AlignRaw = "as-is" | "original" | "alternative";
export type MatchPolicy = "name-size-dedup-with-suffix" | "name-id7";
export type MovPolicy = "suffix" | "original";

/** Every setting that decides which files an asset gets and what they are called. */
export interface PlanRules {
  /** strftime template, `none`, Python's `{:...}` form, `{album}` as the first segment. */
  readonly folderStructure: string;
  /** IANA zone in which folder dates are computed. */
  readonly timeZone: string;
  readonly sizes: readonly PrimarySize[];
  readonly liveSize: LiveSize;
  readonly liveMode: LiveMode;
  readonly forceSize: boolean;
  readonly alignRaw: AlignRaw;
  readonly matchPolicy: MatchPolicy;
  readonly movPolicy: MovPolicy;
  readonly keepUnicode: boolean;
}

export const DEFAULT_RULES: PlanRules = {
  folderStructure: "%Y/%m/%d",
  timeZone: "UTC",
  sizes: ["original"],
  liveSize: "original",
  liveMode: "both",
  forceSize: false,
  alignRaw: "as-is",
  matchPolicy: "name-size-dedup-with-suffix",
  movPolicy: "suffix",
  keepUnicode: false,
};

/** Identity of a file within its zone. `album` is empty unless the template names albums. */
export interface FileKey {
  readonly asset: string;
  readonly rendition: Rendition;
  readonly album: string;
  /** What kei makes of the rendition, for instance its sidecar; left out for the bytes themselves. */
  readonly derived?: string;
}

/** What stands at a path. */
export interface Occupant {
  /** Of a folder, or of a file that proved to be another photo: -1, so that no file takes it for its own. */
  readonly sizeBytes: number;
  /** Set when the name is claimed by one of our own files of this library. */
  readonly owner: FileKey | null;
}

/** The names already taken, on disk or by our own rows. Paths are relative, with `/`. */
export interface TakenNames {
  at(path: string): Occupant | null;
  /** The path with its letters composed as on disk, where something stands there; else as it is. */
  spelled(path: string): string;
  /** True when nothing stands in a folder on disk, so that no name there is a stranger's. */
  isEmpty(folder: string): boolean;
  /** Names in a folder that differ from `name` only by the white space before AM/PM; usually none. */
  spaceVariants(folder: string, name: string): readonly { name: string; sizeBytes: number }[];
}

/** One file an asset should have. */
export interface PlannedFile {
  readonly key: FileKey;
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly uti: string;
}
