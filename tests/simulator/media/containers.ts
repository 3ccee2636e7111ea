/** Where each file format tolerates foreign bytes: our padding and the mark that makes a file unique. */
import { crc32 } from "node:zlib";
import type { ContainerName, Seed } from "./seeds.ts";

/** Padding comes in blocks of this size, equal in all files, so that huge files cost nothing to hold. */
export const blockBytes = 32768;

/** Length of the text that tells one file from another. */
export const markBytes = 24;

/** How a seed is opened up: head, n equal blocks, a run up to the mark, the mark, an end. */
export interface Framing {
  readonly head: Buffer;
  readonly block: Buffer;
  readonly lead: Buffer;
  /** Everything behind the mark; depends on it where the format has a check sum. */
  end(mark: Buffer): Buffer;
}

/** Frames a seed with `blockCount` blocks and `fillerBytes` (less than a block) of filler before the mark. */
type Frame = (seed: Buffer, blockCount: number, fillerBytes: number) => Framing;

export function frame(seed: Seed, blockCount: number, fillerBytes: number): Framing {
  return frames[seed.container](seed.bytes, blockCount, fillerBytes);
}

const noise = makeNoise(blockBytes);

const frames: Readonly<Record<ContainerName, Frame>> = {
  /** Comment segments before the end-of-image marker; a segment holds at most 65,533 bytes. */
  jpeg(seed, _blockCount, fillerBytes) {
    const segment = (bytes: number): Buffer => Buffer.from([0xff, 0xfe, bytes >> 8, bytes & 0xff]);
    return {
      head: seed.subarray(0, -2),
      block: Buffer.concat([segment(blockBytes - 2), noise.subarray(4)]),
      lead: Buffer.concat([segment(2 + fillerBytes + markBytes), noise.subarray(0, fillerBytes)]),
      end: () => seed.subarray(-2),
    };
  },

  /** Private chunks and one text chunk before IEND, each with its CRC. */
  png(seed, _blockCount, fillerBytes) {
    const padding = Buffer.concat([Buffer.from("paDd"), noise.subarray(12)]);
    const keyword = Buffer.from("tEXtComment\0");
    const text = Buffer.concat([keyword, readable.subarray(0, fillerBytes)]);
    return {
      head: seed.subarray(0, -12),
      block: Buffer.concat([int32(padding.length - 4), padding, int32(crc32(padding))]),
      lead: Buffer.concat([int32(text.length - 4 + markBytes), text]),
      end: (mark) => Buffer.concat([int32(crc32(mark, crc32(text))), seed.subarray(-12)]),
    };
  },

  /** Comment extensions before the trailer, made of sub-blocks of at most 255 bytes. */
  gif(seed, _blockCount, fillerBytes) {
    const comment = Buffer.from([0x21, 0xfe]);
    const spare = fillerBytes % 256 === 1 ? 1 : 0;
    const text = Buffer.from([markBytes + spare, 0x20]).subarray(0, 1 + spare);
    return {
      head: seed.subarray(0, -1),
      block: Buffer.concat([comment, subBlocks(blockBytes - 3), Buffer.from([0])]),
      lead: Buffer.concat([comment, subBlocks(fillerBytes - spare), text]),
      end: () => Buffer.from([0, 0x3b]),
    };
  },

  /** A `free` box at the end, so that no offset in the file moves. */
  box(seed, blockCount, fillerBytes) {
    const content = blockCount * blockBytes + fillerBytes + markBytes;
    return {
      head: Buffer.concat([seed, boxHeader(content)]),
      block: noise,
      lead: noise.subarray(0, fillerBytes),
      end: () => Buffer.alloc(0),
    };
  },

  /** A JUNK chunk inside RIFF; a RIFF file has an even length, an odd rest stays outside. */
  webp(seed, blockCount, fillerBytes) {
    const odd = fillerBytes % 2;
    const content = blockCount * blockBytes + fillerBytes - odd + markBytes;
    const head = Buffer.concat([seed, Buffer.from("JUNK"), Buffer.alloc(4)]);
    head.writeUInt32LE(head.length - 8 + content, 4);
    head.writeUInt32LE(content, seed.length + 4);
    return {
      head,
      block: noise,
      lead: noise.subarray(0, fillerBytes - odd),
      end: () => Buffer.alloc(odd),
    };
  },

  /** TIFF readers follow offsets and never look behind the last one. */
  trailing(seed, _blockCount, fillerBytes) {
    return {
      head: seed,
      block: noise,
      lead: noise.subarray(0, fillerBytes),
      end: () => Buffer.alloc(0),
    };
  },
};

/** Text for places where a reader expects Latin-1, not noise. */
const readable = Buffer.alloc(blockBytes, "padding ");

function boxHeader(contentBytes: number): Buffer {
  const header = Buffer.alloc(contentBytes + 8 < 2 ** 32 ? 8 : 16);
  header.write("free", 4, "latin1");
  if (header.length === 8) header.writeUInt32BE(contentBytes + 8, 0);
  else {
    header.writeUInt32BE(1, 0);
    header.writeBigUInt64BE(BigInt(contentBytes + 16), 8);
  }
  return header;
}

/** Exactly `bytes` bytes of whole sub-blocks; 1 is not possible. */
function subBlocks(bytes: number): Buffer {
  const result = Buffer.from(noise.subarray(0, bytes));
  for (let at = 0; at < bytes; at += 256) result[at] = Math.min(255, bytes - at - 1);
  return result;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Bytes that hardly compress, the same on every run; never 0xff, which some JPEG readers take for a marker. */
function makeNoise(bytes: number): Buffer {
  const result = Buffer.alloc(bytes);
  let state = 0x9e3779b9;
  for (let at = 0; at < bytes; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    result.writeInt32LE(state & 0x7f7f7f7f, at);
  }
  return result;
}
