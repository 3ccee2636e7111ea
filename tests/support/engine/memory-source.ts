/** A library in memory that answers like Apple: ranks, tokens, changes, lookups, and the bytes. */
import type { ContentStream } from "../../../src/download/ports.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { RemoteError } from "../../../src/lib/errors.ts";
import type {
  AlbumRecord,
  AssetHalf,
  ChangesPage,
  DownloadUrl,
  ListingPage,
  MasterHalf,
  Membership,
  Page,
  Zone,
} from "../../../src/photos/page.ts";
import type { Collection } from "../../../src/photos/collection.ts";
import { LOOKUP_MAX } from "../../../src/sync/ports.ts";
import type { Source } from "../../../src/sync/ports.ts";
import { appleChecksum, inChunks } from "./content.ts";
import type { Photo } from "./photo.ts";
import { ZONE, aPage } from "./records.ts";

type RecordOf =
  | { readonly kind: "master"; readonly half: MasterHalf }
  | { readonly kind: "asset"; readonly half: AssetHalf }
  | { readonly kind: "album"; readonly album: AlbumRecord }
  | { readonly kind: "membership"; readonly membership: Membership }
  | { readonly kind: "gone" };

/** Assets on a full page of the library. */
const PAGE_ASSETS = 100;
const CHANGES_MAX = 200;
const URL_LIFE_MS = 3_600_000;

export class MemorySource implements Source {
  /** Calls by name and what they asked, oldest first: `listing 0`, `lookup A,B`. */
  readonly calls: string[] = [];
  /** Every opening of content. */
  readonly opened: { readonly checksum: string; readonly fromByte: number }[] = [];
  readonly #records = new Map<string, { seq: number; record: RecordOf }>();
  readonly #contents = new Map<string, Uint8Array>();
  #seq = 0;
  #epoch = "epoch-1";
  #generation = 1;

  constructor(
    private readonly clock: Clock,
    private readonly chunkBytes = 400,
  ) {}

