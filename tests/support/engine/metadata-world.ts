/** A world in which metadata is written, by a double of ExifTool. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { MetadataBook } from "../../../src/download/metadata-book.ts";
import type { MetadataOptions } from "../../../src/metadata/facets.ts";
import type { AssetHalf } from "../../../src/photos/page.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { jpeg } from "../tiny-media.ts";
import { aPhoto } from "./photo.ts";
import type { Photo } from "./photo.ts";
import { aResource } from "./records.ts";
import { TagDouble, tagsIn } from "./tag-double.ts";
import { PART_SUFFIX, World } from "./world.ts";

export const NONE: MetadataOptions = {
  setDatetime: false,
  setGps: false,
  setRating: false,
  setDescription: false,
  embedXmp: false,
  writeSidecar: false,
};
export const RATING = { ...NONE, setRating: true };

/** A favourite whose bytes are a JPEG. */
export function photoOf(
  id: string,
  asset: Partial<AssetHalf> = {},
  bytes = jpeg([], `pixels of ${id}`),
): Photo {
  const photo = aPhoto({ id, asset: { isFavorite: true, ...asset } });
  const resources = { Original: aResource(bytes) };
  return { ...photo, master: { ...photo.master, resources }, contents: [bytes] };
}

export class MetadataWorld extends World {
  readonly double = new TagDouble();

  /** What a door needs to write by these options. */
  by(options: MetadataOptions, changes: Partial<CycleDoor> = {}): Partial<CycleDoor> {
    const folder = new LibraryFolder(this.root, PART_SUFFIX);
    const isEmbedding = Object.entries(options).some(([key, on]) => on && key !== "writeSidecar");
    const metadata = {
      options,
      book: new MetadataBook(this.memory, options, "UTC"),
      writer: isEmbedding ? this.double : null,
      read: (path: string) => folder.small.read(path),
      keepAside: (path: string) => folder.small.keepAside(path),
    };
    return { metadata, ...changes };
  }

  path(id: string): string {
    return join(this.root, `2018/07/31/${id}.JPG`);
  }

  tags(id: string): Record<string, unknown> {
    return tagsIn(readFileSync(this.path(id)));
  }
}
