/**
 * Turns what the library says of an asset into rows of files, inside the transaction of the page that said it.
 *
 * The decision itself is pure and lives in plan/; this is where its answer meets the rows that exist: new files are
 * asked for, changed content is asked for again, promises nobody needs any more are withdrawn. Saved files are never
 * forgotten here.
 */
import { posix } from "node:path";
import type { Asset } from "../photos/asset.ts";
import { joinHalves } from "../photos/join.ts";
import { foldPath } from "../plan/fold.ts";
import { withoutMeridiemSpace } from "../plan/meridiem.ts";
import { planFiles } from "../plan/plan-files.ts";
import type { FileKey, Occupant, PlanRules, PlannedFile, TakenNames } from "../plan/rules.ts";
import { whySkip } from "../plan/selection.ts";
import type { Filters } from "../plan/selection.ts";
import type { FileRow } from "../state/files.ts";
import type { ZoneRow } from "../state/library.ts";
import type { Memory } from "../state/memory.ts";

/** A look at the target folder, as cheap as planning needs it. */
export interface DiskLook {
  /** Size of what stands at a path, null for nothing. */
  sizeAt(path: string): number | null;
  namesIn(folder: string): Iterable<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

export interface Due {
  files: number;
  bytes: number;
}

export class Planner {
  constructor(
    private readonly memory: Memory,
    private readonly disk: DiskLook,
    private readonly rules: PlanRules,
    private readonly filters: Filters,
    private readonly cycle: number,
  ) {}

  /** Plans one asset and adds what became due to `due`. */
  plan(zone: ZoneRow, assetId: string, due: Due): void {
    const { library, files } = this.memory;
    const halves = library.halves(zone.id, assetId);
    if (!halves) return;
    const rows = files.ofAsset(zone.id, assetId);
    if (!halves.master) return library.settle(zone.id, assetId, this.cycle, null);
    const asset = joinHalves(zone.name, halves.asset, halves.master);
    const skip = whySkip(asset, this.filters);
    const planned = skip === null ? this.#files(asset, rows) : [];
    this.#meet(zone.id, asset, planned, rows, due);
    const reason = skip ?? (planned.length === 0 ? "no-version" : null);
    library.settle(zone.id, assetId, this.cycle, reason);
  }

  /** The asset is gone from iCloud: what was never fetched need not be. */
  drop(zone: ZoneRow, assetId: string): void {
    for (const row of this.memory.files.ofAsset(zone.id, assetId))
      this.memory.files.withdraw(row.id);
  }

  /** Another name for a row, none of those where strangers were found. */
  rename(row: FileRow, zoneName: string, refuted: ReadonlySet<string>): FileRow {
    return this.memory.transaction(() => {
      const { files, library } = this.memory;
      const halves = library.halves(row.zone, row.asset)!;
      const asset = joinHalves(zoneName, halves.asset, halves.master!);
      const rows = files.ofAsset(row.zone, row.asset).filter((other) => other.id !== row.id);
      const planned = this.#files(asset, rows, refuted).find((file) => isFor(file.key, row));
      if (planned) files.rename(row.id, planned.path, foldPath(planned.path));
      return files.byId(row.id)!;
    });
  }

  #files(
    asset: Asset,
    rows: readonly FileRow[],
    refuted: ReadonlySet<string> = NOTHING,
  ): PlannedFile[] {
    const known = rows.map((row) => ({ key: keyOf(row), path: row.path }));
    const taken = this.#taken(refuted);
    return planFiles({ asset, album: "", rules: this.rules, known, taken });
  }

  #meet(
    zone: number,
    asset: Asset,
    planned: readonly PlannedFile[],
    rows: readonly FileRow[],
    due: Due,
  ): void {
    const { files } = this.memory;
    for (const file of planned) {
      const row = rows.find((one) => isFor(file.key, one));
      if (row && row.checksum === file.checksum) continue;
      if (row) files.wantAgain(row.id, file.checksum, file.sizeBytes);
      else files.insert({ zone, ...file.key, ...pathOf(file), ...contentOf(file, asset) });
      if (row && row.status !== "saved") continue;
      due.files += 1;
      due.bytes += file.sizeBytes;
    }
    for (const row of rows) {
      if (!planned.some((file) => isFor(file.key, row))) files.withdraw(row.id);
    }
  }

  #taken(refuted: ReadonlySet<string>): TakenNames {
    return {
      at: (path) => this.#occupant(path, refuted),
      spaceVariants: (folder, name) => this.#spaceVariants(folder, name),
    };
  }

  #occupant(path: string, refuted: ReadonlySet<string>): Occupant | null {
    if (refuted.has(path)) return { sizeBytes: -1, owner: null };
    const row = this.memory.files.atKey(foldPath(path));
    if (row) return { sizeBytes: row.size_bytes, owner: keyOf(row) };
    const sizeBytes = this.disk.sizeAt(path);
    return sizeBytes === null ? null : { sizeBytes, owner: null };
  }

  #spaceVariants(folder: string, name: string): { name: string; sizeBytes: number }[] {
    const wanted = withoutMeridiemSpace(name);
    const variants: { name: string; sizeBytes: number }[] = [];
    for (const other of this.disk.namesIn(folder)) {
      if (other === name || withoutMeridiemSpace(other) !== wanted) continue;
      const sizeBytes = this.disk.sizeAt(posix.join(folder, other));
      if (sizeBytes !== null) variants.push({ name: other, sizeBytes });
    }
    return variants;
  }
}

function keyOf(row: FileRow): FileKey {
  return { asset: row.asset, rendition: row.rendition, album: row.album };
}

function isFor(key: FileKey, row: FileRow): boolean {
  return key.rendition === row.rendition && key.album === row.album && key.asset === row.asset;
}

function pathOf(file: PlannedFile): { path: string; pathKey: string } {
  return { path: file.path, pathKey: foldPath(file.path) };
}

function contentOf(file: PlannedFile, asset: Asset) {
  return { checksum: file.checksum, sizeBytes: file.sizeBytes, createdMs: asset.createdMs };
}
