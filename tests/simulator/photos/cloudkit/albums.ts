/** CPLAlbumByPositionLive: the albums and folders of one level, 200 at a time. */
import { randomUUID } from "node:crypto";
import type { Album } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";
import { recordJson } from "../wire/record.ts";
import { tokenPart, viewOf, type Answer, type Call } from "./call.ts";
import type { Filters } from "./filters.ts";
import { recordsMax } from "./limits.ts";
import { markerPart, rankAfter, readMarker } from "./marker.ts";

/** Without a parentId only the top level is returned. */
export function listAlbums(call: Call, zone: Zone, filters: Filters): Answer {
  const { quirks } = call.library;
  const albums = levelOf(zone, filters.text("parentId"));
  if (quirks.endlessAlbums) albums.push(inventedFolder());
  const marker = readMarker(call.body.continuationMarker);
  const start = marker ? rankAfter(albums, marker) : Math.max(0, filters.number("startRank") ?? 0);
  const end = start + recordsMax(call.body.resultsLimit);
  const view = viewOf(call, zone);
  const records = albums.slice(start, end).map((album) => recordJson(view, album));
  const last = end < albums.length ? albums[end - 1] : undefined;
  const isLoop = quirks.markerLoop && albums.length > 0;
  const circle = isLoop ? markerPart(0, marker?.name === "one" ? "other" : "one") : "";
  const more = last ? markerPart(end - 1, last.name) : circle;
  return { body: `{"records":[${records.join(",")}]${more}${tokenPart(call, zone)}}` };
}

function inventedFolder(): Album {
  const id = randomUUID();
  const times = { createdMs: 0, modifiedMs: 0, seq: 0 };
  const what = { type: "CPLAlbum", albumType: 3, position: 0 } as const;
  return { ...what, ...times, name: id, albumName: id, parentId: null, trash: null, isGone: false };
}

function levelOf(zone: Zone, parentId: string | null): Album[] {
  const level: Album[] = [];
  for (const record of zone.records.values()) {
    if (record.type !== "CPLAlbum" || record.isGone) continue;
    if (record.parentId === parentId) level.push(record);
  }
  return level.sort((one, other) => one.position - other.position);
}
