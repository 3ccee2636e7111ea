/** What the simulator says its library holds. */
export interface ManifestFile {
  readonly key: string;
  readonly size: number;
  readonly fileChecksum: string;
  readonly sha256: string;
}

export interface ManifestAsset {
  readonly recordName: string;
  readonly masterName: string;
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

/** The files that an asset consists of here. Apple lists the pick of a burst alone. */
export function filesOf(asset: ManifestAsset): readonly ManifestFile[] {
  if (asset.burst?.isPick === false) return [];
  return asset.renditions.filter(({ key }) => WANTED.has(key));
}

/** The files of one asset that must be on disk; those of hidden and deleted ones may be, from before. */
export function filesWanted(asset: ManifestAsset): readonly ManifestFile[] {
  return asset.hidden || asset.deleted ? [] : filesOf(asset);
}
