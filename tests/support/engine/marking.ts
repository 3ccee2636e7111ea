/** A finisher for tests: writes a mark behind the bytes of every file, as metadata would be written into it. */
import { appendFileSync } from "node:fs";
import type { Finisher } from "../../../src/download/finish.ts";

export const MARK = Buffer.from("\0marked by a test");

/** One more step around others. */
export function marking(inner: Finisher): Finisher {
  return {
    changes: () => true,
    async finish(piece) {
      const written = await inner.finish(piece);
      appendFileSync(await piece.copy(), MARK);
      return [...written, { facet: "mark", hash: "1" }];
    },
  };
}

export function withMark(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, MARK]);
}

export function isMarked(bytes: Buffer): boolean {
  return bytes.length >= MARK.length && bytes.subarray(bytes.length - MARK.length).equals(MARK);
}

/** The bytes as they were before. */
export function withoutMark(bytes: Buffer): Buffer {
  return isMarked(bytes) ? bytes.subarray(0, bytes.length - MARK.length) : bytes;
}
