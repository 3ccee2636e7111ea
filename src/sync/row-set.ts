/** Numbers of rows, a bit each: a million of them in an eighth of a megabyte. */
const CHUNK_BITS = 8192;

export class RowSet {
  /** Bits by the number of their chunk. */
  readonly #chunks = new Map<number, Uint8Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(row: number): void {
    const at = Math.floor(row / CHUNK_BITS);
    let chunk = this.#chunks.get(at);
    if (!chunk) this.#chunks.set(at, (chunk = new Uint8Array(CHUNK_BITS / 8)));
    const [byte, bit] = [(row % CHUNK_BITS) >> 3, 1 << (row & 7)];
    if ((chunk[byte]! & bit) !== 0) return;
    chunk[byte]! |= bit;
    this.#size += 1;
  }

  /** All of them, so many at a time. */
  *inGroupsOf(count: number): Generator<number[]> {
    let group: number[] = [];
    for (const [at, chunk] of this.#chunks) {
      for (let offset = 0; offset < CHUNK_BITS; offset += 1) {
        if ((chunk[offset >> 3]! & (1 << (offset & 7))) === 0) continue;
        group.push(at * CHUNK_BITS + offset);
        if (group.length < count) continue;
        yield group;
        group = [];
      }
    }
    if (group.length > 0) yield group;
  }

  clear(): void {
    this.#chunks.clear();
    this.#size = 0;
  }
}
