/** One file on its way: a row, a real part, and a content host that does what a test tells it. */
import type { ContentSource, ContentStream } from "../../../src/download/ports.ts";
import { receive } from "../../../src/download/receive.ts";
import type { ReceiveDoor, Verified } from "../../../src/download/receive.ts";
import type { FileEvent } from "../../../src/download/events.ts";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { Slots } from "../../../src/lib/slots.ts";
import { Gate } from "../../../src/lib/gate.ts";
import { Digester } from "../../../src/photos/checksum.ts";
import type { FileRow } from "../../../src/state/files/row.ts";
import { TestClock } from "./clock.ts";
import { appleChecksum, inChunks } from "./content.ts";
import { SUMMER_MS } from "./records.ts";
import { TempFolder } from "./temp-folder.ts";

export function aRow(changes: Partial<FileRow> = {}): FileRow {
  return {
    id: 1,
    zone: 1,
    asset_id: 1,
    asset: "ASSET-1",
    rendition: "original",
    album: "",
    path: "2018/IMG_1.JPG",
    checksum: "",
    size_bytes: 0,
    created_ms: SUMMER_MS,
    state: "promised",
    derived: "",
    held: null,
    held_bytes: null,
    held_content: null,
    verdict: null,
    origin: null,
    staged: null,
    saved_at: null,
    attempts: 0,
    error: null,
    ...changes,
  };
}

/** What the host answers to one request. */
export type Answer = (fromByte: number) => ContentStream | "unsatisfiable" | Error;

/** The bytes from an offset on; changes say what is odd about the answer. */
export function stream(bytes: Uint8Array, changes: Partial<ContentStream> = {}): ContentStream {
  const fromByte = changes.fromByte ?? 0;
  return {
    fromByte,
    lengthBytes: bytes.length,
    totalBytes: fromByte + bytes.length,
    contentType: "application/octet-stream",
    body: inChunks(bytes, 300),
    cancel: () => undefined,
    ...changes,
  };
}

/** A body that breaks off with an error. */
export async function* broken(bytes: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes, 300);
  throw error;
}

export class Receiving implements Disposable {
  readonly folder = new TempFolder();
  readonly clock = new TestClock();
  readonly destination = new LibraryFolder(this.folder.path, ".kei-tmp");
  readonly events: FileEvent[] = [];
  /** Offsets that were asked for. */
  readonly asked: number[] = [];
  /** Addresses that were asked for; each `forget` brings the next. */
  readonly addresses: string[] = [];
  readonly row: FileRow;
  readonly misfits = new Map<string, string>();
  #address = 1;

  constructor(
    readonly bytes: Uint8Array,
    private readonly answers: Answer[],
    row: Partial<FileRow> = {},
  ) {
    this.row = aRow({ checksum: appleChecksum(bytes), size_bytes: bytes.length, ...row });
  }

  /** The right answer to any request. */
  get right(): Answer {
    return (fromByte) => stream(this.bytes.subarray(fromByte), { fromByte });
  }

  readonly source: ContentSource = {
    address: async () => {
      this.addresses.push(`address ${this.#address}`);
      return `address ${this.#address}`;
    },
    forget: () => void this.#address++,
    expire: () => void this.#address++,
    open: async (_address, fromByte) => {
      this.asked.push(fromByte);
      const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
      const given = answer(fromByte);
      if (given instanceof Error) throw given;
      return given;
    },
  };

  async leavePart(bytes: Uint8Array): Promise<void> {
    const part = await this.destination.openPart(this.row.path, this.row.checksum);
    part.append(bytes);
    part.close();
  }

  /** The bytes of the part as they are on disk. */
  async part(): Promise<Buffer> {
    const part = await this.destination.openPart(this.row.path, this.row.checksum);
    const pieces: Buffer[] = [];
    await part.read((chunk) => void pieces.push(Buffer.from(chunk)));
    part.close();
    return Buffer.concat(pieces);
  }

  run(
    changes: Partial<ReceiveDoor> = {},
    signal = new AbortController().signal,
  ): Promise<Verified> {
    const door: ReceiveDoor = {
      source: this.source,
      destination: this.destination,
      clock: this.clock,
      gate: new Gate(this.clock),
      slots: new Slots(10),
      bucket: null,
      digester: (_sizeBytes, kinds) => new Digester(kinds),
      misfits: this.misfits,
      random: () => 0,
      retry: { maxRetries: 2, delayMs: 100 },
      observe: (event) => void this.events.push(event),
      ...changes,
    };
    return receive(this.row, door, signal);
  }

  has(kind: FileEvent["kind"]): boolean {
    return this.events.some((event) => event.kind === kind);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}
