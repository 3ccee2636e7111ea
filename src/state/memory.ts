/**
 * The memories of one account behind one door: library, files, folders, runs, settings.
 *
 * Nothing remembered may be untrue, nothing announced may be forgotten: whoever changes several things that belong
 * together does so inside `transaction`.
 */
import type { Database } from "bun:sqlite";
import { Albums } from "./albums.ts";
import { Collections } from "./collections.ts";
import { Files } from "./files/files.ts";
import { Haves } from "./files/haves.ts";
import { Places } from "./files/places.ts";
import { Wants } from "./files/wants.ts";
import { Folders } from "./folders.ts";
import { Litter } from "./litter.ts";
import { Library } from "./library.ts";
import { Zones } from "./zones.ts";
import { explained, translated } from "./database-error.ts";
import { Runs } from "./runs.ts";
import { Written } from "./written.ts";

const ROOT_KEY = "root";
/** The settings everything was planned by; anything else there means that it has to be planned again. */
export const SETTINGS_KEY = "settings";

export class Memory {
  readonly zones: Zones;
  readonly albums: Albums;
  readonly library: Library;
  readonly files: Files;
  /** What the planner may do to files. */
  readonly wants: Wants;
  /** What the downloader may do to files. */
  readonly haves: Haves;
  /** What the mover may do to files. */
  readonly places: Places;
  readonly written: Written;
  readonly folders: Folders;
  readonly litter: Litter;
  readonly collections: Collections;
  readonly runs: Runs;
  /** False for a copy that nobody will open again. */
  readonly #isDurable: boolean;

  constructor(
    private readonly db: Database,
    private readonly path: string,
  ) {
    this.zones = new Zones(db);
    this.albums = new Albums(db);
    this.library = new Library(db, this.albums);
    this.files = new Files(db);
    this.wants = new Wants(db);
    this.haves = new Haves(db);
    this.places = new Places(db);
    this.written = new Written(db);
    this.folders = new Folders(db);
    this.litter = new Litter(db);
    this.collections = new Collections(db);
    this.runs = new Runs(db);
    this.#isDurable = isSynced(db);
  }

  /** Runs work that commits as a whole or not at all. Throws LocalError when the database fails. */
  transaction<Result>(work: () => Result): Result {
    return translated(this.path, () => this.db.transaction(work).immediate());
  }

  /** Runs work that only reads. Throws LocalError when the database fails. */
  reading<Result>(work: () => Result): Result {
    return translated(this.path, work);
  }

  /** Runs longer work; what the database says in the middle of it comes as LocalError. */
  async explaining<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explained(error, this.path);
    }
  }

  /**
   * Like `transaction`, but a power cut may undo it until a later transaction is durable; a crash of kei does not. For
   * what is known again from elsewhere.
   */
  lightly<Result>(work: () => Result): Result {
    if (!this.#isDurable) return this.transaction(work);
    this.db.run("PRAGMA synchronous = NORMAL");
    try {
      return this.transaction(work);
    } finally {
      this.db.run("PRAGMA synchronous = FULL");
    }
  }

  setting(key: string): string | null {
    return (
      this.db
        .query<{ value: string }, [string]>(`SELECT value FROM settings WHERE key = ?`)
        .get(key)?.value ?? null
    );
  }

  setSetting(key: string, value: string): void {
    this.db.run(
      `INSERT INTO settings (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [key, value],
    );
  }

  /** The folder of the last sync: absolute, or null before the first. */
  get root(): string | null {
    return this.setting(ROOT_KEY);
  }

  set root(path: string) {
    this.setSetting(ROOT_KEY, path);
  }

  /** Forgets every position in Apple's changes; returns how many zones had one. */
  forgetTokens(): number {
    return this.transaction(() => {
      const zones = this.zones.all();
      for (const { id } of zones) {
        this.zones.setToken(id, null);
        this.collections.clear(id);
      }
      this.db.run(`DELETE FROM settings WHERE key GLOB 'token:*'`);
      return zones.filter((zone) => zone.token !== null).length;
    });
  }

  close(): void {
    this.db.close();
  }
}

function isSynced(db: Database): boolean {
  return db.query<{ synchronous: number }, []>("PRAGMA synchronous").get()?.synchronous !== 0;
}
