/**
 * Turns what the library says of an asset into rows of files, inside the transaction of the page that said it.
 *
 * The decision itself is pure and lives in plan/; this is where its answer meets the rows that exist: new files are
 * asked for, changed content is asked for again, promises nobody needs any more are withdrawn. Saved files are never
 * forgotten here.
 */
import type { ZoneRow } from "../state/zones.ts";
import { RemoteError, invariant } from "../lib/errors.ts";
import { SMART_FOLDERS, smartKey } from "../photos/collection.ts";
import type { SmartFolder } from "../photos/collection.ts";
import type { AlbumChoice } from "../plan/album-choice.ts";
import type { MetadataBook } from "../download/metadata-book.ts";
import type { Values } from "../metadata/facets.ts";
import type { Asset } from "../photos/asset.ts";
import { isSameKey } from "../plan/claims.ts";
import { joinHalves } from "../photos/join.ts";
import { foldPath, isSameSpelling } from "../plan/fold.ts";
import { namesAlbums } from "../plan/folders.ts";
import { planFiles } from "../plan/plan-files.ts";
import type { FileKey, PlanRules, PlannedFile } from "../plan/rules.ts";
import { whySkip } from "../plan/selection.ts";
import type { Filters } from "../plan/selection.ts";
import { isOnDisk, isUnselected } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Arrived } from "../state/library.ts";
import type { Due } from "./due.ts";
import type { SkipReason } from "./events.ts";
import { MetadataPlan } from "./metadata-plan.ts";
import { RowSet } from "./row-set.ts";
import type { Memory } from "../state/memory.ts";
import { placesFor } from "./selected.ts";
import type { Selected } from "./selected.ts";
import { keyOf, Taken } from "./taken.ts";
import type { DiskLook, Limits } from "./taken.ts";
import { wantOf } from "./want-of.ts";

export class Planner {
  readonly #zones = new Map<number, Selected>();
  /** Numbers of the assets that this cycle has to account for. */
  readonly seen = new RowSet();
  readonly #taken: Taken;
  readonly #metadata: MetadataPlan;

  constructor(
    private readonly memory: Memory,
    private readonly disk: DiskLook,
    private readonly rules: PlanRules,
    private readonly filters: Filters,
    readonly cycle: number,
    /** Files are kept per album now and were not, or the other way round: those that exist belong to the new places. */
    private readonly isRearranged = false,
    /** What is to be written into and beside files; null for nothing. */
    book: MetadataBook | null = null,
  ) {
    this.#metadata = new MetadataPlan(memory, book);
    this.#taken = new Taken(memory, disk);
  }

