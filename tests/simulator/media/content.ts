/** One file of the simulated library: real media made unique by a number and padded to any size. */
import { checksumOfSalted, checksumSalt, finishChecksum, startChecksum } from "./checksum.ts";
import { blockBytes, frame, markBytes, type Framing } from "./containers.ts";
import { seeds, type SeedName } from "./seeds.ts";

/** All that is needed to make the bytes again at any time. */
export interface Content {
  readonly seed: SeedName;
  /** Files with different numbers differ. */
  readonly number: number;
  /** Wanted length; 0 leaves the seed as small as it is. */
  readonly sizeBytes: number;
}

/** What files of one seed and size have in common. */
interface Layout extends Framing {
  readonly blockCount: number;
  readonly sizeBytes: number;
  /** Salt and everything before the mark; taken when first needed, copied for each file. */
  hashedBeforeMark: Bun.CryptoHasher | null;
  /** Salt and file, of small files only. */
  readonly salted: Buffer | null;
  readonly endBytes: number;
}

export function sizeOf(content: Content): number {
  return content.sizeBytes || layoutOf(content).sizeBytes;
}

/** The smallest size a file of this seed can have. */
export function sizeMin(seed: SeedName): number {
  return layoutOf({ seed, number: 0, sizeBytes: 0 }).sizeBytes;
}

/** Apple's fileChecksum of the whole file; some microseconds after the first of its seed and size. */
export function checksumOf(content: Content): string {
  const layout = layoutOf(content);
  const mark = markOf(content);
  if (layout.salted) return checksumInPlace(layout.salted, layout, mark);
  layout.hashedBeforeMark ??= hashBeforeMark(layout);
  return finishChecksum(layout.hashedBeforeMark.copy().update(mark).update(layout.end(mark)));
}

function hashBeforeMark({ head, block, blockCount, lead }: Layout): Bun.CryptoHasher {
  const hasher = startChecksum().update(head);
  for (let each = 0; each < blockCount; each += 1) hasher.update(block);
  return hasher.update(lead);
}

/** Small files are hashed in one go in a buffer kept for them: nothing is left for the collector. */
function checksumInPlace(salted: Buffer, { end, endBytes }: Layout, mark: Buffer): string {
  mark.copy(salted, salted.length - endBytes - markBytes);
  if (endBytes > 0) end(mark).copy(salted, salted.length - endBytes);
  return checksumOfSalted(salted);
}

export function sha256Of(content: Content): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const piece of piecesOf(content, 0, sizeOf(content))) hasher.update(piece);
  return hasher.digest("hex");
}

export function bytesOf(content: Content, from = 0, to = sizeOf(content)): Buffer<ArrayBuffer> {
  return Buffer.concat([...piecesOf(content, from, to)]);
}

/** Bytes from `from` up to, not including, `to`, without ever holding the file. */
export function* piecesOf(content: Content, from: number, to: number): Generator<Buffer> {
  const layout = layoutOf(content);
  const mark = Buffer.from(markOf(content));
  const blocksAt = layout.head.length;
  const blocksEnd = blocksAt + layout.blockCount * blockBytes;
  yield* part(layout.head, 0, from, to);
  for (let at = Math.max(from, blocksAt); at < Math.min(to, blocksEnd);) {
    const inBlock = (at - blocksAt) % blockBytes;
    const length = Math.min(blockBytes - inBlock, to - at);
    yield layout.block.subarray(inBlock, inBlock + length);
    at += length;
  }
  yield* part(Buffer.concat([layout.lead, mark, layout.end(mark)]), blocksEnd, from, to);
}

function* part(bytes: Buffer, startsAt: number, from: number, to: number): Generator<Buffer> {
  const piece = bytes.subarray(Math.max(0, from - startsAt), Math.max(0, to - startsAt));
  if (piece.length > 0) yield piece;
}

const markScratch = Buffer.from("asset ".padEnd(markBytes, "0"));

/** Valid until the next call. */
function markOf({ number }: Content): Buffer {
  let rest = number;
  for (let at = markBytes - 1; at >= markBytes - 16; at -= 1) {
    markScratch[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return markScratch;
}

const layouts = new Map<SeedName, Map<number, Layout>>();

function layoutOf({ seed, sizeBytes }: Content): Layout {
  let ofSeed = layouts.get(seed);
  if (!ofSeed) layouts.set(seed, (ofSeed = new Map()));
  let layout = ofSeed.get(sizeBytes);
  if (!layout) ofSeed.set(sizeBytes, (layout = makeLayout(seed, sizeBytes)));
  return layout;
}

function makeLayout(seedName: SeedName, wantedBytes: number): Layout {
  const seed = seeds[seedName];
  const least = sizeBytesOf(frame(seed, 0, 0), 0);
  // A box of 4 GiB and more has a longer header, which the filler gives back.
  const header = seed.container === "box" && wantedBytes > 2 ** 32 ? 8 : 0;
  const spare = wantedBytes === 0 ? 0 : wantedBytes - least - header;
  if (spare < 0) throw new RangeError(`A ${seedName} has at least ${least} bytes`);
  const blockCount = Math.floor(spare / blockBytes);
  const framing = frame(seed, blockCount, spare % blockBytes);
  const sizeBytes = sizeBytesOf(framing, blockCount);
  const mark = Buffer.alloc(markBytes);
  const end = framing.end(mark);
  const file = [checksumSalt, framing.head, framing.lead, mark, end];
  const salted = sizeBytes <= saltedBytesMax ? Buffer.concat(file) : null;
  return {
    ...framing,
    blockCount,
    hashedBeforeMark: null,
    sizeBytes,
    salted,
    endBytes: end.length,
  };
}

const saltedBytesMax = 8192;

function sizeBytesOf({ head, lead, end }: Framing, blockCount: number): number {
  const endBytes = end(Buffer.alloc(markBytes)).length;
  return head.length + blockCount * blockBytes + lead.length + markBytes + endBytes;
}
