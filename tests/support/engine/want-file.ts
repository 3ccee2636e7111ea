import type { Want } from "../../../src/state/files.ts";
import { CHANGES } from "../../../src/state/library.ts";
import type { Memory } from "../../../src/state/memory.ts";
import { aPage, anAsset } from "./records.ts";

/** Asks for a file, and lets the library know its asset, which every file has. */
export function wantFile({ library, files }: Memory, want: Want): void {
  library.apply(want.zone, aPage({ assets: [anAsset({ id: want.asset })] }), CHANGES, 0);
  files.insert(want);
}
