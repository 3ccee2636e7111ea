/** continuationMarker: a small protobuf with the rank and the name of the last item of a page. */

interface Marker {
  readonly rank: number;
  readonly name: string;
}

/** The marker as part of an answer. */
export function markerPart(rank: number, name: string): string {
  return `,"continuationMarker":"${writeMarker({ rank, name })}"`;
}

function writeMarker({ rank, name }: Marker): string {
  const place = Buffer.alloc(6);
  place.writeUIntBE(rank, 0, 6);
  const text = Buffer.from(name);
  const parts = [Buffer.from([0x12, 6]), place, Buffer.from([0x1a, text.length + 4, 0x0a])];
  return Buffer.concat([...parts, Buffer.from([text.length]), text, end]).toString("base64");
}

/** Null for anything that is not a marker of ours. */
export function readMarker(text: unknown): Marker | null {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  const length = bytes[11];
  if (bytes[0] !== 0x12 || length === undefined || bytes.length !== 12 + length + end.length) {
    return null;
  }
  return { rank: bytes.readUIntBE(2, 6), name: bytes.toString("utf8", 12, 12 + length) };
}

const end = Buffer.from([0x10, 0x01]);

/** Where the items behind a marked one begin, even when others came or went before it. */
export function rankAfter(list: readonly { readonly name: string }[], marker: Marker): number {
  if (list[marker.rank]?.name === marker.name) return marker.rank + 1;
  const found = list.findIndex(({ name }) => name === marker.name);
  return found === -1 ? marker.rank : found + 1;
}
