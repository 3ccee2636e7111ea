/** What each file should say of its photo by the settings and by what iCloud says today. Reads the memory only. */
import {
  embeddedFacets,
  FACETS,
  fingerprint,
  sidecarFacets,
  valuesOf,
} from "../metadata/facets.ts";
import type { Facet as FacetName, MetadataOptions, Values } from "../metadata/facets.ts";
import { factsOf } from "../metadata/facts.ts";
import type { AssetHalf } from "../photos/page.ts";
import type { Have } from "../metadata/due.ts";
import type { Facet, FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";

export class MetadataBook {
  /** What goes into the files themselves. */
  readonly embedded: ReadonlySet<FacetName>;
  readonly beside: ReadonlySet<FacetName>;
  /** What stays in files as it is. */
  readonly off: readonly FacetName[];

  constructor(
    private readonly memory: Memory,
    options: MetadataOptions,
    private readonly timeZone: string,
  ) {
    this.embedded = embeddedFacets(options);
    this.beside = sidecarFacets(options);
    this.off = FACETS.filter((facet) => !this.embedded.has(facet));
  }

  /** All that iCloud says of an asset. */
  values(zone: number, asset: AssetHalf): Values {
    const albums = this.memory.albums.titlesOf(zone, asset.id);
    return valuesOf(factsOf(asset, albums), this.timeZone);
  }

  /** The same of the asset of a row; nothing when it is not known any more. */
  valuesOfRow({ zone, asset }: FileRow): Values {
    const halves = this.memory.library.halves(zone, asset);
    return halves ? this.values(zone, halves.asset) : {};
  }

  /** What is to be in the files of an asset themselves. */
  wanted(values: Values): Facet[] {
    return hashes(values, this.embedded);
  }

  /** What tells versions of a sidecar apart. `file` keeps those of two files apart. */
  sidecarContent(values: Values, file: string): string {
    const text = JSON.stringify([file, hashes(values, this.beside)]);
    return new Bun.CryptoHasher("sha1").update(text).digest("base64");
  }
}

/** What was written into a file, as it is known of its row. */
export function haveOf(written: readonly Facet[]): Have {
  return new Map(written.map(({ facet, hash }) => [facet as FacetName, hash]));
}

/** The reverse of `haveOf`. */
export function writtenOf(have: Have): Facet[] {
  return [...have].map(([facet, hash]) => ({ facet, hash }));
}

function hashes(values: Values, on: ReadonlySet<FacetName>): Facet[] {
  return [...on].flatMap((facet) => {
    const hash = fingerprint(values[facet]);
    return hash === null ? [] : [{ facet, hash }];
  });
}
