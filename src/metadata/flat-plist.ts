/**
 * Reads the small property lists inside Apple's records: one dictionary of numbers, or one list of texts.
 *
 * Only the top level is looked at, so that a list that refers to itself can cost no more than its own length. XML lists,
 * which occur too, are read as far as they have the same shape. What is neither is null.
 */
const MAGIC = "bplist00";
const TRAILER_BYTES = 32;

export type Plist =
  | { readonly kind: "dictionary"; readonly numbers: ReadonlyMap<string, number> }
  | { readonly kind: "list"; readonly texts: readonly string[] };

/** The list in some bytes; values of other kinds are left out of it. Never throws. */
export function readFlatPlist(bytes: Uint8Array): Plist | null {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return buffer.toString("latin1", 0, 8) === MAGIC
      ? readBinary(buffer)
      : readXml(buffer.toString("utf8"));
  } catch (error) {
    if (error instanceof RangeError) return null; // it points outside of itself
    throw error;
  }
}

interface Table {
  readonly bytes: Buffer;
  readonly refBytes: number;
  /** Where object number `n` starts. */
  readonly offsetOf: (n: number) => number;
}

function readBinary(bytes: Buffer): Plist | null {
  const trailer = bytes.subarray(bytes.length - TRAILER_BYTES);
  const offsetBytes = trailer.readUInt8(6);
  const refBytes = trailer.readUInt8(7);
  const top = Number(trailer.readBigUInt64BE(16));
  const start = Number(trailer.readBigUInt64BE(24));
  const offsetOf = (n: number) => bytes.readUIntBE(start + n * offsetBytes, offsetBytes);
  const table: Table = { bytes, refBytes, offsetOf };
  const at = offsetOf(top);
  const { count, from } = header(bytes, at);
  // More entries than bytes: it is broken, and would only cost time.
  if (count > bytes.length) return null;
  switch (bytes.readUInt8(at) >> 4) {
    case 0xa:
      return { kind: "list", texts: textsOf(references(table, from, count), table) };
    case 0xd: {
      const keys = references(table, from, count);
      const values = references(table, from + count * refBytes, count);
      return { kind: "dictionary", numbers: numbersOf(keys, values, table) };
    }
    default:
      return null;
  }
}

/** How many items an object has, and where they start. */
function header(bytes: Buffer, at: number): { count: number; from: number } {
  const low = bytes.readUInt8(at) & 0xf;
  if (low !== 0xf) return { count: low, from: at + 1 };
  const lengthBytes = 1 << (bytes.readUInt8(at + 1) & 0xf);
  return { count: integer(bytes, at + 2, lengthBytes), from: at + 2 + lengthBytes };
}

function references({ bytes, refBytes, offsetOf }: Table, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    offsetOf(bytes.readUIntBE(from + index * refBytes, refBytes)),
  );
}

function textsOf(places: readonly number[], table: Table): string[] {
  return places.map((at) => textAt(table.bytes, at)).filter((text) => text !== null);
}

function numbersOf(
  keys: readonly number[],
  values: readonly number[],
  { bytes }: Table,
): Map<string, number> {
  const numbers = new Map<string, number>();
  keys.forEach((key, index) => {
    const [name, value] = [textAt(bytes, key), numberAt(bytes, values[index]!)];
    if (name !== null && value !== null) numbers.set(name, value);
  });
  return numbers;
}

function textAt(bytes: Buffer, at: number): string | null {
  const kind = bytes.readUInt8(at) >> 4;
  const { count, from } = header(bytes, at);
  if (kind === 5) return bytes.toString("latin1", from, from + count);
  if (kind !== 6) return null;
  return Buffer.from(bytes.subarray(from, from + count * 2))
    .subarray(0, count * 2)
    .swap16()
    .toString("utf16le");
}

function numberAt(bytes: Buffer, at: number): number | null {
  const [kind, low] = [bytes.readUInt8(at) >> 4, bytes.readUInt8(at) & 0xf];
  if (kind === 1) return integer(bytes, at + 1, 1 << low);
  if (kind !== 2) return null;
  return low === 3 ? bytes.readDoubleBE(at + 1) : low === 2 ? bytes.readFloatBE(at + 1) : null;
}

// Only integers of eight bytes have a sign.
function integer(bytes: Buffer, at: number, lengthBytes: number): number {
  if (lengthBytes === 8) return Number(bytes.readBigInt64BE(at));
  return bytes.readUIntBE(at, lengthBytes);
}

const NUMBER = /<key>([^<]*)<\/key>\s*<(?:real|integer)>([^<]*)</g;
const TEXT = /<string>([^<]*)<\/string>/g;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function readXml(text: string): Plist | null {
  if (!text.includes("<plist")) return null;
  if (/<plist[^>]*>\s*<array>/.test(text)) {
    return { kind: "list", texts: [...text.matchAll(TEXT)].map((match) => unescaped(match[1]!)) };
  }
  const numbers = [...text.matchAll(NUMBER)].map((match): [string, number] => [
    match[1]!,
    Number(match[2]),
  ]);
  return { kind: "dictionary", numbers: new Map(numbers) };
}

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]!);
}
