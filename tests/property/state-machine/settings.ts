/** The settings the test turns, few enough that the model of them stays small. */
import { chosen } from "./steps.ts";
import type { Album } from "./library.ts";

export interface Settings {
  readonly template: "%Y/%m/%d" | "%Y" | "none" | "{album}/%Y";
  readonly sizes: readonly ("original" | "adjusted")[];
  readonly liveMode: "both" | "image-only" | "video-only" | "skip";
  readonly copies: "copy" | "hardlink" | "symlink";
  readonly isEveryLibrary: boolean;
  readonly isMoving: boolean;
  readonly recent: number | null;
  /** Titles. */
  readonly albums: readonly string[];
  readonly excluded: readonly string[];
}

export const FIRST_SETTINGS: Settings = {
  template: "%Y/%m/%d",
  sizes: ["original"],
  liveMode: "both",
  copies: "copy",
  isEveryLibrary: false,
  isMoving: false,
  recent: null,
  albums: [],
  excluded: [],
};

type Turn = (settings: Settings, raw: number, albums: readonly Album[]) => Partial<Settings>;

const TEMPLATES = ["%Y/%m/%d", "%Y", "none", "{album}/%Y"] as const;
const SIZES = [["original"], ["adjusted"], ["original", "adjusted"]] as const;
const COPIES = ["copy", "hardlink", "symlink", "symlink"] as const;
const LIVE_MODES = ["both", "both", "image-only", "video-only", "skip"] as const;

const TURNS: readonly Turn[] = [
  (_, raw) => ({ template: chosen(TEMPLATES, raw)! }),
  (_, raw) => ({ sizes: chosen(SIZES, raw)! }),
  (_, raw) => ({ liveMode: chosen(LIVE_MODES, raw)! }),
  (_, raw) => ({ copies: chosen(COPIES, raw)! }),
  ({ isEveryLibrary }) => ({ isEveryLibrary: !isEveryLibrary }),
  ({ isMoving }) => ({ isMoving: !isMoving }),
  ({ recent }, raw) => ({ recent: recent === null ? 2 + (raw % 8) : null }),
  ({ albums }, raw, known) => ({ albums: albums.length > 0 ? [] : titleOf(known, raw) }),
  ({ excluded }, raw, known) => ({ excluded: excluded.length > 0 ? [] : titleOf(known, raw) }),
];

/** Other settings. The newest N is only ever asked of the whole library. */
export function turned(
  settings: Settings,
  pick: number,
  detail: number,
  albums: readonly Album[],
): Settings {
  const next = { ...settings, ...chosen(TURNS, pick)!(settings, detail, albums) };
  return isPlain(next) ? next : { ...next, recent: null };
}

/** The whole library, in one place. */
export function isPlain({ albums, excluded, template }: Settings): boolean {
  return albums.length === 0 && excluded.length === 0 && !namesAlbums(template);
}

export function namesAlbums(template: string): boolean {
  return template.includes("{album}");
}

/** What is asked for must exist, or kei rightly refuses. */
export function withKnownAlbums(settings: Settings, albums: readonly Album[]): Settings {
  const isKnown = (title: string) => albums.some((album) => album.title === title);
  return { ...settings, albums: settings.albums.filter(isKnown) };
}

function titleOf(albums: readonly Album[], raw: number): string[] {
  // One title in two folders is ambiguous, and those in folders are known by a longer name too.
  const plain = albums.filter(({ isNested }) => !isNested);
  const album = chosen(plain, raw);
  return album ? [album.title] : [];
}
