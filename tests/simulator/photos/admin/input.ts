/** Reads the JSON body of an admin request; a wrong value is answered, never ignored. */
import { fileNameOf } from "../library/names.ts";
import type { Asset, Album, LibraryRecord } from "../library/records.ts";
import type { Library } from "../library/library.ts";
import type { Zone } from "../library/zone.ts";

export class AdminError extends Error {}

export class Input {
  constructor(
    readonly library: Library,
    readonly values: Readonly<Record<string, unknown>>,
  ) {}

  text(name: string, fallback?: string): string {
    const value = this.values[name] ?? fallback;
    if (typeof value === "string") return value;
    throw new AdminError(`Want a text in "${name}"`);
  }

  number(name: string, fallback?: number): number {
    const value = this.values[name] ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new AdminError(`Want a number in "${name}"`);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.values[name] ?? fallback;
    if (typeof value === "boolean") return value;
    throw new AdminError(`Want true or false in "${name}"`);
  }

  texts(name: string): readonly string[] {
    const value = this.values[name] ?? [];
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
    throw new AdminError(`Want a list of texts in "${name}"`);
  }

  object(name: string): Readonly<Record<string, unknown>> {
    return objectOf(this.values[name], name);
  }

  objects(name: string): Input[] {
    const value = this.values[name];
    if (!Array.isArray(value)) throw new AdminError(`Want a list of objects in "${name}"`);
    return value.map((each) => new Input(this.library, objectOf(each, name)));
  }

  /** Milliseconds since 1970, or a date as text. */
  time(name: string, fallbackMs: number): number {
    const value = this.values[name];
    const ms = typeof value === "string" ? Date.parse(value) : this.number(name, fallbackMs);
    if (Number.isFinite(ms)) return ms;
    throw new AdminError(`Want a date in "${name}"`);
  }

  /** The zone named by "zone", "database" and "owner"; PrimarySync when nothing is said. */
  zone(): Zone {
    const name = this.text("zone", "PrimarySync");
    const database = this.text("database", "");
    const owner = this.text("owner", "");
    const fits = ({ identity }: Zone): boolean =>
      identity.name === name &&
      (database === "" || identity.database === database) &&
      (owner === "" || identity.owner === owner);
    const zone = this.library.zones.find(fits);
    if (zone) return zone;
    throw new AdminError(`There is no zone "${name}"`);
  }

  /** Assets named by "recordName", "recordNames" or "fileName". */
  assets(): Asset[] {
    const single = this.text("recordName", "");
    const names = single ? [single] : this.texts("recordNames");
    const fileName = this.text("fileName", "");
    const zone = this.zone();
    const found = fileName
      ? [...zone.records.values()].filter((record) => isAsset(record, fileName))
      : names.map((name) => this.record(name));
    const assets = found.filter((record): record is Asset => record.type === "CPLAsset");
    if (assets.length > 0) return assets;
    throw new AdminError("Want assets in recordName, recordNames or fileName");
  }

  album(): Album {
    const record = this.record(this.text("album"));
    if (record.type === "CPLAlbum") return record;
    throw new AdminError(`"${record.name}" is not an album`);
  }

  record(name: string): LibraryRecord {
    const record = this.zone().records.get(name);
    if (record && !record.isGone) return record;
    throw new AdminError(`There is no record "${name}"`);
  }
}

function isAsset(record: LibraryRecord, fileName: string): boolean {
  return record.type === "CPLAsset" && !record.isGone && fileNameOf(record.master) === fileName;
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new AdminError(`Want an object in "${name}"`);
}
