import { expect, test } from "bun:test";
import { FACETS } from "../../../src/metadata/facets.ts";
import { momentOf } from "../../../src/metadata/moment.ts";
import { tagsOf } from "../../../src/metadata/tags.ts";
import type { Medium } from "../../../src/metadata/tags.ts";

const MS = Date.UTC(2024, 4, 6, 5, 8, 9);

const moments: [offset: number | null, zone: string, wall: string, offsetText: string | null][] = [
  [7200, "UTC", "2024-05-06T07:08:09", "+02:00"],
  [-34_200, "Asia/Tokyo", "2024-05-05T19:38:09", "-09:30"],
  [0, "Asia/Tokyo", "2024-05-06T05:08:09", "+00:00"],
  [null, "Asia/Tokyo", "2024-05-06T14:08:09", null],
];
for (const [offset, zone, wall, text] of moments) {
  test(`momentOf() shows the clock at offset ${offset}, or in ${zone}`, () => {
    expect(momentOf(MS, offset, zone)).toEqual({ wall, offset: text, epochSeconds: MS / 1000 });
  });
}

test("momentOf() knows moments before 1970", () => {
  expect(momentOf(-1, 0, "UTC").wall).toBe("1969-12-31T23:59:59");
});

const said = (...args: Parameters<typeof tagsOf>) =>
  Object.fromEntries(tagsOf(...args).map(({ name, value }) => [name, value]));

test("tagsOf() dates a picture by the clock on the spot, with its offset", () => {
  expect(said("datetime", momentOf(MS, 7200, "UTC"), "picture")).toEqual({
    "ExifIFD:DateTimeOriginal": "2024:05:06 07:08:09",
    "ExifIFD:CreateDate": "2024:05:06 07:08:09",
    "IFD0:ModifyDate": "2024:05:06 07:08:09",
    "ExifIFD:OffsetTimeOriginal": "+02:00",
    "ExifIFD:OffsetTimeDigitized": "+02:00",
    "ExifIFD:OffsetTime": "+02:00",
    "XMP-exif:DateTimeOriginal": "2024:05:06 07:08:09+02:00",
    "XMP-xmp:CreateDate": "2024:05:06 07:08:09+02:00",
    "XMP-xmp:ModifyDate": "2024:05:06 07:08:09+02:00",
    "XMP-photoshop:DateCreated": "2024:05:06 07:08:09+02:00",
  });
  expect(said("datetime", momentOf(MS, null, "UTC"), "picture")).not.toHaveProperty(
    "ExifIFD:OffsetTime",
  );
});

test("tagsOf() dates a movie in UTC, and by the clock on the spot", () => {
  expect(said("datetime", momentOf(MS, 7200, "UTC"), "movie")).toMatchObject({
    "Keys:CreationDate": "2024:05:06 07:08:09+02:00",
    "QuickTime:CreateDate": "2024:05:06 05:08:09+00:00",
  });
});

test("tagsOf() leaves out of the head of a movie what it has no room for", () => {
  const names = (ms: number) =>
    tagsOf("datetime", momentOf(ms, 0, "UTC"), "movie").map(({ name }) => name);
  const [first, last] = [
    Date.UTC(1904, 0, 1, 0, 0, 1),
    (2 ** 32 - 1) * 1000 + Date.UTC(1904, 0, 1),
  ];
  for (const ms of [first, last]) expect(names(ms)).toContain("QuickTime:CreateDate");
  for (const ms of [first - 1000, last + 1000]) {
    expect(names(ms)).toContain("Keys:CreationDate");
    expect(names(ms)).not.toContain("QuickTime:CreateDate");
  }
});

test("tagsOf() places a picture south, west and below the sea", () => {
  const place = { latitude: -33.5, longitude: -70.25, altitude: -4 };
  expect(said("gps", place, "picture")).toEqual({
    "GPS:GPSLatitude": 33.5,
    "GPS:GPSLatitudeRef": "S",
    "GPS:GPSLongitude": 70.25,
    "GPS:GPSLongitudeRef": "W",
    "GPS:GPSAltitude": 4,
    "GPS:GPSAltitudeRef": 1,
    "XMP-exif:GPSLatitude": -33.5,
    "XMP-exif:GPSLongitude": -70.25,
    "XMP-exif:GPSAltitude": 4,
    "XMP-exif:GPSAltitudeRef": 1,
  });
  expect(said("gps", { ...place, altitude: null }, "picture")).not.toHaveProperty(
    "GPS:GPSAltitude",
  );
});

test("tagsOf() places a movie with as many digits as others read", () => {
  const place = { latitude: Number("27.757199999999998"), longitude: -0.0000012, altitude: null };
  expect(said("gps", place, "movie")["Keys:GPSCoordinates"]).toBe("27.75720 0.00000");
  const high = { ...place, altitude: 171.5 };
  expect(said("gps", high, "movie")["Keys:GPSCoordinates"]).toBe("27.75720 0.00000 171.500");
});

test("tagsOf() cuts a long description in EXIF between characters, and keeps the whole in XMP", () => {
  const text = "é".repeat(40_000);
  const tags = said("description", text, "picture");
  expect(tags["IFD0:ImageDescription"]).toBe("é".repeat(2048));
  expect(tags["XMP-dc:Description"]).toBe(text);
});

test("tagsOf() takes out every tag it puts in, for every facet", () => {
  const values = {
    datetime: momentOf(MS, 7200, "UTC"),
    gps: { latitude: 1, longitude: 2, altitude: 3 },
    rating: 5,
    description: "d",
    title: "t",
    keywords: ["k"],
    hidden: true,
    subtype: "portrait",
    burst: "b",
  } as const;
  for (const medium of ["picture", "movie"] satisfies Medium[]) {
    for (const facet of FACETS) {
      const names = tagsOf(facet, values[facet], medium).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(tagsOf(facet, undefined, medium)).toEqual(
        names.map((name) => ({ name, value: null })),
      );
    }
  }
});