  /** From now on the zone's assets are chosen by this. */
  use(zone: number, albums: AlbumChoice, boundOf: (key: string) => number | null): void {
    const asked = (name: SmartFolder) => albums.wanted?.has(smartKey(name)) ?? false;
    const named = new Set([...(albums.wanted?.keys() ?? []), ...albums.excluded]);
    this.#zones.set(zone, {
      albums,
      boundOf,
      namesSmart: SMART_FOLDERS.some((name) => named.has(smartKey(name))),
      filters: {
        ...this.filters,
        keepHidden: asked("Hidden"),
        keepDeleted: asked("Recently Deleted"),
      },
    });
  }

  /**
   * Plans one asset and adds what became due to `due`. `known` are its halves when this cycle's page has just brought
   * both of them.
   */
  plan(zone: ZoneRow, assetId: string, due: Due, known?: Arrived): void {
    this.#plan(zone, assetId, due, known);
  }

  /**
   * Plans one asset by other settings than the last time: what was promised and is not there takes its name by these.
   * Not while anything is fetched.
   */
  planAnew(zone: ZoneRow, assetId: string, due: Due): void {
    // After a power cut a file may have its name, and its row not know.
    const isThere = ({ path, size_bytes }: FileRow) => this.disk.sizeAt(path) === size_bytes;
    const isUnnamed = (row: FileRow) => isPromise(row) && !isThere(row);
    this.#plan(zone, assetId, due, undefined, isUnnamed);
  }

  #plan(
    zone: ZoneRow,
    assetId: string,
    due: Due,
    known: Arrived | undefined,
    isUnnamed: (row: FileRow) => boolean = () => false,
  ): void {
    const { library } = this.memory;
    const halves = known ?? library.halves(zone.id, assetId);
    if (!halves || halves.isGone) return;
    if (!halves.master) return this.#settle(halves.id, null);
    const asset = joinHalves(zone.name, halves.asset, halves.master);
    const choice = this.#zones.get(zone.id);
    invariant(choice, "a zone's choice is known before its assets are planned");
    const places =
      whySkip(asset, choice.filters) ?? placesFor(this.memory, zone.id, asset, halves, choice);
    // Albums of one title share a folder, so they share the file.
    const titles = typeof places === "string" ? [] : places.map((place) => place.title);
    const albums = [...new Set(titles)];
    const rows = known?.isNew ? [] : this.#arranged(halves.id, albums);
    const named = rows.filter((row) => !isUnnamed(row));
    const values = this.#metadata.values(zone.id, halves.asset);
    const planned = this.#filesIn(albums, asset, named, values);
    this.#meet(zone.id, halves.id, asset, planned, rows, due);
    this.#metadata.want(halves.id, values);
    const reason = typeof places === "string" ? places : "no-version";
    // What the page itself brought is noted as seen already.
    if (planned.length === 0) this.#settle(halves.id, reason);
    else if (!known) this.#settle(halves.id, null);
  }

  #settle(assetId: number, skip: SkipReason | null): void {
    this.memory.library.settle(assetId, this.cycle, skip);
    this.seen.add(assetId);
  }

  /** Plans an asset that was left out by its date, if it is not any more. */
  planIfInRange(zone: ZoneRow, assetId: string, due: Due): void {
    const halves = this.memory.library.halves(zone.id, assetId);
    const filters = this.#zones.get(zone.id)?.filters;
    if (!halves?.master || !filters) return;
    const asset = joinHalves(zone.name, halves.asset, halves.master);
    if (whySkip(asset, filters) !== "date-range") this.plan(zone, assetId, due);
  }

  /**
   * The asset is gone from iCloud: what was never fetched need not be. Answers the paths of files that were promised and
   * are lost by that, and whether any file of it stays on disk.
   */
  drop(zone: ZoneRow, assetId: string): { lost: string[]; isKept: boolean } {
    const { files, library } = this.memory;
    const { id } = library.halves(zone.id, assetId)!;
    const before = files.ofAsset(id);
    for (const row of before) this.#leaveOut(row);
    this.#settle(id, "gone");
    const after = new Set(files.ofAsset(id).map((row) => row.id));
    const lost = before.filter((row) => row.state === "promised" && !after.has(row.id));
    return { lost: lost.map(({ path }) => path), isKept: after.size > 0 };
  }

  /**
   * Names the saved files of an asset would get if they were laid out anew; only those that differ. `isMeant` says that
   * they are to get them: the files of a photo that is gone, which is never planned again, then go from albums to dates.
   */
  moves(zone: ZoneRow, assetId: string, isMeant: boolean): { row: FileRow; path: string }[] {
    const { files, library } = this.memory;
    const halves = library.halves(zone.id, assetId);
    if (!halves?.master) return [];
    const isPerAlbum = namesAlbums(this.rules.folderStructure);
    if (isMeant && halves.isGone && !isPerAlbum) this.#rearrange(halves.id, [""]);
    const isMovable = (row: FileRow) => isOnDisk(row) && row.origin !== "unproven";
    const rows = files.ofAsset(halves.id).filter(isMovable);
    const asset = joinHalves(zone.name, halves.asset, halves.master);
    // What was left behind in an album has no place in a layout without albums.
    const isPlaced = (row: FileRow) => row.album === "" || isPerAlbum;
    const albums = new Set(rows.filter(isPlaced).map((row) => row.album));
    const values = this.#metadata.values(zone.id, halves.asset);
    return this.#filesIn([...albums], asset, [], values).flatMap((file) => {
      const row = rows.find((one) => isFor(file.key, one));
      return row && !isSameSpelling(row.path, file.path) ? [{ row, path: file.path }] : [];
    });
  }

  /** Another name for a row, none of those where strangers were found. */
  rename(row: FileRow, zoneName: string, refuted: ReadonlySet<string>): FileRow {
    return this.memory.transaction(() => {
      const { files, haves, library } = this.memory;
      if (!files.byId(row.id)) throw new RemoteError("gone", "The photo is gone from iCloud");
      const halves = library.halves(row.zone, row.asset)!;
      const asset = joinHalves(zoneName, halves.asset, halves.master!);
      const rows = files.ofAsset(row.asset_id).filter((other) => other.id !== row.id);
      const meant = this.#files(asset, row.album, rows, { refuted });
      const values = this.#metadata.values(row.zone, halves.asset);
      const taken = this.#taken.names({ refuted });
      const sidecars = this.#metadata.sidecars(meant, rows, values, taken);
      const planned = [...meant, ...sidecars].find((file) => isFor(file.key, row));
      if (!planned) throw new RemoteError("gone", "Nobody wants the file any more");
      haves.moveOn(row, planned.path, foldPath(planned.path));
      if (row.derived === "") this.#metadata.follow(row, planned.path);
      return files.byId(row.id)!;
    });
  }

  #arranged(assetId: number, albums: readonly string[]): readonly FileRow[] {
    if (this.isRearranged) this.#rearrange(assetId, albums);
    return this.memory.files.ofAsset(assetId);
  }

  // Rows that a change of arrangement left without a place are given one that has none yet.
  #rearrange(assetId: number, albums: readonly string[]): void {
    const { files, wants } = this.memory;
    const held = new Set(files.ofAsset(assetId).map((row) => row.album));
    const vacant = albums.filter((album) => !held.has(album));
    const astray = [...held].filter((album) => !albums.includes(album));
    for (const [index, album] of vacant.slice(0, astray.length).entries()) {
      wants.rearrange(assetId, astray[index]!, album);
    }
  }

  #filesIn(
    albums: readonly string[],
    asset: Asset,
    rows: readonly FileRow[],
    values: Values,
  ): PlannedFile[] {
    const files: PlannedFile[] = [];
    for (const album of albums) files.push(...this.#files(asset, album, rows, { besides: files }));
    const taken = this.#taken.names({ besides: files });
    return [...files, ...this.#metadata.sidecars(files, rows, values, taken)];
  }

  #files(
    asset: Asset,
    album: string,
    rows: readonly FileRow[],
    limits: Limits = {},
  ): PlannedFile[] {
    const known = rows
      .filter((row) => row.album === album)
      .map((row) => ({ key: keyOf(row), path: row.path }));
    return planFiles({ asset, album, rules: this.rules, known, taken: this.#taken.names(limits) });
  }

  #meet(
    zone: number,
    assetId: number,
    asset: Asset,
    planned: readonly PlannedFile[],
    rows: readonly FileRow[],
    due: Due,
  ): void {
    const { wants } = this.memory;
    for (const file of planned) {
      const row = rows.find((one) => isFor(file.key, one));
      if (!row || !isOnDisk(row) || row.checksum !== file.checksum)
        due.checksums.add(file.checksum);
      if (row && isUnselected(row)) wants.takeIn(row.id);
      if (row && row.path !== file.path) wants.rename(row, file.path, foldPath(file.path));
      // Apple may have put a size right; what is here has its size.
      const isDue = row?.state === "promised" || row?.state === "outdated";
      const isCurrent = !isDue || row.size_bytes === file.sizeBytes;
      if (row && row.checksum === file.checksum && isCurrent) continue;
      if (row) wants.wantAgain(row.id, file.checksum, file.sizeBytes);
      else wants.insert(wantOf(zone, assetId, file, asset));
      if (row && !isOnDisk(row)) continue;
      due.files += 1;
      due.bytes += file.sizeBytes;
    }
    for (const row of rows) {
      if (row.state !== "left-out" && !planned.some((file) => isFor(file.key, row)))
        this.#leaveOut(row);
    }
  }

  #leaveOut(row: FileRow): void {
    const { wants, places } = this.memory;
    const standingBytes = this.disk.sizeAt(row.path);
    // After a crash a file may have its name, and its row not know.
    const mayBeThere =
      row.derived === "" ? standingBytes === row.size_bytes : standingBytes !== null;
    if (isPromise(row) && mayBeThere) return wants.doubt(row.id);
    wants.leaveOut(row.id, standingBytes);
    // An older version that was to be replaced may be lost meanwhile; only saved files are looked for.
    if (row.state === "outdated" && standingBytes === null) places.lose([row.id]);
  }
}

function isPromise({ state }: FileRow): boolean {
  return state === "promised" || state === "doubted";
}

function isFor(key: FileKey, row: FileRow): boolean {
  return isSameKey(key, keyOf(row));
}
