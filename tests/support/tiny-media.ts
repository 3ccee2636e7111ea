/** Builds tiny files with the structures that are easily hurt when metadata is written into them. */

const text = (value: string) => Buffer.from(value, "latin1");

export function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** A JPEG segment with its marker and length. */
export function segment(marker: number, content: string | Buffer): Buffer {
  const bytes = typeof content === "string" ? text(content) : content;
  return Buffer.concat([Buffer.from([0xff, marker]), u16(bytes.length + 2), bytes]);
}

/** A JPEG of some segments and one scan; it only looks like one. */
export function jpeg(segments: readonly Buffer[], scan = "pixels", trailer = ""): Buffer {
  const end = Buffer.from([0xff, 0xd9]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...segments,
    segment(0xda, "scan"),
    text(scan),
    end,
    text(trailer),
  ]);
}

/** A PNG chunk; its checksum is left at zero. */
export function chunk(type: string, content = ""): Buffer {
  return Buffer.concat([u32(content.length), text(type), text(content), u32(0)]);
}

export function png(chunks: readonly Buffer[], trailer = ""): Buffer {
  return Buffer.concat([text("\x89PNG\r\n\x1a\n"), ...chunks, chunk("IEND"), text(trailer)]);
}

/** A box of an ISO file. */
export function box(type: string, ...content: (string | Buffer)[]): Buffer {
  const bytes = Buffer.concat(content.map((one) => (typeof one === "string" ? text(one) : one)));
  return Buffer.concat([u32(bytes.length + 8), text(type), bytes]);
}

/** A box with its size in 64 bits. */
export function wideBox(type: string, content: string): Buffer {
  return Buffer.concat([u32(1), text(type), u64(content.length + 16), text(content)]);
}

export interface TinyItem {
  readonly id: number;
  readonly type: string;
  readonly bytes: string;
  readonly contentType?: string;
  /** In the `idat` box instead of the media data. */
  readonly isInside?: boolean;
}

export interface TinyHeif {
  readonly items: readonly TinyItem[];
  readonly references?: readonly (readonly [type: string, from: number, to: number])[];
  readonly properties?: string;
  readonly more?: readonly Buffer[];
  readonly brand?: string;
}

/** A HEIF file with items, references and properties. */
export function heif({
  items,
  references = [],
  properties = "p",
  more = [],
  brand = "heic",
}: TinyHeif) {
  const head = box("ftyp", brand, u32(0));
  const make = (dataAt: number) => metaBox(items, references, properties, dataAt);
  const metaBytes = make(0).length;
  const data = items.filter(({ isInside }) => !isInside).map(({ bytes }) => bytes);
  return Buffer.concat([
    head,
    make(head.length + metaBytes + 8),
    box("mdat", data.join("")),
    ...more,
  ]);
}

function metaBox(
  items: readonly TinyItem[],
  references: NonNullable<TinyHeif["references"]>,
  properties: string,
  dataAt: number,
): Buffer {
  const entries = items.map(({ id, type, contentType = "" }) =>
    box(
      "infe",
      u32(0x02000000),
      u16(id),
      u16(0),
      type,
      "\0",
      type === "mime" ? `${contentType}\0` : "",
    ),
  );
  const at = { inside: 0, outside: dataAt };
  const places = items.map(({ id, bytes, isInside }) => {
    const from = isInside ? at.inside : at.outside;
    if (isInside) at.inside += bytes.length;
    else at.outside += bytes.length;
    return Buffer.concat([
      u16(id),
      u16(isInside ? 1 : 0),
      u16(0),
      u16(1),
      u32(from),
      u32(bytes.length),
    ]);
  });
  const links = references.map(([type, from, to]) => box(type, u16(from), u16(1), u16(to)));
  return box(
    "meta",
    u32(0),
    box("hdlr", "pict"),
    box("pitm", u32(0), u16(1)),
    box("iinf", u32(0), u16(items.length), ...entries),
    box("iloc", u32(0x01000000), Buffer.from([0x44, 0]), u16(items.length), ...places),
    box("iprp", properties),
    ...(links.length > 0 ? [box("iref", u32(0), ...links)] : []),
    box(
      "idat",
      items
        .filter(({ isInside }) => isInside)
        .map(({ bytes }) => bytes)
        .join(""),
    ),
  );
}

export interface TinyMovie {
  /** Boxes before the movie's own. */
  readonly before?: readonly Buffer[];
  readonly data?: Buffer;
  /** Where the chunks are within the content of the media data. */
  readonly chunks?: readonly number[];
  /** Added to every place of a chunk, to make a wrong one. */
  readonly shift?: number;
  readonly dates?: string;
  readonly user?: string;
  readonly track?: string;
  readonly isDataFirst?: boolean;
  readonly more?: readonly Buffer[];
  readonly inMovie?: readonly Buffer[];
}

