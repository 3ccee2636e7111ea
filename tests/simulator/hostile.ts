/**
 * A server that means harm, as options: what it does to every client that comes. Off unless asked for; each is made of
 * faults, quirks and zones, so that the control desk can lift it again.
 */
import type { PhotosOptions } from "./photos/options.ts";

/** The options, and their help. */
export const HOSTILITIES = {
  "endless-pages": "listings go round and round under new names",
  "endless-changes": "a feed of changes that always promises more",
  "endless-zones": "a list of zones that always promises more",
  "endless-albums": "a folder in every folder",
  "marker-loop": "pages of albums that lead in a circle",
  "gzip-bomb": "a few packed megabytes that unfold to 3 GB",
  "endless-body": "answers of CloudKit that never end",
  "slow-drip": "answers of CloudKit at a byte a second",
  "foreign-zones": "shared zones named like the own library and like each other",
} as const;

export type Hostility = keyof typeof HOSTILITIES;

export const HOSTILITY_NAMES = Object.keys(HOSTILITIES) as Hostility[];

const BOMB_BYTES = 3_000_000_000;
const SHARED_LIBRARY = "SharedSync-00000000-1111-2222-3333-444444444444";

interface Means {
  readonly fault?: object;
  readonly photos?: Pick<PhotosOptions, "quirks" | "zones">;
}

const MEANS: Readonly<Record<Hostility, Means>> = {
  "endless-pages": { photos: { quirks: { endlessPages: true } } },
  "endless-changes": { photos: { quirks: { endlessChanges: true } } },
  "endless-zones": { photos: { quirks: { endlessZones: true } } },
  "endless-albums": { photos: { quirks: { endlessAlbums: true } } },
  "marker-loop": { photos: { quirks: { markerLoop: true } } },
  "gzip-bomb": { fault: { gzipBomb: BOMB_BYTES } },
  "endless-body": { fault: { endlessBody: true } },
  "slow-drip": { fault: { drip: 1 } },
  "foreign-zones": {
    photos: {
      zones: [
        { name: "PrimarySync", database: "shared", assets: 3 },
        { name: SHARED_LIBRARY, database: "private", assets: 3 },
        { name: SHARED_LIBRARY, database: "shared", owner: "_stranger", assets: 3 },
        { name: SHARED_LIBRARY, database: "shared", owner: "_friend", assets: 3 },
      ],
    },
  },
};

/** Rules for the script of faults. */
export function hostileFaults(hostile: readonly Hostility[]): object[] {
  return hostile.flatMap((name) => {
    const { fault: action } = MEANS[name];
    return action ? [{ name, match: { service: "cloudkit" }, times: "always", action }] : [];
  });
}

/** What the library is made with. */
export function hostilePhotos(
  hostile: readonly Hostility[],
): Pick<PhotosOptions, "quirks" | "zones"> {
  const parts = hostile.map((name) => MEANS[name].photos ?? {});
  return {
    quirks: Object.assign({}, ...parts.map(({ quirks }) => quirks)),
    zones: parts.flatMap(({ zones }) => zones ?? []),
  };
}
