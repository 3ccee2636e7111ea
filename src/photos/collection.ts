/** What can be listed of a library: all of it, a folder that Apple fills by itself, or an album. */

/** Folders Apple fills by itself, by the names people know. */
export const SMART_FOLDERS = [
  "Time-lapse",
  "Videos",
  "Slo-mo",
  "Bursts",
  "Favorites",
  "Panoramas",
  "Screenshots",
  "Live",
  "Portrait",
  "Long Exposure",
  "Animated",
  "Recently Deleted",
  "Hidden",
] as const;

export type SmartFolder = (typeof SMART_FOLDERS)[number];

export type Collection =
  | { readonly kind: "library" }
  | { readonly kind: "smart"; readonly name: SmartFolder }
  | { readonly kind: "album"; readonly id: string };

export const WHOLE_LIBRARY: Collection = { kind: "library" };

/** A word for a collection, stable enough for the database. */
export function collectionKey(collection: Collection): string {
  switch (collection.kind) {
    case "library":
      return "library";
    case "smart":
      return `smart:${collection.name}`;
    case "album":
      return `album:${collection.id}`;
  }
}

/** Key of an album by its record name. */
export function albumKey(id: string): string {
  return collectionKey({ kind: "album", id });
}

/** Key of one of Apple's own folders. */
export function smartKey(name: SmartFolder): string {
  return collectionKey({ kind: "smart", name });
}
