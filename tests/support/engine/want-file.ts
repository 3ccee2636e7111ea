import { CHANGES } from "../../../src/state/origin.ts";
import type { Want } from "../../../src/state/files/wants.ts";
import type { Memory } from "../../../src/state/memory.ts";
import { aPage, anAsset } from "./records.ts";

/** A wanted file of an asset that is given by its name. */
export type NamedWant = Omit<Want, "assetId"> & { readonly asset: string };

/** Asks for a file, and lets the library know its asset, which every file has. */
export function wantFile({ library, wants }: Memory, { asset, ...want }: NamedWant): void {
  library.apply(want.zone, aPage({ assets: [anAsset({ id: asset })] }), CHANGES, 0);
  wants.insert({ ...want, assetId: library.halves(want.zone, asset)!.id });
}
