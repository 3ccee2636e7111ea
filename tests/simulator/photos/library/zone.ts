/** One CloudKit zone: records by name, a change sequence, and an epoch that its tokens carry. */
import type { DatabaseName } from "../options.ts";
import type { Asset, LibraryRecord } from "./records.ts";

export interface ZoneIdentity {
  readonly name: string;
  readonly database: DatabaseName;
  readonly owner: string;
}

export class Zone {
  readonly records = new Map<string, LibraryRecord>();
  /** Assets in the trash; they are purged when their time comes. */
  readonly trashed = new Set<Asset>();
  isDeleted = false;
  seq = 0;
  /** Moment of the latest change in the order of all zones; changes/database compares it. */
  stamp = 0;
  /** Change sequence: entry i happened at sequence number `#seqs[i]`; superseded entries stay behind. */
  readonly #seqs: number[] = [];
  readonly #touched: LibraryRecord[] = [];

  constructor(
    readonly identity: ZoneIdentity,
    public epoch: Buffer,
    readonly nextStamp: () => number,
  ) {}

  get name(): string {
    return this.identity.name;
  }

  /** Every change of a record costs one sequence number. */
  touch(record: LibraryRecord): void {
    this.seq += 1;
    this.stamp = this.nextStamp();
    record.seq = this.seq;
    this.records.set(record.name, record);
    this.#seqs.push(this.seq);
    this.#touched.push(record);
  }

  /** Leaves sequence numbers nobody sees: a feed walks over them in empty pages. */
  skip(numbers: number): void {
    this.seq += numbers;
    this.stamp = this.nextStamp();
  }

  /** Current records with a sequence number above `after` and at most `upTo`, in that order. */
  changed(after: number, upTo: number): LibraryRecord[] {
    const found: LibraryRecord[] = [];
    for (let entry = this.#firstAfter(after); entry < this.#seqs.length; entry += 1) {
      const seq = this.#seqs[entry] ?? Infinity;
      if (seq > upTo) break;
      const record = this.#touched[entry];
      // A name that was deleted and used again is one record, the latest.
      if (record?.seq === seq && this.records.get(record.name) === record) found.push(record);
    }
    return found;
  }

  #firstAfter(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? Infinity) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
