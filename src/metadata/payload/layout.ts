/** Where in a file the picture is, apart from what is said about it: the two sides of a comparison. */

export interface Range {
  readonly at: number;
  readonly lengthBytes: number;
}

/** Bytes that belong together, for instance one item, one chunk, or all samples of a track. */
export interface Piece {
  readonly label: string;
  readonly ranges: readonly Range[];
}

export interface Layout {
  /** What has to be there with the same bytes, in the same order. */
  readonly pieces: readonly Piece[];
  /** Facts of the structure that have to be equal, in the same order. */
  readonly facts: readonly string[];
  /** References between items and names of keys: none may go, and only those that describe (`cdsc`, `key`) may come. */
  readonly references: readonly string[];
}

export function piece(label: string, at: number, lengthBytes: number): Piece {
  return { label, ranges: [{ at, lengthBytes }] };
}

export const NO_LAYOUT: Layout = { pieces: [], facts: [], references: [] };
