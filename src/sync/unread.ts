/**
 * Records of a zone that Apple refused to give, or gave without what matters, in a listing or among changes. The token
 * has passed them, so no change need bring them again: they are asked for by name in every cycle until they come. While
 * there are any, a cycle without news costs two calls in place of one, for something is known to be undone and every
 * cycle has to say so.
 */
import type { RecordFault } from "../photos/page.ts";
import type { Memory } from "../state/memory.ts";

/** Refused records that are remembered; more of them are found again by a full listing only. */
const NAMES_MAX = 1000;

export class Unread {
  readonly #key: string;

  constructor(
    private readonly memory: Memory,
    zone: number,
  ) {
    this.#key = `unread:${zone}`;
  }

  names(): string[] {
    const text = this.memory.setting(this.#key);
    return text ? (JSON.parse(text) as string[]) : [];
  }

  /** Remembers what was refused, besides what is remembered already. */
  add(faults: readonly RecordFault[]): void {
    if (faults.length > 0) this.#store([...this.names(), ...recordsOf(faults)]);
  }

  /** Remembers only what is still refused. */
  keep(faults: readonly RecordFault[]): void {
    this.#store(recordsOf(faults));
  }

  #store(names: readonly string[]): void {
    const some = [...new Set(names)].slice(0, NAMES_MAX);
    this.memory.setSetting(this.#key, JSON.stringify(some));
  }
}

function recordsOf(faults: readonly RecordFault[]): string[] {
  return faults.map((fault) => fault.record).filter((name) => name !== null);
}
