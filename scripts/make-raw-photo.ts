/** Builds a small uncompressed DNG (a TIFF with a colour filter array) byte by byte, as no free program writes one. */

const width = 48;
const height = 32;
/** TIFF field types. */
const ascii = 2;
const byte = 1;
const short = 3;
const long = 4;
const signedRational = 10;

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

export function rawPhoto(): Buffer {
  const entries = rawEntries();
  const directoryBytes = 2 + entries.length * 12 + 4;
  let dataAt = 8 + directoryBytes;
  const directory = Buffer.alloc(directoryBytes);
  const outside: Buffer[] = [];
  directory.writeUInt16LE(entries.length, 0);
  const stripAt = dataAt + entries.reduce((sum, { data }) => sum + outsideBytes(data), 0);
  entries.forEach((entry, index) => {
    const at = 2 + index * 12;
    directory.writeUInt16LE(entry.tag, at);
    directory.writeUInt16LE(entry.type, at + 2);
    directory.writeUInt32LE(entry.count, at + 4);
    if (entry.tag === stripOffsetsTag) {
      directory.writeUInt32LE(stripAt, at + 8);
    } else if (entry.data.length <= 4) {
      entry.data.copy(directory, at + 8);
    } else {
      directory.writeUInt32LE(dataAt, at + 8);
      const padded = Buffer.alloc(outsideBytes(entry.data));
      entry.data.copy(padded);
      outside.push(padded);
      dataAt += padded.length;
    }
  });
  const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  return Buffer.concat([header, directory, ...outside, mosaic()]);
}

const stripOffsetsTag = 273;

function outsideBytes(data: Buffer): number {
  return data.length <= 4 ? 0 : data.length + (data.length % 2);
}

function rawEntries(): Entry[] {
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1].flatMap((value) => [value, 1]);
  return [
    numbers(254, long, [0]),
    numbers(256, long, [width]),
    numbers(257, long, [height]),
    numbers(258, short, [16]),
    numbers(259, short, [1]),
    numbers(262, short, [32803]),
    text(271, "Kei"),
    text(272, "Raw One"),
    numbers(stripOffsetsTag, long, [0]),
    numbers(274, short, [1]),
    numbers(277, short, [1]),
    numbers(278, long, [height]),
    numbers(279, long, [width * height * 2]),
    text(306, "2020:02:02 10:20:30"),
    numbers(33421, short, [2, 2]),
    bytes(33422, [0, 1, 1, 2]),
    bytes(50706, [1, 4, 0, 0]),
    text(50708, "Kei Raw One"),
    numbers(50714, long, [0]),
    numbers(50717, long, [65535]),
    { ...numbers(50721, signedRational, identity), count: 9 },
  ];
}

function numbers(tag: number, type: number, values: readonly number[]): Entry {
  const unit = type === short ? 2 : 4;
  const data = Buffer.alloc(values.length * unit);
  values.forEach((value, index) => data.writeUIntLE(value, index * unit, unit));
  return { tag, type, count: values.length, data };
}

function bytes(tag: number, values: readonly number[]): Entry {
  return { tag, type: byte, count: values.length, data: Buffer.from(values) };
}

function text(tag: number, value: string): Entry {
  const data = Buffer.from(`${value}\0`);
  return { tag, type: ascii, count: data.length, data };
}

/** A soft gradient seen through red, green, green and blue filters. */
function mosaic(): Buffer {
  const strip = Buffer.alloc(width * height * 2);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    strip.writeUInt16LE(Math.floor((65535 * (x + y)) / (width + height)), pixel * 2);
  }
  return strip;
}
