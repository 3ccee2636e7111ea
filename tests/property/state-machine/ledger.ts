/** What must not be lost: the files kei saved, and the files of strangers. Reads disk and database by itself. */
import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMarked, withoutMark } from "../../support/engine/marking.ts";

export interface Row {
  readonly id: number;
  /** Zone, asset, rendition and album, joined. */
  readonly key: string;
  /** Zone and asset, joined. */
  readonly asset: string;
  readonly zone: string;
  readonly path: string;
  readonly isSaved: boolean;
  /** Of what is under its name, or about to be, by the row; without what a finisher wrote into it. */
  readonly sha256: string | null;
  readonly error: string | null;
  /** Whose bytes they are. */
  readonly origin: string | null;
}

export const PART_SUFFIX = ".kei-tmp";

export class Ledger {
  /** Saved files by their key, with the bytes they had when last seen. */
  readonly kept = new Map<string, Row>();
  /** Bytes by relative path. */
  readonly strangers = new Map<string, string>();
  /** Keys of files a person deleted and kei has not missed yet. */
  readonly #deletedByHand = new Set<string>();
  #pending = "";
  /** What a file is without what a finisher wrote into it, by the SHA-256 of all of it. */
  readonly #plain = new Map<string, string>();
  /** Files into which a finisher wrote. */
  readonly marked = new Set<string>();
  /** Older versions that kei left where they were. */
  readonly left = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly databasePath: string,
    /** SHA-256 by Apple's checksum. */
    private readonly contents: ReadonlyMap<string, string>,
  ) {}

  rows(): Row[] {
    using db = new Database(this.databasePath, { readwrite: true, create: true });
    this.#pending =
      db.query<{ value: string }, []>("SELECT value FROM settings WHERE key = 'relayout'").get()
        ?.value ?? "";
    return db
      .query<Omit<Row, "isSaved" | "sha256"> & { state: string; proof: string | null }, []>(
        `SELECT files.id, zones.name || '/' || assets.name AS asset, zones.name AS zone, path, state,
           zones.name || '/' || assets.name || '/' || rendition || '/' || album AS key,
           coalesce(json_extract(staged, '$.proof'), held) AS proof, error, origin
         FROM files JOIN zones ON zones.id = files.zone JOIN assets ON assets.id = asset_id
         ORDER BY files.id`,
      )
      .all()
      .map(({ state, proof, ...row }) => ({
        ...row,
        isSaved: state === "saved" || state === "left-out",
        sha256: proof === null ? null : this.#sha256Of(proof),
      }));
  }

  #sha256Of(proof: string): string {
    const value = proof.slice(proof.indexOf(":") + 1);
    if (proof.startsWith("apple:")) return this.contents.get(value) ?? `unknown ${value}`;
    return this.#plain.get(value) ?? value;
  }

  /** True while a file is between its old name and its new one. */
  get isMoving(): boolean {
    return this.#pending !== "";
  }

  /** SHA-256 of every regular file by its relative path; a link counts as what it leads to. */
  disk(): Map<string, string> {
    const files = new Map<string, string>();
    this.marked.clear();
    for (const path of readdirSync(this.root, { recursive: true }) as string[]) {
      const absolute = join(this.root, path);
      if (statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) continue;
      const bytes = readFileSync(absolute);
      if (isMarked(bytes)) this.marked.add(path);
      files.set(path, this.#plainHash(bytes));
    }
    return files;
  }

  #plainHash(bytes: Buffer): string {
    const whole = sha256Of(bytes);
    const plain = sha256Of(withoutMark(bytes));
    this.#plain.set(whole, plain);
    return plain;
  }

  /** What holds at any moment, in the middle of faults and after a power cut too. */
  findLosses(history: ReadonlyMap<string, ReadonlySet<string>>): string[] {
    const disk = this.disk();
    const rows = this.rows();
    this.#followKeys(rows);
    const found = [
      ...this.#strangerFaults(disk),
      ...this.#foreignBytes(disk, history),
      ...this.#keptFaults(rows, disk, history),
      ...this.#savedFaults(rows, disk),
    ];
    for (const row of rows) {
      if (row.isSaved && disk.get(row.path) === row.sha256) this.kept.set(row.key, row);
    }
    return found;
  }

  /** A person deleted the file of a row. */
  forget({ key }: Row): void {
    this.kept.delete(key);
    this.#deletedByHand.add(key);
  }

  // Between a layout with albums and one without, the files of an asset go over from one album to another.
  #followKeys(rows: readonly Row[]): void {
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const [key, kept] of [...this.kept]) {
      const row = byId.get(kept.id);
      if (!row || row.asset !== kept.asset || row.key === key) continue;
      this.kept.delete(key);
      this.kept.set(row.key, { ...kept, key: row.key });
    }
  }

  #strangerFaults(disk: ReadonlyMap<string, string>): string[] {
    return [...this.strangers].flatMap(([path, sha256]) =>
      disk.get(path) === sha256 ? [] : [`${path}: a stranger's file was touched`],
    );
  }

  // Under a final name stand only bytes that Apple has or had.
  #foreignBytes(
    disk: ReadonlyMap<string, string>,
    history: ReadonlyMap<string, ReadonlySet<string>>,
  ): string[] {
    const known = new Set([...history.values()].flatMap((hashes) => [...hashes]));
    return [...disk].flatMap(([path, sha256]) => {
      const isOurs = !path.endsWith(PART_SUFFIX) && !this.strangers.has(path);
      return isOurs && !known.has(sha256) ? [`${path}: wrong bytes under a final name`] : [];
    });
  }

  // Once saved, a file stays, or gives way to a newer version of the same photo.
  #keptFaults(
    rows: readonly Row[],
    disk: ReadonlyMap<string, string>,
    history: ReadonlyMap<string, ReadonlySet<string>>,
  ): string[] {
    const byKey = new Map(rows.map((row) => [row.key, row]));
    const onDisk = new Set(disk.values());
    return [...this.kept].flatMap(([key, { path, sha256 }]) => {
      const row = byKey.get(key);
      if (!row) return [`${path}: saved once, forgotten now`];
      if (onDisk.has(sha256 ?? "") || this.isFollowing(path, row.asset, rows, disk)) return [];
      const newer = row.sha256 ?? "";
      const isNewer = newer !== sha256 && history.get(row.asset)?.has(newer) === true;
      return isNewer && onDisk.has(newer) ? [] : [`${path}: saved once, lost now`];
    });
  }

  /** A symbolic link shows the bytes that its photo got since. */
  isFollowing(
    path: string,
    asset: string,
    rows: readonly Row[],
    disk: ReadonlyMap<string, string>,
  ): boolean {
    const sha256 = disk.get(path);
    if (sha256 === undefined || !lstatSync(join(this.root, path)).isSymbolicLink()) return false;
    return rows.some((other) => other.asset === asset && other.sha256 === sha256);
  }

  #savedFaults(rows: readonly Row[], disk: ReadonlyMap<string, string>): string[] {
    const onDisk = new Set(disk.values());
    return rows.flatMap(({ key, asset, path, isSaved, sha256 }) => {
      const isHere = disk.get(path) === sha256 || this.isFollowing(path, asset, rows, disk);
      if (!isSaved || isHere) this.#deletedByHand.delete(key);
      if (!isSaved || isHere || this.#deletedByHand.has(key)) return [];
      return this.isMoving && onDisk.has(sha256 ?? "")
        ? []
        : [`${path}: noted as saved, but the disk has something else`];
    });
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
