/** One page of a list of assets: all masters, then all assets, then the album's relations. */
import type { Library } from "../library/library.ts";
import { isContainer, listAssets, type Listing, type ListType } from "../library/indexes.ts";
import type { Asset, LibraryRecord } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";
import { recordJson } from "../wire/record.ts";
import { recordList } from "../wire/record-list.ts";
import { failure, tokenPart, viewOf, type Answer, type Call } from "./call.ts";
import type { Filters } from "./filters.ts";
import { markerPart, rankAfter, readMarker } from "./marker.ts";
import { changeBetweenPages } from "./between-pages.ts";
import { recordsMax } from "./limits.ts";

export function listPage(call: Call, zone: Zone, type: ListType, filters: Filters): Answer {
  const { library } = call;
  const listing: Listing = {
    type,
    smartAlbum: filters.text("smartAlbum") ?? undefined,
    albumId: filters.text("parentId") ?? undefined,
  };
  const list = inDirection(narrow(listAssets(library, zone, listing), filters), filters);
  const marker = readMarker(call.body.continuationMarker);
  if (!marker && call.body.continuationMarker) {
    return failure(call, 400, "BAD_REQUEST", "Invalid continuation marker");
  }
  const start = marker ? rankAfter(list.assets, marker) : list.start;
  if (isEmptyByQuirk(library, start)) return { body: `{"records":[]${tokenPart(call, zone)}}` };

  const limit = recordsMax(call.body.resultsLimit);
  const each = isContainer(listing) ? 3 : 2;
  const end = start + Math.max(1, Math.floor(limit / each));
  const isEndless = library.quirks.endlessPages && list.assets.length > 0;
  const assets = isEndless ? goingRound(list.assets, end + 1) : list.assets;
  const records = pageRecords(library, zone, { assets, start, end, listing });
  const view = viewOf(call, zone);
  // A limit below one whole asset cuts it.
  const shown = limit < each ? records.slice(0, limit) : records;
  const last = end <= assets.length ? assets[end - 1] : undefined;
  const more = last ? markerPart(end - 1, last.name) : "";
  const after = `]${more}${tokenPart(call, zone)}}`;
  const body = recordList(view, shown, recordJson, { before: `{"records":[`, after });
  changeBetweenPages(library, zone);
  return { body };
}

/** The list again and again, each time under other names. */
function goingRound(list: readonly Asset[], length: number): readonly Asset[] {
  return Array.from({ length }, (_, rank) => {
    const asset = list[rank % list.length]!;
    const round = Math.floor(rank / list.length);
    return round === 0 ? asset : { ...asset, name: `${asset.name}-${round}` };
  });
}

/** A single asset inside an index, asked for by name. */
function narrow(list: readonly Asset[], filters: Filters): readonly Asset[] {
  const name = filters.text("recordName");
  return name === null ? list : list.filter((asset) => asset.name === name);
}

/** ASCENDING walks from newest to oldest; DESCENDING from `startRank` down to rank 0. */
function inDirection(list: readonly Asset[], filters: Filters) {
  const startRank = Math.max(0, filters.number("startRank") ?? 0);
  if (filters.text("direction") !== "DESCENDING") return { assets: list, start: startRank };
  const isPastEnd = startRank >= list.length;
  return isPastEnd
    ? { assets: [], start: 0 }
    : { assets: list.slice(0, startRank + 1).reverse(), start: 0 };
}

interface Range {
  readonly assets: readonly Asset[];
  readonly start: number;
  readonly end: number;
  readonly listing: Listing;
}

function pageRecords(library: Library, zone: Zone, range: Range): LibraryRecord[] {
  const { quirks } = library;
  const assets = range.assets.slice(range.start, range.end);
  const ownMasters = assets.map(({ master }) => master);
  const masters = quirks.masterPerAsset ? ownMasters : [...new Set(ownMasters)];
  const shown = quirks.splitPairs ? shifted(range) : assets;
  const halves = quirks.halvesReversed ? [...shown, ...masters] : [...masters, ...shown];
  return isContainer(range.listing)
    ? [...halves, ...relations(zone, assets, range.listing)]
    : halves;
}

const splitAssets = 3;

/** The last assets of a full page wait for the next one, where their masters are not. */
function shifted({ assets, start, end }: Range): readonly Asset[] {
  const from = start === 0 ? 0 : start - splitAssets;
  const isFull = end <= assets.length;
  return assets.slice(Math.max(0, from), isFull ? end - splitAssets : assets.length);
}

function relations(zone: Zone, assets: readonly Asset[], { albumId }: Listing): LibraryRecord[] {
  const found = assets.map(({ name }) => zone.records.get(`${name}-IN-${albumId}`));
  return found.filter((record) => record !== undefined);
}

function isEmptyByQuirk({ quirks }: Library, start: number): boolean {
  if (quirks.emptyPageAtRank !== start) return false;
  quirks.emptyPageAtRank = null;
  return true;
}
