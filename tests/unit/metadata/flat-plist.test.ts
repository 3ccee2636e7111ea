import { expect, test } from "bun:test";
import fc from "fast-check";
import { readFlatPlist } from "../../../src/metadata/flat-plist.ts";

const PLACE =
  "YnBsaXN0MDDYAQIDBAUGBwgJCgsMDQoOD1NhbHRWY291cnNlV2hvcnpBY2NTbGF0U2xvblVzcGVlZFl0aW1lc3RhbXBXdmVydEFjYyNAXiAAAAAAACMAAAAAAAAAACNAFAAAAAAAACNATsAAAAAAACPAYqgAAAAAADNBxfElEAAAACNACAAAAAAAAAgZHSQsMDQ6RExVXmdweYIAAAAAAAABAQAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAiw==";
const WORDS = "YnBsaXN0MDCiAQJWd2FscnVzVlN0cmFuZAgLEgAAAAAAAAEBAAAAAAAAAAMAAAAAAAAAAAAAAAAAAAAZ";

const read = (base64: string) => readFlatPlist(Buffer.from(base64, "base64"));

test("readFlatPlist() reads the numbers of a dictionary and leaves its date out", () => {
  const plist = read(PLACE);
  expect(plist?.kind === "dictionary" && Object.fromEntries(plist.numbers)).toEqual({
    alt: 120.5,
    course: 0,
    horzAcc: 5,
    lat: 61.5,
    lon: -149.25,
    speed: 0,
    vertAcc: 3,
  });
});

test("readFlatPlist() reads a list of texts", () => {
  expect(read(WORDS)).toEqual({ kind: "list", texts: ["walrus", "Strand"] });
});

test("readFlatPlist() reads XML lists of the same shapes", () => {
  const list = `<?xml version="1.0"?><plist version="1.0"><array><string>a &amp; b</string></array></plist>`;
  expect(readFlatPlist(Buffer.from(list))).toEqual({ kind: "list", texts: ["a & b"] });
  const place = `<plist version="1.0"><dict><key>lat</key><real>1.5</real><key>lng</key> <integer>2</integer></dict></plist>`;
  const read = readFlatPlist(Buffer.from(place));
  expect(read?.kind === "dictionary" && [...read.numbers]).toEqual([
    ["lat", 1.5],
    ["lng", 2],
  ]);
});

test("readFlatPlist() gives null for anything else, and does not follow a list into itself", () => {
  for (const bytes of ["", "junk", "bplist00", "bplist00" + "\0".repeat(32)]) {
    expect(readFlatPlist(Buffer.from(bytes))).toBeNull();
  }
  const circle = Buffer.alloc(8 + 3 + 1 + 32);
  circle.write("bplist00");
  circle.set([0xa2, 0, 0, 8], 8);
  circle.set([1, 1], 12 + 6);
  circle[12 + 15] = 1;
  circle[12 + 31] = 11;
  expect(readFlatPlist(circle)).toEqual({ kind: "list", texts: [] });
});

test("readFlatPlist() never throws, whatever a byte is changed to", () => {
  const seeds = [PLACE, WORDS].map((text) => Buffer.from(text, "base64"));
  const change = fc.tuple(fc.nat(300), fc.nat(255));
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { maxLength: 6 }), (seed, changes) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      readFlatPlist(bytes);
    }),
    { numRuns: 2000 },
  );
});
