/** Which XMP properties carry a facet, and what they look like. */
import { create } from "xmlbuilder2";
import { unreachable } from "../../lib/errors.ts";
import type { Facet, Values } from "../facets.ts";
import type { Place } from "../facts.ts";
import { isoDate } from "../moment.ts";

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

const XML = "http://www.w3.org/XML/1998/namespace";

const NAMESPACES = {
  dc: "http://purl.org/dc/elements/1.1/",
  digiKam: "http://www.digikam.org/ns/1.0/",
  exif: "http://ns.adobe.com/exif/1.0/",
  kei: "https://github.com/rhoopr/kei/ns/1.0/",
  photoshop: "http://ns.adobe.com/photoshop/1.0/",
  xmp: "http://ns.adobe.com/xap/1.0/",
} as const;

/** One property: a text, one text for all languages, or a list that is a bag or has an order. */
interface Property {
  readonly name: `${keyof typeof NAMESPACES}:${string}`;
  readonly kind: "text" | "Alt" | "Bag" | "Seq";
  readonly value: string | readonly string[];
}

/** Names of the properties of a facet, as namespace and name in one text. */
export function propertyNames(facet: Facet): string[] {
  return propertiesOf(facet, {}).map(({ name }) => {
    const [prefix, local] = name.split(":") as [keyof typeof NAMESPACES, string];
    return NAMESPACES[prefix] + local;
  });
}

/** A description of values in RDF, with all it needs to be understood, each line indented as in a new sidecar. */
export function describe(values: Values, about: string): string {
  const properties = (Object.keys(values) as Facet[])
    .flatMap((facet) => propertiesOf(facet, values))
    .filter(({ value }) => value !== "");
  const prefixes = [...new Set(properties.map(({ name }) => name.split(":")[0]!))].toSorted();
  // Control characters would make a file that nobody can read; values are clean, and this makes sure.
  const document = create().ele(RDF, "rdf:Description").att(RDF, "rdf:about", literal(about));
  for (const prefix of prefixes) {
    const namespace = NAMESPACES[prefix as keyof typeof NAMESPACES];
    document.att("http://www.w3.org/2000/xmlns/", `xmlns:${prefix}`, namespace);
  }
  for (const { name, kind, value } of properties) {
    const namespace = NAMESPACES[name.split(":")[0] as keyof typeof NAMESPACES];
    const element = document.ele(namespace, name);
    if (kind === "text") element.txt(literal(String(value)));
    else {
      const list = element.ele(RDF, `rdf:${kind}`);
      for (const text of typeof value === "string" ? [value] : value) {
        const item = list.ele(RDF, "rdf:li").txt(literal(text));
        if (kind === "Alt") item.att(XML, "xml:lang", "x-default");
      }
    }
  }
  const options = { headless: true, prettyPrint: true, indent: "  ", offset: 2 };
  return document
    .doc()
    .end({ ...options, wellFormed: true })
    .trim();
}

// The package takes what looks like an entity for one.
function literal(text: string): string {
  return text.replaceAll("&", "&amp;");
}

function propertiesOf(facet: Facet, values: Values): Property[] {
  switch (facet) {
    case "datetime": {
      const value = values.datetime ? isoDate(values.datetime) : "";
      return (
        [
          "exif:DateTimeOriginal",
          "xmp:CreateDate",
          "xmp:ModifyDate",
          "photoshop:DateCreated",
        ] as const
      ).map((name) => ({ name, kind: "text", value }));
    }
    case "gps":
      return placeProperties(values.gps);
    case "rating":
      return [{ name: "xmp:Rating", kind: "text", value: String(values.rating ?? "") }];
    case "description":
      return [{ name: "dc:description", kind: "Alt", value: values.description ?? "" }];
    case "title":
      return [{ name: "dc:title", kind: "Alt", value: values.title ?? "" }];
    case "keywords": {
      const value = values.keywords ?? [];
      return [
        { name: "dc:subject", kind: "Bag", value },
        // Immich reads keywords of sidecars from here only.
        { name: "digiKam:TagsList", kind: "Seq", value },
      ];
    }
    case "hidden":
      return [{ name: "kei:hidden", kind: "text", value: values.hidden ? "True" : "" }];
    case "subtype":
      return [{ name: "kei:mediaSubtype", kind: "text", value: values.subtype ?? "" }];
    case "burst":
      return [{ name: "kei:burstId", kind: "text", value: values.burst ?? "" }];
    default:
      return unreachable(facet);
  }
}

function placeProperties(place: Place | undefined): Property[] {
  const altitude = place?.altitude ?? null;
  const millimetres = altitude === null ? "" : `${Math.round(Math.abs(altitude) * 1000)}/1000`;
  const below = altitude === null ? "" : altitude < 0 ? "1" : "0";
  return [
    { name: "exif:GPSLatitude", kind: "text", value: place ? arc(place.latitude, "N", "S") : "" },
    { name: "exif:GPSLongitude", kind: "text", value: place ? arc(place.longitude, "E", "W") : "" },
    { name: "exif:GPSAltitude", kind: "text", value: millimetres },
    { name: "exif:GPSAltitudeRef", kind: "text", value: below },
  ];
}

/** Degrees as XMP has them: `48,12.492000N`. */
function arc(degrees: number, positive: string, negative: string): string {
  const millionths = Math.round(Math.abs(degrees) * 60e6);
  const whole = Math.floor(millionths / 60e6);
  const minutes = (millionths - whole * 60e6) / 1e6;
  return `${whole},${minutes.toFixed(6)}${degrees < 0 ? negative : positive}`;
}
