/** A gzip stream of blanks that is a thousandth of what it unfolds to, correct to its last byte. */
import { constants, crc32, deflateRawSync } from "node:zlib";

const BLOCK_BYTES = 4 * 2 ** 20;
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
/** An empty last block. */
const LAST = Buffer.from([0x03, 0x00]);

const made = new Map<number, Buffer>();

export function gzipBomb(bytes: number): Buffer {
  const known = made.get(bytes);
  if (known) return known;
  const blocks = Math.max(1, Math.ceil(bytes / BLOCK_BYTES));
  const blanks = Buffer.alloc(BLOCK_BYTES, 32);
  // Flushed in full a block ends at a byte and knows nothing of the one before, so that it can be repeated.
  const block = deflateRawSync(blanks, { finishFlush: constants.Z_FULL_FLUSH });
  let sum = 0;
  for (let count = 0; count < blocks; count += 1) sum = crc32(blanks, sum);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(sum, 0);
  tail.writeUInt32LE((blocks * BLOCK_BYTES) % 2 ** 32, 4);
  const bomb = Buffer.concat([HEADER, ...Array.from({ length: blocks }, () => block), LAST, tail]);
  made.set(bytes, bomb);
  return bomb;
}
