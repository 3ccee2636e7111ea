/** The worked examples of settings, library and disk in `fixtures/path-vectors.jsonl`. */
import { readFileSync } from "node:fs";
import type { AssetKind, Rendition } from "../../src/photos/asset.ts";
import type { LiveMode } from "../../src/plan/rules.ts";

export interface Vector {
  readonly id: string;
  readonly desc: string;
  readonly tz: string;
  readonly cfg: VectorSettings;
  /** Sizes of the files that are there, by path. */
  readonly disk: Readonly<Record<string, number>>;
  readonly assets: readonly VectorAsset[];
  /** Per asset: the version and path of each file to download. */
  readonly build: readonly (readonly [Version, string][])[];
}

export interface VectorSettings {
  readonly fs?: string;
  readonly album?: string;
  readonly size?: Version;
  readonly lps?: Version;
  readonly lpm?: LiveMode;
  readonly raw?: "original" | "alternative";
  readonly force?: 1;
  readonly id7?: 1;
  readonly uni?: 1;
  readonly movorig?: 1;
}

export interface VectorAsset {
  /** The name of its CPLMaster. */
  readonly id: string;
  readonly name: string | null;
  readonly kind: AssetKind;
  readonly date: number;
  readonly resources: readonly { version: Version; uti: string; sizeBytes: number }[];
}

export const VERSIONS = {
  O: "original",
  A: "alternative",
  M: "medium",
  T: "thumb",
  J: "adjusted",
  LO: "live_original",
  LM: "live_medium",
  LT: "live_thumb",
  LA: "live_adjusted",
} as const satisfies Record<string, Rendition>;

export type Version = keyof typeof VERSIONS;

export const vectors: readonly Vector[] = readFileSync(
  new URL("../fixtures/path-vectors.jsonl", import.meta.url),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Vector);