  add(...photos: readonly Photo[]): void {
    for (const { master, asset, contents } of photos) {
      for (const bytes of contents) this.#contents.set(appleChecksum(bytes), bytes);
      if (!this.#records.has(master.id)) this.putMaster(master);
      this.putAsset(asset);
    }
  }

  putMaster(half: MasterHalf): void {
    this.#put(half.id, { kind: "master", half });
  }

  putAsset(half: AssetHalf): void {
    this.#put(half.id, { kind: "asset", half });
  }

  putAlbum(album: AlbumRecord): void {
    this.#put(album.id, { kind: "album", album });
  }

  putMembership(membership: Membership): void {
    const name = `${membership.assetId}-IN-${membership.albumId}`;
    this.#put(name, { kind: "membership", membership });
  }

  remove(...names: readonly string[]): void {
    for (const name of names) this.#put(name, { kind: "gone" });
  }

  /** Other bytes for a photo, under its old name. */
  replace(photo: Photo): void {
    for (const bytes of photo.contents) this.#contents.set(appleChecksum(bytes), bytes);
    this.putMaster(photo.master);
  }

  /** From now on the bytes of a checksum are others than promised. */
  corrupt(checksum: string, bytes: Uint8Array): void {
    this.#contents.set(checksum, bytes);
  }

  forgetTokens(): void {
    this.#epoch += "+";
  }

  /** Addresses given out until now do not work any more. */
  expireAddresses(): void {
    this.#generation += 1;
  }

  get token(): string {
    return `${this.#epoch}:${this.#seq}`;
  }

  async changedZones(_database: "private" | "shared", token: string | null) {
    this.calls.push(`changedZones ${token}`);
    const isNew = token === null || this.#since(token) < this.#seq;
    return { token: this.token, zones: isNew ? [ZONE] : [] };
  }

  async isIndexed(_zone: Zone): Promise<boolean> {
    return true;
  }

  async count(_zone: Zone, _collection: Collection): Promise<number | null> {
    return this.#ranked().length;
  }

  async listing(_zone: Zone, _collection: Collection, startRank: number): Promise<ListingPage> {
    this.calls.push(`listing ${startRank}`);
    const assets = this.#ranked().slice(startRank, startRank + PAGE_ASSETS);
    const masters = new Set(assets.map((asset) => asset.masterId!));
    const names = [...masters, ...assets.map((asset) => asset.id)];
    return { ...this.#page(names), isFull: assets.length === PAGE_ASSETS };
  }

  async albums(_zone: Zone) {
    const albums = [...this.#records.values()].flatMap(({ record }) =>
      record.kind === "album" ? [record.album] : [],
    );
    return { albums, faults: [], token: this.token };
  }

  async changes(_zone: Zone, token: string): Promise<ChangesPage> {
    this.calls.push(`changes ${token}`);
    const since = this.#since(token);
    const later = [...this.#records].filter(([, { seq }]) => seq > since);
    later.sort(([, one], [, other]) => one.seq - other.seq);
    const names = later.slice(0, CHANGES_MAX).map(([name]) => name);
    const reached = later[names.length - 1]?.[1].seq ?? this.#seq;
    const moreComing = later.length > CHANGES_MAX;
    return { ...this.#page(names), token: `${this.#epoch}:${reached}`, moreComing };
  }

  async lookup(_zone: Zone, names: readonly string[]): Promise<Page> {
    this.calls.push(`lookup ${names.join(",")}`);
    if (names.length > LOOKUP_MAX) throw new RemoteError("too-large", "Too many names");
    return this.#page(names);
  }

  open = async (address: string, fromByte: number): Promise<ContentStream | "unsatisfiable"> => {
    const [checksum, generation] = address.slice("memory:".length).split("#");
    this.opened.push({ checksum: checksum!, fromByte });
    if (Number(generation) < this.#generation) throw new RemoteError("expired-url", "Too old");
    const bytes = this.#contents.get(checksum!);
    if (!bytes) throw new RemoteError("gone", "No such content");
    if (fromByte > bytes.length) return "unsatisfiable";
    return {
      fromByte,
      lengthBytes: bytes.length - fromByte,
      totalBytes: bytes.length,
      contentType: "application/octet-stream",
      body: inChunks(bytes.subarray(fromByte), this.chunkBytes),
      cancel: () => undefined,
    };
  };

  #put(name: string, record: RecordOf): void {
    this.#seq += 1;
    this.#records.set(name, { seq: this.#seq, record });
  }

  #since(token: string): number {
    const [epoch, seq] = token.split(":");
    if (epoch !== this.#epoch) throw new RemoteError("bad-token", "Unknown sync continuation type");
    return Number(seq);
  }

  // Newest first; neither hidden nor deleted ones.
  #ranked(): AssetHalf[] {
    const assets = [...this.#records.values()].flatMap(({ record }) =>
      record.kind === "asset" && !record.half.isHidden && !record.half.isDeleted
        ? [record.half]
        : [],
    );
    return assets.sort((one, other) => (other.createdMs ?? 0) - (one.createdMs ?? 0));
  }

  #page(names: readonly string[]): Page {
    const records = names.map(
      (name) => this.#records.get(name)?.record ?? ({ kind: "gone" } as const),
    );
    const of = <Kind extends RecordOf["kind"]>(kind: Kind) =>
      records.filter((record): record is Extract<RecordOf, { kind: Kind }> => record.kind === kind);
    const masters = of("master").map(({ half }) => half);
    const assets = of("asset").map(({ half }) => half);
    return aPage({
      masters,
      assets,
      albums: of("album").map(({ album }) => album),
      memberships: of("membership").map(({ membership }) => membership),
      tombstones: names.filter((_, index) => records[index]!.kind === "gone"),
      urls: [...masters, ...assets].flatMap((half) => this.#urls(half)),
      token: this.token,
    });
  }

  #urls(half: MasterHalf | AssetHalf): DownloadUrl[] {
    return Object.values(half.resources).map(({ checksum }) => ({
      checksum,
      url: `memory:${checksum}#${this.#generation}`,
      expiresMs: this.clock.now() + URL_LIFE_MS,
    }));
  }
}

/** A source that answers some calls differently. */
export function over(source: Source, changes: Partial<Source>): Source {
  return {
    changedZones: (database, token) => source.changedZones(database, token),
    isIndexed: (zone) => source.isIndexed(zone),
    count: (zone, collection) => source.count(zone, collection),
    listing: (zone, collection, rank) => source.listing(zone, collection, rank),
    albums: (zone) => source.albums(zone),
    changes: (zone, token) => source.changes(zone, token),
    lookup: (zone, names) => source.lookup(zone, names),
    ...changes,
  };
}
