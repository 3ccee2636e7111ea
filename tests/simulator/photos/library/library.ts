/** The whole simulated library: its zones, its clock, its quirks, and the numbers that keep things apart. */
import type { SimulatorClock } from "../../types.ts";
import { quietQuirks, type Quirks } from "../quirks.ts";
import type { DatabaseName, PhotosOptions, ZoneOptions } from "../options.ts";
import { kindNames, kinds, type Kind } from "./kinds.ts";
import { fillZone } from "./generate.ts";
import { hex } from "./random.ts";
import type { Sizes } from "./records.ts";
import { Zone } from "./zone.ts";

export class Library {
  readonly zones: Zone[] = [];
  readonly seed: number;
  readonly sizes: Sizes;
  /** Kinds to take in turn; empty mixes all. */
  readonly onlyKinds: readonly Kind[];
  /** Ids of this account and of the person whose shared library it sees. */
  readonly owner: string;
  readonly otherOwner: string;
  /** Identifies the tokens of changes/database. */
  readonly epoch: Buffer;
  quirks: Quirks = quietQuirks();
  #stamp = 0;
  #contentNumber: number;

  constructor(
    options: PhotosOptions,
    readonly clock: SimulatorClock,
  ) {
    this.seed = options.seed ?? 1;
    this.sizes = { originalBytes: options.fileBytes ?? 0, liveBytes: options.liveBytes ?? 0 };
    this.onlyKinds = (options.assetsKind ?? "").split(",").filter(Boolean).map(kindNamed);
    this.owner = `_${hex(this.seed, 1)}`;
    this.otherOwner = `_${hex(this.seed, 2)}`;
    this.epoch = Buffer.from(hex(this.seed, 3), "hex");
    // Leaves room for ten million files a seed, times 16 resources, inside 2^53.
    this.#contentNumber = (this.seed % 10_000) * 10_000_000;
    this.quirks = { ...this.quirks, ...options.quirks };
    this.addZone({ name: "PrimarySync", assets: options.assets ?? 300 });
    for (const zone of options.zones ?? []) this.addZone(zone);
  }

  /** A number no other file has. */
  nextContentNumber(): number {
    this.#contentNumber += 1;
    return this.#contentNumber;
  }

  get stamp(): number {
    return this.#stamp;
  }

  nextStamp = (): number => {
    this.#stamp += 1;
    return this.#stamp;
  };

  /** Two people may give a zone the same name; without an owner any will do. */
  findZone(database: DatabaseName, name: string | undefined, owner?: string): Zone | undefined {
    const isIt = ({ identity }: Zone): boolean =>
      identity.name === name &&
      identity.database === database &&
      (owner === undefined || identity.owner === owner);
    return this.zones.find((zone) => isIt(zone) && !zone.isDeleted);
  }

  addZone({ name, database = "private", owner, assets = 0, isDeleted = false }: ZoneOptions): Zone {
    owner ??= database === "private" ? this.owner : this.otherOwner;
    const epoch = this.freshEpoch();
    const zone = new Zone({ name, database, owner }, epoch, this.nextStamp);
    this.zones.push(zone);
    fillZone(this, zone, assets);
    zone.isDeleted = isDeleted;
    return zone;
  }

  /** Sixteen bytes no zone has had yet. */
  freshEpoch(): Buffer {
    return Buffer.from(hex(this.seed, 100 + this.nextStamp()), "hex");
  }
}

function kindNamed(name: string): Kind {
  const known = kindNames.find((each) => each === name.trim());
  if (known) return kinds[known];
  throw new RangeError(`Cannot use kind "${name}", want one of ${kindNames.join(", ")}`);
}
