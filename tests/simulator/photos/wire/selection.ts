/** Which fields a client asked for, with the unchanging parts of its answers kept ready. */
import { seeds, type SeedName } from "../../media/seeds.ts";
import type { ResourceKey } from "../library/kinds.ts";

export class Selection {
  readonly #wanted: ReadonlySet<string> | null;
  readonly #dimensions = new Map<string, string>();

  /** Null asks for everything. */
  constructor(keys: readonly string[] | null) {
    this.#wanted = keys && new Set(keys);
  }

  wants(name: string): boolean {
    return this.#wanted === null || this.#wanted.has(name);
  }

  /** Width, height and type of a resource, equal for all files of one seed. */
  dimensions(key: ResourceKey, seedName: SeedName): string {
    const id = `${key} ${seedName}`;
    let text = this.#dimensions.get(id);
    if (text === undefined) this.#dimensions.set(id, (text = this.#makeDimensions(key, seedName)));
    return text;
  }

  #makeDimensions(key: ResourceKey, seedName: SeedName): string {
    const { width, height, uti } = seeds[seedName];
    return (
      this.field(`${key}Width`, width, "INT64") +
      this.field(`${key}Height`, height, "INT64") +
      this.field(`${key}FileType`, `"${uti}"`, "STRING")
    );
  }

  /** One field as JSON with a comma before it; empty when it is not wanted. */
  field(name: string, json: string | number, type: string): string {
    return this.wants(name) ? `,"${name}":{"value":${json},"type":"${type}"}` : "";
  }
}

export const everything = new Selection(null);

const known = new Map<string, Selection>();
const knownMax = 100;

/** Clients send the same list with every page. */
export function selectionOf(desiredKeys: unknown): Selection {
  if (!Array.isArray(desiredKeys) || desiredKeys.length === 0) return everything;
  const id = desiredKeys.join();
  const old = known.get(id);
  if (old) return old;
  if (known.size >= knownMax) known.clear();
  const selection = new Selection(desiredKeys.map(String));
  known.set(id, selection);
  return selection;
}
