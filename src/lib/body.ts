/**
 * Reads the body of an answer as text, and no more of it than makes sense: a few packed kilobytes can unfold to
 * gigabytes, and a body need not end. The limit holds for the bytes on the wire and for what they unfold to.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { RemoteError } from "./errors.ts";

/** The codings `readText` unpacks, for the request. Not zstd: the runtime takes a body that was cut for a whole one. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateEither,
  br: brotliDecompressSync,
};

/** The body of an answer that came as it was sent. Throws RemoteError; `host` is for its words. */
export async function readText(
  { headers, body }: { headers: Headers; body: ReadableStream<Uint8Array> | null },
  bytesMax: number,
  host: string,
): Promise<string> {
  const packed = body === null ? new Uint8Array() : await readBytes(body, bytesMax, host);
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  const isPlain = packed.length === 0 || coding === "" || coding === "identity";
  return new TextDecoder().decode(isPlain ? packed : unpacked(packed, coding, bytesMax, host));
}

async function readBytes(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
  host: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLong(bytesMax, host); // leaving the loop lets go of the connection
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function unpacked(packed: Uint8Array, coding: string, bytesMax: number, host: string): Uint8Array {
  const unpack = Object.hasOwn(UNPACKERS, coding) ? UNPACKERS[coding] : undefined;
  if (!unpack)
    throw new RemoteError("unavailable", `${host} packed its answer in a way nobody asked for`);
  try {
    return unpack(packed, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (codeOf(cause) === "ERR_BUFFER_TOO_LARGE") throw tooLong(bytesMax, host);
    throw new RemoteError("unavailable", `The answer of ${host} is damaged`, { cause });
  }
}

// The name means zlib's format, and some servers send the bare stream.
function inflateEither(packed: Uint8Array, options: { maxOutputLength: number }): Uint8Array {
  try {
    return inflateSync(packed, options);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw error;
    return inflateRawSync(packed, options);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function tooLong(bytesMax: number, host: string): RemoteError {
  const size = Math.floor(bytesMax / 2 ** 20);
  return new RemoteError("endless", `An answer of ${host} is longer than ${size} MiB`);
}
