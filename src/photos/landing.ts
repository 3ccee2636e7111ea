/** Where files land: the words that downloading and the disk share. Paths are relative to the root, with `/`. */

/** What stands at a path. */
export interface Standing {
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** When it was last written, as its file says. */
  readonly timeMs?: number;
  /** It is a symbolic link; all else is said of what it leads to. */
  readonly isLink?: boolean;
  /** It is a symbolic link to a place in the library where nothing is. */
  readonly isDeadLink?: boolean;
}

/** A whole file that is ready for its name. */
export interface Installation {
  readonly path: string;
  readonly checksum: string;
  /** True when the file now at the path is proved to be our own older version. */
  readonly replaces: boolean;
  /** The bytes are not those of the part, but of the draft that was made of it. */
  readonly isDraft?: boolean;
}

/** What ExifTool writes into beside a draft, until that takes its name: the name of the draft and this. */
export const BESIDE_DRAFT = "_exiftool_tmp";

/** A copy that may be changed before it gets its name. */
export interface Draft {
  readonly path: string;
  /** For programs that work on it. */
  readonly absolutePath: string;
}
