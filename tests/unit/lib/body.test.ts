import { describe, expect, test } from "bun:test";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { readText } from "../../../src/lib/body.ts";
import { RemoteError } from "../../../src/lib/errors.ts";

const BYTES_MAX = 100_000;
const TEXT = '{"records":[],"name":"Zürich 🐋"}';

function answer(bytes: Uint8Array, coding: string | null) {
  const headers = new Headers(coding === null ? {} : { "Content-Encoding": coding });
  return { headers, body: new Response(new Uint8Array(bytes)).body };
}

const read = (bytes: Uint8Array, coding: string | null) =>
  readText(answer(bytes, coding), BYTES_MAX, "apple.example");

async function faultOf(act: Promise<unknown>): Promise<string> {
  const error = await act.catch((thrown: unknown) => thrown);
  return error instanceof RemoteError ? error.code : String(error);
}

const CODINGS = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
] as const;

describe("readText()", () => {
  test("reads what comes as it is", async () => {
    for (const coding of [null, "", "identity"]) {
      expect(await read(Buffer.from(TEXT), coding)).toBe(TEXT);
    }
    expect(await readText({ headers: new Headers(), body: null }, BYTES_MAX, "h")).toBe("");
    expect(await read(new Uint8Array(), "gzip")).toBe("");
  });

  for (const [coding, pack] of CODINGS) {
    test(`unpacks ${coding} by ${pack.name}, to the limit and no further`, async () => {
      expect(await read(pack(Buffer.from(TEXT)), coding)).toBe(TEXT);
      expect(await read(pack(Buffer.alloc(BYTES_MAX, 32)), coding)).toHaveLength(BYTES_MAX);
      expect(await faultOf(read(pack(Buffer.alloc(BYTES_MAX + 1, 32)), coding))).toBe(
        "remote/endless",
      );
    });

    test(`takes damaged ${coding} by ${pack.name} for a broken answer`, async () => {
      const packed = pack(Buffer.from(TEXT.repeat(50)));
      expect(await faultOf(read(packed.subarray(0, packed.length - 9), coding))).toBe(
        "remote/unavailable",
      );
      expect(await faultOf(read(Buffer.from("<html>"), coding))).toBe("remote/unavailable");
    });
  }

  test("stops reading what is longer than the limit", async () => {
    let sent = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 10_000;
        controller.enqueue(new Uint8Array(10_000));
      },
      cancel: () => void (isCancelled = true),
    });
    const act = readText({ headers: new Headers(), body }, BYTES_MAX, "apple.example");
    expect(await faultOf(act)).toBe("remote/endless");
    expect(isCancelled).toBe(true);
    expect(sent).toBeLessThan(3 * BYTES_MAX);
  });

  test("refuses codings nobody asked for", async () => {
    for (const coding of ["compress", "gzip, gzip", "toString", "aws-chunked"]) {
      expect(await faultOf(read(gzipSync(TEXT), coding))).toBe("remote/unavailable");
    }
    const bomb = zstdCompressSync(Buffer.alloc(BYTES_MAX + 1, 32));
    expect(await faultOf(read(bomb, "zstd"))).toBe("remote/unavailable");
  });
});
