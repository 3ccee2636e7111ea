/**
 * Puts an answer on the wire through node:http, which unlike Bun.serve can announce a length and then close early,
 * drop a connection without a word, or fall silent in the middle.
 */

import type { ServerResponse } from "node:http";

/** What the wire does to the answer. */
export interface Wire {
  readonly cutAfterBytes?: number;
  /** Announce no length. */
  readonly chunked?: boolean;
  readonly hangAfterBytes?: number;
  readonly dripBytesPerSecond?: number;
  /** Blanks follow the body, for ever. */
  readonly isEndless?: boolean;
}

/** Bodies up to this size are sent in one write. */
const WHOLE_BYTES_MAX = 4 * 1_048_576;
const GATHERED_BYTES_MIN = 524_288;

/** Sends the answer and resolves with the number of body bytes handed over, when the connection is done with it. */
export async function send(response: Response, out: ServerResponse, wire: Wire): Promise<number> {
  const isBodiless = response.body === null;
  const announced = response.headers.get("content-length");
  const isLarge = announced !== null && Number(announced) > WHOLE_BYTES_MAX;
  if (!isBodiless && isLarge) {
    writeHead(response, out, wire.chunked ? null : announced);
    return sendPieces(readChunks(response.body), out, wire);
  }
  const bytes = await response.bytes();
  if (wire.isEndless) {
    writeHead(response, out, null);
    return sendPieces(unending(bytes), out, wire);
  }
  // The answer to HEAD announces the length of a body that is not sent; 204 announces none.
  const length = announced !== null && isBodiless ? announced : String(bytes.length);
  writeHead(response, out, wire.chunked || response.status === 204 ? null : length);
  if (isPlain(wire)) {
    out.end(bytes);
    return bytes.length;
  }
  return sendPieces([bytes], out, wire);
}

function isPlain(wire: Wire): boolean {
  const { cutAfterBytes, hangAfterBytes, dripBytesPerSecond } = wire;
  return (cutAfterBytes ?? hangAfterBytes ?? dripBytesPerSecond) === undefined;
}

function writeHead(response: Response, out: ServerResponse, length: string | null): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of response.headers) if (name !== "set-cookie") headers[name] = value;
  delete headers["content-length"];
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  if (length !== null) headers["content-length"] = length;
  out.writeHead(response.status, headers);
}

/** Sends until the body, the limit of a fault, or the client's patience ends. */
async function sendPieces(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  out: ServerResponse,
  wire: Wire,
): Promise<number> {
  const limit = wire.cutAfterBytes ?? wire.hangAfterBytes ?? Number.POSITIVE_INFINITY;
  let sent = 0;
  for await (const chunk of chunks) {
    const piece = chunk.subarray(0, Math.min(chunk.length, limit - sent));
    sent += await writePaced(piece, out, wire.dripBytesPerSecond);
    if (isGone(out)) return sent;
    if (sent >= limit) break;
  }
  if (wire.hangAfterBytes !== undefined) await closed(out);
  else if (wire.cutAfterBytes !== undefined) await cut(out);
  else out.end();
  return sent;
}

async function writePaced(piece: Uint8Array, out: ServerResponse, rate?: number): Promise<number> {
  if (rate === undefined) return write(piece, out);
  const stepBytes = Math.max(1, Math.ceil(rate / 10));
  const stepMs = (stepBytes / Math.max(rate, 1)) * 1_000;
  let sent = 0;
  while (sent < piece.length && !isGone(out)) {
    sent += await write(piece.subarray(sent, sent + stepBytes), out);
    await Bun.sleep(stepMs);
  }
  return sent;
}

async function write(piece: Uint8Array, out: ServerResponse): Promise<number> {
  if (isGone(out)) return 0;
  if (!out.write(piece)) await drained(out);
  return piece.length;
}

function drained(out: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      out.off("drain", done).off("close", done);
      resolve();
    };
    out.on("drain", done).on("close", done);
  });
}

function* unending(bytes: Uint8Array): Generator<Uint8Array> {
  yield bytes;
  const blanks = new Uint8Array(65_536).fill(32);
  for (;;) yield blanks;
}

/** Gathers the small pieces a body is made of: one write per piece would halve the throughput. */
async function* readChunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  let pieces: Uint8Array[] = [];
  let gatheredBytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (value) {
        pieces.push(value);
        gatheredBytes += value.length;
      }
      if (done || gatheredBytes >= GATHERED_BYTES_MIN) {
        yield pieces.length === 1 && value ? value : Buffer.concat(pieces);
        pieces = [];
        gatheredBytes = 0;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}

/** Closes the connection once everything written so far is out, although more was announced. */
async function cut(out: ServerResponse): Promise<void> {
  const { socket } = out;
  if (!socket) return;
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    socket.end();
  });
}

/** Waits until the client gives up. */
export async function closed(out: ServerResponse): Promise<void> {
  if (isGone(out)) return;
  await new Promise<void>((resolve) => {
    out.once("close", () => resolve());
  });
}

function isGone(out: ServerResponse): boolean {
  return out.destroyed || out.closed;
}
