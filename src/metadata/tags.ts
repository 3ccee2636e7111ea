/** Which tags of a file carry a facet, and what they say: the table between our values and ExifTool's names. Pure. */
import { unreachable } from "../lib/errors.ts";
import { firstBytes } from "./clean-text.ts";
import type { Facet, Values } from "./facets.ts";
import type { Place } from "./facts.ts";
import { exifDate, utcDate } from "./moment.ts";
import type { Moment } from "./moment.ts";

/** Pictures carry EXIF and XMP; movies QuickTime's own keys and XMP. */
export type Medium = "picture" | "movie";

/** One tag by its group and name as ExifTool prints them (`-G1`); null takes it out of the file. */
export interface Tag {
  readonly name: string;
  readonly value: string | number | boolean | readonly string[] | null;
}

/** An EXIF text shares 64 KB with everything else of its block; XMP has room for the whole. */
const EXIF_TEXT_BYTES_MAX = 4096;

/** The tags of a facet with its value, or without any when the value is undefined. */
export function tagsOf<F extends Facet>(facet: F, value: Values[F], medium: Medium): Tag[] {
  const tags = tagTable(facet, value, medium);
  return value === undefined ? tags.map(({ name }) => ({ name, value: null })) : tags;
}

function tagTable(facet: Facet, value: Values[Facet], medium: Medium): Tag[] {
  const isMovie = medium === "movie";
  switch (facet) {
    case "datetime":
      return (isMovie ? movieDates : pictureDates)((value as Moment | undefined) ?? NO_MOMENT);
    case "gps":
      return (isMovie ? moviePlace : picturePlace)((value as Place | undefined) ?? NO_PLACE);
    case "rating":
      return [...(isMovie ? [] : [tag("IFD0:Rating", value)]), tag("XMP-xmp:Rating", value)];
    case "description":
      return [
        isMovie
          ? tag("Keys:Description", value)
          : tag("IFD0:ImageDescription", firstBytes(String(value), EXIF_TEXT_BYTES_MAX)),
        tag("XMP-dc:Description", value),
      ];
    case "title":
      return [...(isMovie ? [tag("Keys:Title", value)] : []), tag("XMP-dc:Title", value)];
    case "keywords":
      // Immich reads keywords from the second one only.
      return [tag("XMP-dc:Subject", value), tag("XMP-digiKam:TagsList", value)];
    case "hidden":
      return [tag("XMP-kei:KeiHidden", value)];
    case "subtype":
      return [tag("XMP-kei:KeiMediaSubtype", value)];
    case "burst":
      return [tag("XMP-kei:KeiBurstId", value)];
    default:
      return unreachable(facet);
  }
}

function tag(name: string, value: unknown): Tag {
  return { name, value: value as Tag["value"] };
}

const NO_MOMENT: Moment = { wall: "", offset: "+00:00", epochSeconds: 1 };
const NO_PLACE: Place = { latitude: 0, longitude: 0, altitude: 0 };

function pictureDates(moment: Moment): Tag[] {
  const { offset } = moment;
  const zone = (name: string) => (offset === null ? [] : [tag(name, offset)]);
  return [
    tag("ExifIFD:DateTimeOriginal", exifDate(moment)),
    tag("ExifIFD:CreateDate", exifDate(moment)),
    tag("IFD0:ModifyDate", exifDate(moment)),
    ...zone("ExifIFD:OffsetTimeOriginal"),
    ...zone("ExifIFD:OffsetTimeDigitized"),
    ...zone("ExifIFD:OffsetTime"),
    ...xmpDates(moment),
  ];
}

/** The head of a movie counts seconds from here, where zero means that nobody knows, and has 32 bits for them. */
const HEAD_FIRST_SECONDS = Date.UTC(1904, 0, 1) / 1000;

function movieDates(moment: Moment): Tag[] {
  const { offset } = moment;
  const taken = offset === null ? utcDate(moment) : exifDate(moment) + offset;
  const { epochSeconds } = moment;
  const inHead = epochSeconds - HEAD_FIRST_SECONDS;
  // ExifTool takes the first second of 1970 for unset, too.
  const fits = inHead > 0 && inHead < 2 ** 32 && epochSeconds !== 0;
  const head = ["QuickTime:CreateDate", "QuickTime:ModifyDate"];
  return [
    tag("Keys:CreationDate", taken),
    ...(fits ? head.map((name) => tag(name, utcDate(moment))) : []),
    ...xmpDates(moment),
  ];
}

const XMP_DATES = [
  "XMP-exif:DateTimeOriginal",
  "XMP-xmp:CreateDate",
  "XMP-xmp:ModifyDate",
  "XMP-photoshop:DateCreated",
];

function xmpDates(moment: Moment): Tag[] {
  return XMP_DATES.map((name) => tag(name, exifDate(moment) + (moment.offset ?? "")));
}

function picturePlace(place: Place): Tag[] {
  const { latitude, longitude, altitude } = place;
  return [
    tag("GPS:GPSLatitude", Math.abs(latitude)),
    tag("GPS:GPSLatitudeRef", latitude < 0 ? "S" : "N"),
    tag("GPS:GPSLongitude", Math.abs(longitude)),
    tag("GPS:GPSLongitudeRef", longitude < 0 ? "W" : "E"),
    ...(altitude === null
      ? []
      : [
          tag("GPS:GPSAltitude", Math.abs(altitude)),
          tag("GPS:GPSAltitudeRef", altitude < 0 ? 1 : 0),
        ]),
    ...xmpPlace(place),
  ];
}

function moviePlace(place: Place): Tag[] {
  const { latitude, longitude, altitude } = place;
  // More digits, or fewer than three, and some programs do not read it; a step of the last is a metre.
  const degrees = [latitude, longitude].map((value) => withoutMinusZero(value.toFixed(5)));
  const numbers = altitude === null ? degrees : [...degrees, withoutMinusZero(altitude.toFixed(3))];
  return [tag("Keys:GPSCoordinates", numbers.join(" ")), ...xmpPlace(place)];
}

function withoutMinusZero(digits: string): string {
  return Number(digits) === 0 ? digits.replace("-", "") : digits;
}

function xmpPlace({ latitude, longitude, altitude }: Place): Tag[] {
  return [
    tag("XMP-exif:GPSLatitude", latitude),
    tag("XMP-exif:GPSLongitude", longitude),
    ...(altitude === null
      ? []
      : [
          tag("XMP-exif:GPSAltitude", Math.abs(altitude)),
          tag("XMP-exif:GPSAltitudeRef", altitude < 0 ? 1 : 0),
        ]),
  ];
}
