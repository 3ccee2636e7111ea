import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { cleanLine, cleanText } from "../../../../src/metadata/clean-text.ts";
import { FACETS } from "../../../../src/metadata/facets.ts";
import type { Values } from "../../../../src/metadata/facets.ts";
import { momentOf } from "../../../../src/metadata/moment.ts";
import {
  losesValues,
  mergedSidecar,
  newSidecar,
} from "../../../../src/metadata/sidecar/sidecar.ts";
import { scanXml } from "../../../../src/metadata/sidecar/xml.ts";
import { folderOfTest } from "../../../support/temp-folder.ts";

const VALUES: Values = {
  datetime: momentOf(Date.UTC(2024, 4, 6, 5, 8, 9), 7200, "UTC"),
  gps: { latitude: -33.9999999999, longitude: 70.25, altitude: -4.5 },
  rating: 5,
  description: "Grüße 🙂\n<a> & ]]>",
  title: "Title",
  keywords: ["sea", "two words"],
  hidden: true,
  subtype: "portrait",
  burst: "B-1",
};

describe("newSidecar()", () => {
  test("says everything in the way other programs read it", () => {
    expect(newSidecar(VALUES)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="kei">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:kei="https://github.com/rhoopr/kei/ns/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
      <exif:DateTimeOriginal>2024-05-06T07:08:09+02:00</exif:DateTimeOriginal>
      <xmp:CreateDate>2024-05-06T07:08:09+02:00</xmp:CreateDate>
      <xmp:ModifyDate>2024-05-06T07:08:09+02:00</xmp:ModifyDate>
      <photoshop:DateCreated>2024-05-06T07:08:09+02:00</photoshop:DateCreated>
      <exif:GPSLatitude>34,0.000000S</exif:GPSLatitude>
      <exif:GPSLongitude>70,15.000000E</exif:GPSLongitude>
      <exif:GPSAltitude>4500/1000</exif:GPSAltitude>
      <exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>
      <xmp:Rating>5</xmp:Rating>
      <dc:description>
        <rdf:Alt>
          <rdf:li xml:lang="x-default">Grüße 🙂
&lt;a&gt; &amp; ]]&gt;</rdf:li>
        </rdf:Alt>
      </dc:description>
      <dc:title>
        <rdf:Alt>
          <rdf:li xml:lang="x-default">Title</rdf:li>
        </rdf:Alt>
      </dc:title>
      <dc:subject>
        <rdf:Bag>
          <rdf:li>sea</rdf:li>
          <rdf:li>two words</rdf:li>
        </rdf:Bag>
      </dc:subject>
      <digiKam:TagsList>
        <rdf:Seq>
          <rdf:li>sea</rdf:li>
          <rdf:li>two words</rdf:li>
        </rdf:Seq>
      </digiKam:TagsList>
      <kei:hidden>True</kei:hidden>
      <kei:mediaSubtype>portrait</kei:mediaSubtype>
      <kei:burstId>B-1</kei:burstId>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
`);
  });

  test("of nothing is a sidecar all the same", () => {
    expect(() => scanXml(newSidecar({}), "s")).not.toThrow();
  });
});

const DARKTABLE = `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:darktable="http://darktable.sf.net/"
   exif:DateTimeOriginal="2020:01:01 10:00:00"
   xmp:Rating="2"
   darktable:xmp_version="5">
   <!-- kept -->
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">old</rdf:li></rdf:Alt></dc:title>
   <darktable:history>
    <rdf:Seq><rdf:li darktable:params='a"b'/></rdf:Seq>
   </darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
`;

const merge = (text: string, values: Values, ...changed: (typeof FACETS)[number][]) =>
  mergedSidecar(Buffer.from(text), values, changed, "s");

describe("losesValues()", () => {
  const sidecar = (inner: string) =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">${inner}</rdf:RDF></x:xmpmeta>`;
  const rated = '<rdf:Description xmp:Rating="3"/>';
  const tagged = `<rdf:Description><dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject></rdf:Description>`;
  const rows: [string, string, string, boolean][] = [
    ["another rating", rated, rated.replace("3", "5"), true],
    ["no rating", rated, "", true],
    [
      "the rating as an element",
      rated,
      "<rdf:Description><xmp:Rating>3</xmp:Rating></rdf:Description>",
      false,
    ],
    [
      "one keyword more",
      tagged,
      tagged.replace("</rdf:Bag>", "<rdf:li>sun</rdf:li></rdf:Bag>"),
      true,
    ],
    ["the same on other lines", tagged, tagged.replaceAll("><", ">\n  <"), false],
    ["more than before", rated, rated + tagged, false],
    ["less of what is not ours", '<rdf:Description xmp:Label="x"/>', "", false],
  ];
  test.each(rows)("%s", (_, before, after, expected) => {
    expect(losesValues(Buffer.from(sidecar(before)), sidecar(after), "s")).toBe(expected);
  });
});

describe("mergedSidecar()", () => {
  test("changes ours, and every other byte of another program's stays", () => {
    expect(merge(DARKTABLE, { rating: 5, title: "new" }, "rating", "title")).toBe(
      DARKTABLE.replace(`\n   xmp:Rating="2"`, "")
        .replace(/\n   <dc:title>.*<\/dc:title>/, "")
        .replace(
          "\n </rdf:RDF>",
          `
    <rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
      <xmp:Rating>5</xmp:Rating>
      <dc:title>
        <rdf:Alt>
          <rdf:li xml:lang="x-default">new</rdf:li>
        </rdf:Alt>
      </dc:title>
    </rdf:Description>
 </rdf:RDF>`,
        ),
    );
  });

  test("touches no facet that did not change", () => {
    expect(merge(DARKTABLE, VALUES)).toBe(DARKTABLE);
  });

  test("takes out what has no value any more, and the description when that was all of it", () => {
    const with_ = merge(DARKTABLE, { burst: "B" }, "burst");
    expect(with_).not.toBe(DARKTABLE);
    expect(merge(with_, {}, "burst")).toBe(DARKTABLE);
  });

  test("of a sidecar of our own comes to the same as a new one, however often", () => {
    let text = newSidecar(VALUES);
    const changed = { ...VALUES, rating: undefined, title: "Other" };
    for (let time = 0; time < 3; time++) text = merge(text, changed, ...FACETS);
    expect(text).toBe(newSidecar(JSON.parse(JSON.stringify(changed))));
  });

  test("fills an RDF that closes itself, under another prefix and about something", () => {
    const empty = `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" />`;
    expect(merge(empty, { burst: "B" }, "burst")).toContain("<kei:burstId>B</kei:burstId>");
    const about = `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="uuid:1&amp;2"/></r:RDF>`;
    const text = merge(about, { burst: "B" }, "burst");
    expect(text.match(/about="uuid:1&amp;2"/g)).toHaveLength(2);
  });

  test("keeps a byte order mark and line ends of Windows", () => {
    const text = `\ufeff${DARKTABLE.replaceAll("\n", "\r\n")}`;
    const merged = merge(text, {}, "title");
    expect(merged).toBe(text.replace(/\r\n   <dc:title>.*<\/dc:title>/, ""));
  });

  const broken: Record<string, string | Uint8Array> = {
    nothing: "",
    junk: "junk",
    "no XMP": "<a/>",
    "an end too few": DARKTABLE.slice(0, -20),
    "ends that do not match": DARKTABLE.replace("</dc:title>", "</dc:tilte>"),
    "two roots": DARKTABLE + DARKTABLE.split("\n").slice(1).join("\n"),
    "a prefix nobody knows": DARKTABLE.replaceAll("xmlns:dc=", "xmlns:cd="),
    "an unknown entity": DARKTABLE.replace(">old<", ">&old;<"),
    "a document type": DARKTABLE.replace("<x:xmpmeta", "<!DOCTYPE x><x:xmpmeta"),
    "an attribute twice": DARKTABLE.replace(`xmp:Rating="2"`, `xmp:Rating="2" xmp:Rating="3"`),
    "a bare ampersand": DARKTABLE.replace(">old<", ">a & b<"),
    "UTF-16": Buffer.from(DARKTABLE, "utf16le"),
    "Latin-1": Buffer.from(DARKTABLE.replace(">old<", ">\xe4<"), "latin1"),
    "a thousand levels": "<a>".repeat(100_000),
  };
  for (const [name, text] of Object.entries(broken)) {
    test(`does not touch ${name}`, () => {
      expect(() => mergedSidecar(Buffer.from(text as string), VALUES, FACETS, "s")).toThrow(
        expect.objectContaining({ code: "data/unreadable" }),
      );
    });
  }

  test("says what looks like an entity as it is", () => {
    expect(newSidecar({ title: "&lt; &amp; & &#65;" })).toContain(
      "&amp;lt; &amp;amp; &amp; &amp;#65;</rdf:li>",
    );
  });

  test("says any text that is clean, so that an independent reader finds it", () => {
    const folder = folderOfTest("kei-sidecar");
    const word = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
    const samples = fc.sample(fc.tuple(word, word, fc.array(word, { maxLength: 4 })), {
      numRuns: 60,
      seed: 7,
    });
    const expected = samples.map(([title, description, keywords], index) => {
      const values = {
        ...(cleanLine(title) && { title: cleanLine(title)! }),
        ...(cleanText(description) && { description: cleanText(description)! }),
        ...(keywords.some(cleanLine) && {
          keywords: keywords.map(cleanLine).filter((one) => one !== null),
        }),
      };
      const text = merge(newSidecar({ title: "before" }), values, ...FACETS);
      writeFileSync(join(folder, `${String(index).padStart(3, "0")}.xmp`), text);
      return {
        Title: values.title,
        Description: values.description,
        Subject: values.keywords,
      };
    });
    const asked = ["-j", "-struct", "-api", "StructFormat=JSONQ", "-XMP-dc:all", folder];
    const said = Bun.spawnSync(["exiftool", ...asked], {
      env: { LC_ALL: "C.UTF-8" },
    });
    const read = JSON.parse(said.stdout.toString()) as Record<string, unknown>[];
    read.sort((a, b) => (String(a["SourceFile"]) < String(b["SourceFile"]) ? -1 : 1));
    expect(
      read.map(({ Title, Description, Subject }) => ({
        Title,
        Description,
        Subject,
      })),
    ).toEqual(expected as never);
  });
});
