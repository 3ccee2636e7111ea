/** Brings the bytes of one file into its part: continues, verifies, tries again. */
import { SLICE_BYTES } from "../lib/bucket.ts";
import type { ByteBucket } from "../lib/bucket.ts";
import type { Clock } from "../lib/clock.ts";
import { RemoteError } from "../lib/errors.ts";
import type { Gate } from "../lib/gate.ts";
import { releasing } from "../lib/releasing.ts";
import { reactionTo, withRetries } from "../lib/retry.ts";
import type { RetryPolicy } from "../lib/retry.ts";
import type { Slots } from "../lib/slots.ts";
import { EMPTY_CHECKSUM, Digester, isRecomputable } from "../photos/checksum.ts";
import type { DigestKind, Digests, StreamDigester } from "../photos/checksum.ts";
import { appleProof, sha256Proof } from "../photos/proof.ts";
import type { FileRow, Final } from "../state/files/row.ts";
import type { FileEvent } from "./events.ts";
import type { ContentSource, ContentStream, Destination, Part } from "./ports.ts";
import { looksLikeErrorPage } from "./sniff.ts";

export interface ReceiveDoor {
  readonly source: ContentSource;
  readonly destination: Destination;
  /** What digests a file of this size. */
  readonly digester: (sizeBytes: number, kinds: readonly DigestKind[]) => StreamDigester;
  /** Whole bodies that did not match, by the checksum they should have: a host that is consistent with itself is known. */
  readonly misfits: Map<string, string>;
  readonly clock: Clock;
  readonly gate: Gate;
  /** Transfers at the same time; verifying and naming a file needs no slot. */
  readonly slots: Slots;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly observe: (event: FileEvent) => void;
  /** The shared limit of bytes per second; null for none. */
  readonly bucket: ByteBucket | null;
}

/** Bytes as they came, whole and judged. */
export type Verified = Pick<Final, "proof" | "sizeBytes" | "verdict">;

/**
 * Receives and verifies one file into its part, which is sealed (timed and synced) on return. Throws RemoteError when
 * the retries are used up, LocalError when the disk refuses. The signal ends waiting; bytes already flowing flow on.
 */
export function receive(row: FileRow, door: ReceiveDoor, signal: AbortSignal): Promise<Verified> {
  return withRetries(() => attempt(row, door, signal), door.retry, {
    clock: door.clock,
    random: door.random,
    signal,
    onRetry: (error, number, waitMs) => {
      const code = error instanceof RemoteError ? error.code : "unknown";
      if (code === "remote/throttled") {
        door.observe({ kind: "throttled", waitMs: door.gate.shut(waitMs) });
      }
      door.observe({ kind: "file-retried", path: row.path, attempt: number, code, waitMs });
    },
  });
}

async function attempt(wanted: FileRow, door: ReceiveDoor, signal: AbortSignal): Promise<Verified> {
  const row = await sized(wanted, door, signal);
  const part = await door.destination.openPart(row.path, row.checksum, row.size_bytes);
  const transfer = new Transfer(row, part, door, signal);
  let isSealed = false;
  const work = async () => {
    // Files that queue for a slot meet the gate when their turn comes, not when they were queued.
    await door.slots.hold(async () => {
      await door.gate.pass(signal);
      await transfer.run();
    });
    const verified = await transfer.verified();
    isSealed = true;
    await part.seal(row.created_ms);
    return verified;
  };
  const release = async () => {
    transfer.close();
    if (isSealed) return;
    part.close();
    // Nothing to go on with: do not leave an empty file behind.
    if (part.lengthBytes === 0) await door.destination.removePart(row.path, row.checksum);
  };
  return releasing(() => work().catch((error: unknown) => doubt(error, row, part, door)), release);
}

// Apple's record may say 0 of a size it does not know; the content host knows it.
async function sized(row: FileRow, door: ReceiveDoor, signal: AbortSignal): Promise<FileRow> {
  if (row.size_bytes > 0 || row.checksum === EMPTY_CHECKSUM) return row;
  return door.slots.hold(async () => {
    await door.gate.pass(signal);
    const stream = await openAt(row, 0, door, signal);
    if (stream !== "unsatisfiable") stream.cancel();
    const size_bytes = stream === "unsatisfiable" ? null : stream.totalBytes;
    if (!size_bytes) throw mismatch("Apple does not say how long the file is");
    return { ...row, size_bytes };
  });
}

// Opens at an offset; an address that proved stale is replaced once.
async function openAt(
  row: FileRow,
  fromByte: number,
  door: ReceiveDoor,
  signal: AbortSignal,
): Promise<ContentStream | "unsatisfiable"> {
  const address = await door.source.address(row, signal);
  try {
    return await door.source.open(address, fromByte);
  } catch (error) {
    const isGone = error instanceof RemoteError && error.fault === "gone";
    if (reactionTo(error) !== "refresh-url" && !isGone) throw error;
    if (isGone) door.source.forget(row);
    else door.source.expire(row);
    return door.source.open(await door.source.address(row, signal), fromByte);
  }
}

// The bytes, or the address, are not what the library says: neither is used again.
function doubt(error: unknown, row: FileRow, part: Part, door: ReceiveDoor): never {
  if (error instanceof RemoteError && error.fault === "mismatch") {
    part.clear();
    door.source.forget(row);
  }
  throw error;
}

/** One attempt at one file. */
class Transfer {
  #digester: StreamDigester;
  #head: Uint8Array | null = null;

