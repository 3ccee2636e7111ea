/** Which fields a client asked for, with the unchanging parts of its answers kept ready. */

export class Selection {
  readonly #wanted: ReadonlySet<string> | null;
  readonly #kept = new Map<string, string>();

  /** Null asks for everything. */
  constructor(keys: readonly string[] | null) {
    this.#wanted = keys && new Set(keys);
  }

  wants(name: string): boolean {
    return this.#wanted === null || this.#wanted.has(name);
  }

  /** Text that is the same for all records with this id; made once. */
  kept(id: string, make: () => string): string {
    let text = this.#kept.get(id);
    if (text === undefined) this.#kept.set(id, (text = make()));
    return text;
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
