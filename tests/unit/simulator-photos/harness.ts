/** Talks to the Photos half of the simulator as a client would, without a server in between. */
import { createPhotos } from "../../simulator/photos/index.ts";
import type { PhotosOptions } from "../../simulator/photos/options.ts";
import type { IncomingRequest, Part } from "../../simulator/types.ts";

export interface WireRecord {
  readonly recordName: string;
  readonly recordType?: string | null;
  readonly fields: Readonly<Record<string, { readonly value: unknown; readonly type: string }>>;
  readonly recordChangeTag: string;
  readonly deleted?: boolean;
  readonly expirationTime?: number;
  readonly serverErrorCode?: string;
  readonly zoneID?: unknown;
}

export interface Page {
  readonly records: readonly WireRecord[];
  readonly continuationMarker?: string;
  readonly syncToken?: string;
  readonly serverErrorCode?: string;
  readonly reason?: string;
}

export interface Feed {
  readonly records: readonly WireRecord[];
  readonly syncToken: string;
  readonly moreComing: boolean | null;
  readonly serverErrorCode?: string;
  readonly reason?: string;
}

export interface ManifestLine {
  readonly recordName: string;
  readonly masterName: string;
  readonly fileName: string | null;
  readonly kind: string;
  readonly assetDate: number;
  readonly hidden: boolean;
  readonly deleted: boolean;
  readonly favorite: boolean;
  readonly albums: readonly string[];
  readonly renditions: readonly {
    readonly key: string;
    readonly uti: string;
    readonly size: number;
    readonly fileChecksum: string;
    readonly sha256?: string;
  }[];
}

export const allPhotos = "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted";
export const startMs = Date.UTC(2026, 8, 1, 12);
const site = "http://127.0.0.1:4711";

export function aLibrary(options: PhotosOptions = {}) {
  let nowMs = startMs;
  const clock = { now: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
  const gate = { check: () => null, dsid: "12345", partition: 54 };
  const photos = createPhotos({ options, clock, gate });

  async function send(part: Part, method: string, address: string, body = "", headers = {}) {
    const origins = { cloudkit: site, content: site, setup: site, home: site, isApple: false };
    const url = new URL(address, site);
    const request: IncomingRequest = {
      ...{ method, url, body, origins },
      headers: new Headers(headers),
      cookies: new Map(),
    };
    const response = await part(request);
    if (!response) throw new Error(`Nobody answers ${method} ${address}`);
    return response;
  }

  const cloudkit = (operation: string, body: unknown, database = "private") =>
    send(
      photos.cloudkit,
      "POST",
      `/database/1/com.apple.photos.cloud/production/${database}/${operation}?remapEnums=true&getCurrentSyncToken=true`,
      JSON.stringify(body),
    );
  const ask = async <T>(operation: string, body: unknown, database = "private") =>
    (await (await cloudkit(operation, body, database)).json()) as T;

  return {
    clock,
    cloudkit,
    ask,
    page: (query: PageQuery) => ask<Page>("records/query", pageBody(query), query.database),
    feed: async (syncToken?: string, zoneName = "PrimarySync") => {
      const zones = [{ zoneID: { zoneName }, syncToken, resultsLimit: 200 }];
      const answer = await ask<{ zones: [Feed] }>("changes/zone", { zones });
      return answer.zones[0];
    },
    lookup: (...names: string[]) =>
      ask<Page>("records/lookup", {
        records: names.map((recordName) => ({ recordName })),
        zoneID: primary,
      }),
    admin: async (path: string, body: unknown) => {
      const address = `/__admin/library/${path}`;
      const response = await send(photos.admin, "POST", address, JSON.stringify(body));
      return { status: response.status, ...((await response.json()) as AdminAnswer) };
    },
    manifest: async (query = "") => {
      const response = await send(photos.admin, "GET", `/__admin/library/manifest${query}`);
      const lines = (await response.text()).trim().split("\n");
      return lines.filter(Boolean).map((line) => JSON.parse(line) as ManifestLine);
    },
    download: (address: string, headers = {}, method = "GET") =>
      send(photos.content, method, address, "", headers),
  };
}

interface AdminAnswer {
  readonly recordNames: readonly string[];
  readonly error?: string;
}

export const primary = { zoneName: "PrimarySync" };

export interface PageQuery {
  readonly type?: string;
  readonly startRank?: number;
  readonly direction?: "ASCENDING" | "DESCENDING";
  readonly limit?: number;
  readonly filters?: Readonly<Record<string, string>>;
  readonly marker?: string;
  readonly desiredKeys?: readonly string[];
  readonly zone?: unknown;
  readonly database?: string;
}

function pageBody(query: PageQuery) {
  const filter = (fieldName: string, type: string, value: unknown) => ({
    ...{ fieldName, comparator: "EQUALS" },
    fieldValue: { type, value },
  });
  const filterBy = [
    filter("startRank", "INT64", query.startRank ?? 0),
    filter("direction", "STRING", query.direction ?? "ASCENDING"),
    ...Object.entries(query.filters ?? {}).map(([name, value]) => filter(name, "STRING", value)),
  ];
  return {
    query: { recordType: query.type ?? allPhotos, filterBy },
    resultsLimit: query.limit ?? 200,
    desiredKeys: query.desiredKeys,
    continuationMarker: query.marker,
    zoneID: query.zone ?? primary,
  };
}

/** The value of a field, or undefined. */
export function valueOf(record: WireRecord | undefined, field: string): unknown {
  return record?.fields[field]?.value;
}

export function ofType(records: readonly WireRecord[], type: string): WireRecord[] {
  return records.filter(({ recordType }) => recordType === type);
}

/** The downloadURL of a resource. */
export function addressOf(record: WireRecord | undefined, resource = "resOriginalRes"): string {
  return (valueOf(record, resource) as { downloadURL: string }).downloadURL;
}
