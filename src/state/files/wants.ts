/** What the planner may do to the rows of files: ask for them, give them names, and stop asking. */
import type { Database } from "bun:sqlite";
import type { Rendition } from "../../photos/asset.ts";
import { Deeds } from "./deeds.ts";
import { stateOf } from "./row.ts";
import type { FileRow, FileState } from "./row.ts";

/** A file the plan asks for. */
export interface Want {
  readonly zone: number;
  /** Number of the asset's row. */
  readonly assetId: number;
  readonly rendition: Rendition;
  readonly album: string;
  /** What kei makes of the photo; left out for bytes that come from Apple. */
  readonly derived?: string;
  readonly path: string;
  readonly pathKey: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly createdMs: number;
}

/** The key of an album that was renamed, and of those that have its old title. */
export interface Bearers {
  readonly key: string;
  /** They had it before, too: what is in one of them stays with it. */
  readonly keepers: readonly string[];
  /** None has it now: all its files are the album's, whether they are in it today or not. */
  readonly isAlone: boolean;
}

export interface RetitledFile {
  readonly id: number;
  readonly state: FileState;
}

type InsertValues = [
  number,
  number,
  string,
  string,
  string,
  string,
  string,
  string,
  number,
  number,
];

export class Wants {
  readonly #deeds: Deeds;
  readonly #insert;

  constructor(private readonly db: Database) {
    this.#deeds = new Deeds(db);
    this.#insert = db.query<null, InsertValues>(
      `INSERT INTO files (zone, asset_id, rendition, album, derived, path, path_key, checksum,
         size_bytes, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Asks for a file nobody asked for yet. */
  insert(want: Want): void {
    this.#insert.run(
      want.zone,
      want.assetId,
      want.rendition,
      want.album,
      want.derived ?? "",
      want.path,
      want.pathKey,
      want.checksum,
      want.sizeBytes,
      want.createdMs,
    );
  }

  /** The content of a known file changed at Apple: it is wanted again. What is held stays noted, to know our old bytes by. */
  wantAgain(id: number, checksum: string, sizeBytes: number): void {
    this.#deeds.litter(id);
    if (!this.#deeds.do(id, "want-again")) return;
    this.db.run(
      `UPDATE files SET checksum = ?, size_bytes = ?, attempts = 0, failed_cycle = NULL, error = NULL
       WHERE id = ?`,
      [checksum, sizeBytes, id],
    );
  }

  /** A file that was left out is selected again. */
  takeIn(id: number): void {
    this.#deeds.do(id, "take-in");
  }

  /**
   * Nothing selects the row's file any more: a promise ends, what is on disk stays as it is. `standingBytes` is the size
   * of what stands at its path: after a crash it tells which of two older versions that is.
   */
  leaveOut(id: number, standingBytes: number | null = null): void {
    this.#deeds.litter(id);
    const row = this.#deeds.do(id, "leave-out");
    const state = row && stateOf(row);
    if (state?.kind !== "outdated") return;
    const { olders } = state;
    const held = olders.find(({ sizeBytes }) => sizeBytes === standingBytes) ?? olders[0]!;
    this.#deeds.hold(id, held);
    this.db.run(`UPDATE files SET checksum = ?, error = NULL, failed_cycle = NULL WHERE id = ?`, [
      held.content,
      id,
    ]);
  }

  /** Nothing selects the row's file any more, but it may be on disk: that is looked into when it is due. */
  doubt(id: number): void {
    this.#deeds.do(id, "doubt");
  }

  /** Gives a row another name. A part of it lies beside its old one: in another folder nobody would find it again. */
  rename(row: FileRow, path: string, pathKey: string): void {
    this.#deeds.rename(row, path, pathKey);
  }

  /** All files of an asset in one album belong to another now, which has none; they keep their names. */
  rearrange(assetId: number, from: string, album: string): void {
    const where = `WHERE asset_id = ? AND album = ?`;
    this.db.run(`UPDATE files SET album = ? ${where}`, [album, assetId, from]);
  }

  /**
   * An album has another title: files of the old one belong to the new one and keep their names, except those of assets
   * that have files under it already. `Bearers` says whose files the old title gives. Returns those that were changed.
   */
  retitle(
    zone: number,
    titles: { from: string; to: string },
    { key, keepers, isAlone }: Bearers,
  ): RetitledFile[] {
    const isIn = (keys: string) =>
      `(SELECT name FROM assets WHERE id = asset_id) IN (SELECT asset FROM memberships
         WHERE zone = ?1 AND album IN (SELECT value FROM json_each(${keys})))`;
    return this.db
      .query<RetitledFile, [number, string, string, string, string, number]>(
        `UPDATE files SET album = ?3 WHERE zone = ?1 AND album = ?2
           AND (?6 OR (${isIn("json_array(?4)")} AND NOT ${isIn("?5")}))
           AND asset_id NOT IN (SELECT asset_id FROM files WHERE zone = ?1 AND album = ?3)
         RETURNING id, state`,
      )
      .all(zone, titles.from, titles.to, key, JSON.stringify(keepers), Number(isAlone));
  }
}
