/** Builders for the tests of the planning room, and a file system that is a map. */
import type { Asset, Resource } from "../../../src/photos/asset.ts";
import { foldPath } from "../../../src/plan/fold.ts";
import { withoutMeridiemSpace } from "../../../src/plan/meridiem.ts";
import { planFiles } from "../../../src/plan/plan-files.ts";
import {
  DEFAULT_RULES,
  type Occupant,
  type PlannedFile,
  type PlanRules,
  type TakenNames,
} from "../../../src/plan/rules.ts";

/** 2018-07-31T07:22:24.816Z */
export const SUMMER_MS = 1533021744816;

export function aResource(sizeBytes: number, uti = "public.jpeg"): Resource {
  return { checksum: `checksum of ${sizeBytes} ${uti}`, sizeBytes, uti };
}

export function anAsset(changes: Partial<Asset> = {}): Asset {
  return {
    zone: "PrimarySync",
    id: "ASSET-1",
    masterId: "AY6c+BsE0jjaXx9tmVGJM1D2VcEO",
    name: "IMG_1.JPG",
    kind: "image",
    createdMs: SUMMER_MS,
    addedMs: SUMMER_MS,
    timeZoneOffset: null,
    isFavorite: false,
    isHidden: false,
    isDeleted: false,
    renditions: { original: aResource(1000) },
    ...changes,
  };
}

/** A live photo: a still and its movie. */
export function aLivePhoto(changes: Partial<Asset> = {}): Asset {
  return anAsset({
    name: "IMG_1.HEIC",
    renditions: {
      original: aResource(2000, "public.heic"),
      live_original: aResource(3000, "com.apple.quicktime-movie"),
    },
    ...changes,
  });
}

export function someRules(changes: Partial<PlanRules> = {}): PlanRules {
  return { ...DEFAULT_RULES, ...changes };
}

/** The names of a library: what was on disk before, and what is claimed as we go. */
export class NameMap implements TakenNames {
  readonly #occupants = new Map<string, Occupant & { readonly path: string }>();

  constructor(
    disk: Readonly<Record<string, number>> = {},
    private readonly keyOf: (path: string) => string = (path) => path,
  ) {
    for (const [path, sizeBytes] of Object.entries(disk)) this.put(path, sizeBytes);
  }

  put(path: string, sizeBytes: number, owner: Occupant["owner"] = null): void {
    this.#occupants.set(this.keyOf(path), { path, sizeBytes, owner });
  }

  claim(files: readonly PlannedFile[]): void {
    for (const file of files) this.put(file.path, file.sizeBytes, file.key);
  }

  at(path: string): Occupant | null {
    return this.#occupants.get(this.keyOf(path)) ?? null;
  }

  spelled(path: string): string {
    const isSpelling = (other: string) => other.normalize("NFC") === path.normalize("NFC");
    return [...this.#occupants.values()].find((one) => isSpelling(one.path))?.path ?? path;
  }

  isEmpty(folder: string): boolean {
    const start = folder === "" ? "" : this.keyOf(`${folder}/`);
    return ![...this.#occupants.keys()].some((key) => key.startsWith(start));
  }

  spaceVariants(folder: string, name: string): readonly { name: string; sizeBytes: number }[] {
    const wanted = withoutMeridiemSpace(folder === "" ? name : `${folder}/${name}`);
    return [...this.#occupants.values()]
      .filter(({ path }) => withoutMeridiemSpace(path) === wanted)
      .map(({ path, sizeBytes }) => ({ name: path.slice(path.lastIndexOf("/") + 1), sizeBytes }))
      .filter((variant) => variant.name !== name);
  }
}

/** A library on a file system that forgets case and composition. */
export function foldingNames(): NameMap {
  return new NameMap({}, foldPath);
}

/** Plans assets one after the other, claiming what they get; answers with their paths. */
export function pathsOf(
  assets: readonly Asset[],
  setting: { rules?: Partial<PlanRules>; album?: string; taken?: NameMap } = {},
): string[][] {
  const taken = setting.taken ?? new NameMap();
  return assets.map((asset) => {
    const rules = someRules(setting.rules);
    const files = planFiles({ asset, album: setting.album ?? "", rules, known: [], taken });
    taken.claim(files);
    return files.map(({ path }) => path);
  });
}
