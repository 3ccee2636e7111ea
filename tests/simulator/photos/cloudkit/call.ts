/** One CloudKit request, read: which database, which operation, what body, who asks. */
import { randomUUID } from "node:crypto";
import type { Gate, IncomingRequest } from "../../types.ts";
import type { Library } from "../library/library.ts";
import type { Zone } from "../library/zone.ts";
import { zoneToken } from "../library/tokens.ts";
import type { DatabaseName } from "../options.ts";
import { makeLinks } from "../wire/links.ts";
import type { RecordView } from "../wire/record.ts";
import { selectionOf } from "../wire/selection.ts";

export interface Call {
  readonly library: Library;
  readonly database: DatabaseName;
  readonly body: JsonObject;
  readonly requestId: string;
  readonly nowMs: number;
  readonly contentOrigin: string;
  readonly partition: number;
  /** Answers to queries and lookups carry a syncToken only when asked for. */
  readonly wantsToken: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** What an operation answers: JSON as text or bytes, 200 unless said. */
export interface Answer {
  readonly status?: number;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

export type Operation = (call: Call) => Answer;

/** Null when the body is not a JSON object. */
export function readCall(
  library: Library,
  gate: Gate,
  request: IncomingRequest,
  database: DatabaseName,
): Call | null {
  const body = parseObject(request.body || "{}");
  if (!body) return null;
  return {
    library,
    database,
    body,
    requestId: randomUUID(),
    nowMs: library.clock.now(),
    contentOrigin: request.origins.content,
    partition: gate.partition,
    wantsToken: /^true$/i.test(request.url.searchParams.get("getCurrentSyncToken") ?? ""),
  };
}

/** How records of a zone are shown in answer to this call. */
export function viewOf(call: Call, zone: Zone, asked: JsonObject = call.body): RecordView {
  const { library, requestId, nowMs, partition } = call;
  const origin = call.contentOrigin;
  const links = makeLinks({ origin, zoneName: zone.name, partition, nowMs, requestId });
  return { library, zone, links, selection: selectionOf(asked.desiredKeys) };
}

/** A shared zone is found only with its owner: the name alone addresses one's own database. */
export function findZone({ library, database }: Call, zoneId: unknown): Zone | undefined {
  const { zoneName, ownerRecordName } = asObject(zoneId);
  const name = typeof zoneName === "string" ? zoneName : undefined;
  if (typeof ownerRecordName === "string") return library.findZone(database, name, ownerRecordName);
  const isOwn = ownerRecordName === undefined && database === "private";
  return isOwn ? library.findZone(database, name) : undefined;
}

export function failure(call: Call, status: number, code: string, reason: string): Answer {
  const { requestId } = call;
  return { status, body: JSON.stringify({ uuid: requestId, serverErrorCode: code, reason }) };
}

export function zoneNotFound(call: Call): Answer {
  return failure(call, 404, "ZONE_NOT_FOUND", "Zone does not exist");
}

export function tokenPart({ wantsToken }: Call, zone: Zone): string {
  return wantsToken ? `,"syncToken":"${zoneToken(zone)}"` : "";
}

export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

export function asList(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}