/** A QuickTime movie with one track. */
export function movie({
  before = [box("ftyp", "qt  ", u32(0))],
  data = box("mdat", "samples"),
  chunks = [0, 3],
  shift = 0,
  dates = "created-",
  user = "",
  track = "h264",
  isDataFirst = false,
  more = [],
  inMovie = [],
}: TinyMovie = {}): Buffer {
  const head = Buffer.concat(before);
  const dataHead = data.readUInt32BE(0) === 1 ? 16 : 8;
  const make = (dataAt: number) => {
    const places = chunks.map((at) => u32(dataAt + dataHead + at + shift));
    const table = box("stco", u32(0), u32(chunks.length), ...places);
    const media = box("mdia", box("minf", box("stbl", box("stsd", track), table)));
    const words = user === "" ? [] : [box("udta", user)];
    return box(
      "moov",
      box("mvhd", u32(0), dates, "rest"),
      box("trak", box("tkhd", "t"), media),
      ...inMovie,
      ...words,
    );
  };
  const dataAt = isDataFirst ? head.length : head.length + make(0).length;
  const parts = isDataFirst ? [data, make(dataAt)] : [make(dataAt), data];
  return Buffer.concat([head, ...parts, ...more]);
}

export interface TinyTiff {
  readonly isBig?: boolean;
  readonly pages?: readonly { readonly strips: readonly string[]; readonly compression?: number }[];
  readonly description?: string;
  /** Where the strips begin. */
  readonly dataAt?: number;
  readonly more?: readonly (readonly [tag: number, value: number])[];
  /** Where the last page says that the next one is. */
  readonly next?: number;
}

/** A TIFF of some pages with strips; every number has four bytes. */
export function tiff({
  isBig = false,
  pages = [{ strips: ["strip-1", "strip-2"] }],
  description = "",
  dataAt = 4096,
  more = [],
  next = 0,
}: TinyTiff = {}): Buffer {
  const bytes = Buffer.alloc(dataAt + 1024);
  const put16 = (value: number, at: number) =>
    isBig ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const put32 = (value: number, at: number) =>
    isBig ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  bytes.write(isBig ? "MM\0\x2a" : "II\x2a\0", "latin1");
  let [at, data, spare] = [8, dataAt, 2048];
  put32(at, 4);
  pages.forEach(({ strips, compression = 1 }, page) => {
    const entries: [tag: number, values: number[]][] = [
      [259, [compression]],
      [273, strips.map((strip) => (data += strip.length) - strip.length)],
      [279, strips.map((strip) => strip.length)],
      ...more.map(([tag, value]): [number, number[]] => [tag, [value]]),
    ];
    if (description) entries.push([270, [description.length]]);
    bytes.write(strips.join(""), data - strips.join("").length, "latin1");
    put16(entries.length, at);
    entries.forEach(([tag, values], index) => {
      const entry = at + 2 + index * 12;
      put16(tag, entry);
      put16(4, entry + 2);
      put32(values.length, entry + 4);
      if (values.length === 1) return put32(values[0]!, entry + 8);
      put32(spare, entry + 8);
      for (const value of values) put32(value, (spare += 4) - 4);
    });
    const end = at + 2 + entries.length * 12;
    const following = page + 1 < pages.length ? end + 4 : next;
    put32(following, end);
    at = end + 4;
  });
  return bytes.subarray(0, data);
}

/** A block of EXIF with a date, and a latitude as one fraction. */
export function exif({
  date = "",
  latitude,
}: {
  date?: string;
  latitude?: [number, number];
}): Buffer {
  const bytes = Buffer.alloc(140);
  bytes.write("MM\0\x2a", "latin1");
  bytes.writeUInt32BE(8, 4);
  const directory = (
    at: number,
    entries: [tag: number, type: number, count: number, value: number][],
  ) => {
    bytes.writeUInt16BE(entries.length, at);
    entries.forEach(([tag, type, count, value], index) => {
      const entry = at + 2 + index * 12;
      bytes.writeUInt16BE(tag, entry);
      bytes.writeUInt16BE(type, entry + 2);
      bytes.writeUInt32BE(count, entry + 4);
      bytes.writeUInt32BE(value, entry + 8);
    });
  };
  directory(8, [
    [34665, 4, 1, 40],
    [34853, 4, 1, 60],
  ]);
  if (date) directory(40, [[36867, 2, 20, 80]]);
  if (latitude) directory(60, [[2, 5, 1, 110]]);
  bytes.write(date, 80, "latin1");
  latitude?.forEach((number, index) => bytes.writeUInt32BE(number, 110 + index * 4));
  return bytes;
}
