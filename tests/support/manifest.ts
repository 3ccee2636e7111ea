/** What the simulator says its library holds. */
export interface ManifestFile {
  readonly key: string;
  readonly size: number;
  readonly fileChecksum: string;
  readonly sha256: string;
}

export interface ManifestAsset {
  readonly recordName: string;
  readonly fileName: string | null;
  readonly hidden: boolean;
  readonly deleted: boolean;
  readonly burst: { readonly isPick: boolean } | null;
  readonly renditions: readonly ManifestFile[];
}

export function readManifest(text: string): ManifestAsset[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ManifestAsset);
}

/** Renditions that a sync with default settings brings. */
const WANTED = new Set(["original", "live_original"]);

/** The files of one asset that should be on disk. Apple lists the pick of a burst alone. */
export function filesWanted(asset: ManifestAsset): readonly ManifestFile[] {
  if (asset.hidden || asset.deleted || asset.burst?.isPick === false) return [];
  return asset.renditions.filter(({ key }) => WANTED.has(key));
}
