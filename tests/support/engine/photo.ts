/** A photo of the library in memory: its two halves and the bytes behind them. */
import type { Resource } from "../../../src/photos/asset.ts";
import type { AssetHalf, MasterHalf, ResourceField } from "../../../src/photos/page.ts";
import { bytesOf } from "./content.ts";
import { SUMMER_MS, aMaster, aResource, anAsset } from "./records.ts";

export interface Photo {
  readonly asset: AssetHalf;
  readonly master: MasterHalf;
  readonly contents: readonly Uint8Array[];
}

export interface PhotoWish {
  readonly id: string;
  /** Ends of the two record names; photos of one content share it. */
  readonly content?: string;
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly createdMs?: number;
  /** Size of the movie of a live photo. */
  readonly movieBytes?: number;
  readonly asset?: Partial<AssetHalf>;
  readonly master?: Partial<MasterHalf>;
}

/** A photo named after its id, `A` becomes `A.JPG`. */
export function aPhoto(wish: PhotoWish): Photo {
  const content = wish.content ?? wish.id;
  const still = bytesOf(content, wish.sizeBytes ?? 1000);
  const contents = [still];
  const resources: Partial<Record<ResourceField, Resource>> = { Original: aResource(still) };
  if (wish.movieBytes !== undefined) {
    const movie = bytesOf(`${content} movie`, wish.movieBytes);
    resources.OriginalVidCompl = aResource(movie, "com.apple.quicktime-movie");
    contents.push(movie);
  }
  const id = wish.master?.id ?? `MASTER-${content}`;
  const name = wish.name ?? `${wish.id}.JPG`;
  const createdMs = wish.createdMs ?? SUMMER_MS;
  return {
    master: aMaster({ id, name, resources, ...wish.master }),
    asset: anAsset({ id: wish.id, masterId: id, createdMs, ...wish.asset }),
    contents,
  };
}
