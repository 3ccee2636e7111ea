/** Which of Apple's own folders an asset is in, read from its fields. */
import type { AssetKind } from "./asset.ts";
import type { SmartFolder } from "./collection.ts";
import type { AssetHalf, MasterHalf } from "./page.ts";

type Test = (asset: AssetHalf, master: MasterHalf, kind: AssetKind) => boolean;

const [PANORAMA, SLO_MO, TIME_LAPSE] = [1, 100, 101];
const [LIVE, SCREENSHOT] = [2, 3];
const [PORTRAIT_BIT, LONG_EXPOSURE_BIT] = [2, 4];

const TESTS: Record<SmartFolder, Test> = {
  "Time-lapse": ({ subtype, subtypeV2 }) => subtype === TIME_LAPSE || subtypeV2 === TIME_LAPSE,
  Videos: (_asset, _master, kind) => kind === "movie",
  "Slo-mo": ({ subtype }) => subtype === SLO_MO,
  Bursts: ({ burstId }) => Boolean(burstId),
  Favorites: ({ isFavorite }) => isFavorite === true,
  Panoramas: ({ subtype }) => subtype === PANORAMA,
  Screenshots: ({ subtypeV2 }) => subtypeV2 === SCREENSHOT,
  Live: ({ subtypeV2 }, master, kind) =>
    kind === "image" && (subtypeV2 === LIVE || master.resources.OriginalVidCompl !== undefined),
  Portrait: ({ renderType }) => ((renderType ?? 0) & PORTRAIT_BIT) !== 0,
  "Long Exposure": ({ renderType }) => ((renderType ?? 0) & LONG_EXPOSURE_BIT) !== 0,
  Animated: (_asset, { itemType }) => itemType === "com.compuserve.gif",
  "Recently Deleted": ({ isDeleted }) => isDeleted === true,
  Hidden: ({ isHidden }) => isHidden === true,
};

const ENTRIES = Object.entries(TESTS) as [SmartFolder, Test][];

/** What is deleted or hidden is in no other folder. */
export function smartFoldersOf(
  kind: AssetKind,
  asset: AssetHalf,
  master: MasterHalf,
): SmartFolder[] {
  if (asset.isDeleted) return ["Recently Deleted"];
  if (asset.isHidden) return ["Hidden"];
  return ENTRIES.filter(([, test]) => test(asset, master, kind)).map(([name]) => name);
}
