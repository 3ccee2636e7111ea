/**
 * Digests on a thread of its own, so that the main one has its time for the network, the disk and the database.
 *
 * Promises: what waits to be digested stays below a few megabytes, however fast the bytes come; a thread that fails
 * fails everybody who waits for it. It is started with the first large file, and again with the next one when it ended.
 */
import { Bug } from "../lib/errors.ts";
import { Digester } from "../photos/checksum.ts";
import type { DigestKind, Digests, StreamDigester } from "../photos/checksum.ts";

type Chunk = Uint8Array<ArrayBuffer>;

/** What the thread is told. A digester begins with its first chunks and ends with "finish" or "close". */
export type Order =
  | {
      readonly kind: "update" | "finish";
      readonly id: number;
      /** What to compute; the same with every order of one digester. */
      readonly digests: readonly DigestKind[];
      readonly chunks: readonly Chunk[];
    }
  | { readonly kind: "close"; readonly id: number };

/** What the thread answers: how much it has done since, and perhaps the digests that were asked for. */
export interface Answer {
  readonly doneBytes: number;
  readonly finished: { readonly id: number; readonly digests: Digests } | null;
}

/** Smaller files are digested where they come: handing them over takes longer than the work. */
const THREADED_BYTES_MIN = 1 << 20;
/** Chunks are sent together up to this size: waking the thread for each would cost more than its work. */
const SENT_BYTES = 256 << 10;
const BACKLOG_BYTES_MAX = 8 << 20;

export class DigestThread {
  #worker: Worker | null = null;
  #lastId = 0;
  #backlogBytes = 0;
  #failure: Bug | null = null;
  #relief: PromiseWithResolvers<void> | null = null;
  readonly #finishing = new Map<number, PromiseWithResolvers<Digests>>();

  constructor(private readonly address = new URL("./digest-thread.ts", import.meta.url).href) {}

  /** A digester for a file of about this size. */
  digester(sizeBytes: number, kinds: readonly DigestKind[]): StreamDigester {
    if (sizeBytes < THREADED_BYTES_MIN) return new Digester(kinds);
    return new ThreadDigester(++this.#lastId, kinds, this);
  }

  /** Hands the buffers of the chunks over. */
  send(order: Exclude<Order, { kind: "close" }>): void {
    if (this.#failure) throw this.#failure;
    for (const chunk of order.chunks) this.#backlogBytes += chunk.length;
    const buffers = order.chunks.map((chunk) => chunk.buffer);
    this.#running.postMessage(order satisfies Order, buffers);
  }

  close(id: number): void {
    this.#worker?.postMessage({ kind: "close", id } satisfies Order);
  }

  finished(id: number): Promise<Digests> {
    const finishing = Promise.withResolvers<Digests>();
    this.#finishing.set(id, finishing);
    return finishing.promise;
  }

  /** Lets the thread go; nobody may be waiting for a digest. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#backlogBytes = 0;
  }

  /** Waits while there is too much to do. */
  relief(): void | Promise<void> {
    if (this.#backlogBytes <= BACKLOG_BYTES_MAX) return;
    this.#relief ??= Promise.withResolvers();
    return this.#relief.promise;
  }

  get #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.address);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#onAnswer(data);
    worker.onerror = ({ message }) => this.#fail(new Bug(`the digest thread failed: ${message}`));
    return (this.#worker = worker);
  }

  #onAnswer({ doneBytes, finished }: Answer): void {
    this.#backlogBytes -= doneBytes;
    if (this.#backlogBytes <= BACKLOG_BYTES_MAX) {
      this.#relief?.resolve();
      this.#relief = null;
    }
    if (finished === null) return;
    this.#finishing.get(finished.id)?.resolve(finished.digests);
    this.#finishing.delete(finished.id);
  }

  #fail(error: Bug): void {
    this.#failure = error;
    for (const finishing of this.#finishing.values()) finishing.reject(error);
    this.#finishing.clear();
    this.#relief?.reject(error);
    this.#relief = null;
  }
}

class ThreadDigester implements StreamDigester {
  #chunks: Chunk[] = [];
  #gatheredBytes = 0;
  #isOnThread = false;

  constructor(
    private readonly id: number,
    private readonly kinds: readonly DigestKind[],
    private readonly thread: DigestThread,
  ) {}

  update(chunk: Uint8Array): void | Promise<void> {
    this.#chunks.push(withOwnBuffer(chunk));
    this.#gatheredBytes += chunk.length;
    if (this.#gatheredBytes < SENT_BYTES) return;
    this.#send("update");
    this.#isOnThread = true;
    return this.thread.relief();
  }

  finish(): Promise<Digests> {
    this.#send("finish");
    this.#isOnThread = false;
    return this.thread.finished(this.id);
  }

  close(): void {
    if (this.#isOnThread) this.thread.close(this.id);
    this.#isOnThread = false;
  }

  #send(kind: "update" | "finish"): void {
    this.thread.send({ kind, id: this.id, digests: this.kinds, chunks: this.#gathered() });
  }

  #gathered(): Chunk[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#gatheredBytes = 0;
    return chunks;
  }
}

/** The chunk itself when it is all of its buffer, which can then be handed over instead of copied. */
function withOwnBuffer(chunk: Uint8Array): Chunk {
  const { buffer, byteLength } = chunk;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? (chunk as Chunk) : new Uint8Array(chunk);
}