  constructor(
    private readonly row: FileRow,
    private readonly part: Part,
    private readonly door: ReceiveDoor,
    private readonly signal: AbortSignal,
  ) {
    this.#digester = this.#newDigester();
  }

  async run(): Promise<void> {
    const { part, row } = this;
    if (part.lengthBytes > row.size_bytes) this.#startOver();
    else await part.read((chunk) => this.#take(chunk));
    if (part.lengthBytes < row.size_bytes) await this.#fetchRest();
  }

  /** Judges the whole file. */
  async verified(): Promise<Verified> {
    const { row, door } = this;
    const digests = await this.#digester.finish();
    const { bytes: sizeBytes } = digests;
    if (sizeBytes !== row.size_bytes) throw mismatch("Apple sent a file of another size");
    if (digests.apple === row.checksum) {
      return { proof: appleProof(row.checksum)!, sizeBytes, verdict: "agrees" };
    }
    if (isRecomputable(row.checksum)) return this.#misfit(digests);
    const proof = sha256Proof(digests);
    if (!this.#isErrorPage()) return { proof, sizeBytes, verdict: "opaque" };
    // An error page as long as the photo would be odd; when it comes again it is what Apple has.
    if (!this.#isSameAgain(proof.hash))
      throw mismatch("Apple sent an error page instead of the file");
    door.observe({ kind: "file-unverified", path: row.path });
    return { proof, sizeBytes, verdict: "disagrees" };
  }

  // The same bytes twice are what Apple has, whatever its checksum says.
  async #misfit({ apple, bytes: sizeBytes }: Digests): Promise<Verified> {
    const { row, door } = this;
    if (!this.#isSameAgain(apple!) || this.#isErrorPage()) {
      throw mismatch("The bytes do not match Apple's checksum");
    }
    const digester = new Digester(["sha256"]);
    await this.part.read((chunk) => digester.update(chunk));
    door.observe({ kind: "file-unverified", path: row.path });
    return { proof: sha256Proof(digester.finish()), sizeBytes, verdict: "disagrees" };
  }

  #isSameAgain(digest: string): boolean {
    const { door, row } = this;
    const isSame = door.misfits.get(row.checksum) === digest;
    door.misfits.set(row.checksum, digest);
    return isSame;
  }

  /** Lets go of what it needed besides the part. */
  close(): void {
    this.#digester.close();
  }

  async #fetchRest(): Promise<void> {
    const { part, row, door } = this;
    let stream = await this.#open(part.lengthBytes);
    if (stream === "unsatisfiable") {
      this.#startOver();
      stream = await this.#open(0);
      if (stream === "unsatisfiable") throw mismatch("Apple has no bytes for the file");
    }
    try {
      this.#check(stream);
    } catch (error) {
      stream.cancel();
      throw error;
    }
    if (stream.fromByte === 0 && part.lengthBytes > 0) this.#startOver();
    if (part.lengthBytes > 0) {
      door.observe({ kind: "file-resumed", path: row.path, fromBytes: part.lengthBytes });
    }
    await this.#pour(stream);
  }

  async #pour(stream: ContentStream): Promise<void> {
    const { part, row, door } = this;
    let receivedBytes = 0;
    for await (const chunk of stream.body) {
      if (part.lengthBytes + chunk.length > row.size_bytes) {
        throw mismatch("Apple sent more bytes than the file has");
      }
      receivedBytes += chunk.length;
      if (door.bucket === null) await this.#keep(chunk);
      else await this.#keepSlowly(chunk, door.bucket);
    }
    if (part.lengthBytes < row.size_bytes) {
      const isWhole = stream.lengthBytes !== null && receivedBytes === stream.lengthBytes;
      throw isWhole
        ? mismatch("Apple sent fewer bytes than the file has")
        : new RemoteError("unavailable", "The file ended early");
    }
  }

  async #keepSlowly(chunk: Uint8Array, bucket: ByteBucket): Promise<void> {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      await bucket.take(slice.length, this.signal);
      await this.#keep(slice);
    }
  }

  #keep(chunk: Uint8Array): void | Promise<void> {
    this.part.append(chunk);
    this.door.observe({ kind: "bytes", path: this.row.path, count: chunk.length });
    return this.#take(chunk);
  }

  #open(fromByte: number): Promise<ContentStream | "unsatisfiable"> {
    return openAt(this.row, fromByte, this.door, this.signal);
  }

  #check(stream: ContentStream): void {
    const { part, row } = this;
    if (stream.contentType.startsWith("text/html"))
      throw mismatch("Apple sent a web page instead of the file");
    if (stream.fromByte !== 0 && stream.fromByte !== part.lengthBytes) {
      throw mismatch("Apple sent another part than was asked for");
    }
    if (stream.totalBytes !== null && stream.totalBytes !== row.size_bytes) {
      throw mismatch("Apple has a file of another size now");
    }
  }

  #startOver(): void {
    this.part.clear();
    this.#digester.close();
    this.#digester = this.#newDigester();
    this.#head = null;
  }

  // Bytes that Apple's checksum can prove need no other digest.
  #newDigester(): StreamDigester {
    const { size_bytes, checksum } = this.row;
    return this.door.digester(size_bytes, [isRecomputable(checksum) ? "apple" : "sha256"]);
  }

  #take(chunk: Uint8Array): void | Promise<void> {
    this.#head ??= new Uint8Array(chunk.subarray(0, 32));
    return this.#digester.update(chunk);
  }

  #isErrorPage(): boolean {
    return this.#head === null || looksLikeErrorPage(this.#head);
  }
}

function mismatch(message: string): RemoteError {
  return new RemoteError("mismatch", message);
}
