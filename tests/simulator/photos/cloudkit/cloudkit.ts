/** The CloudKit host of the Photos container: `/database/1/com.apple.photos.cloud/production/...`. */
import { randomUUID } from "node:crypto";
import type { Gate, IncomingRequest, Part } from "../../types.ts";
import { purgeExpired } from "../library/changes.ts";
import type { Library } from "../library/library.ts";
import type { DatabaseName } from "../options.ts";
import { readCall, type Operation } from "./call.ts";
import { changesInDatabase } from "./changes-database.ts";
import { changesInZone } from "./changes-zone.ts";
import { countBatch } from "./counts.ts";
import { lookup } from "./lookup.ts";
import { modify } from "./modify.ts";
import { query } from "./query.ts";
import { listZones } from "./zones-list.ts";

const operations: Readonly<Record<string, Operation>> = {
  "zones/list": listZones,
  "records/query": query,
  "internal/records/query/batch": countBatch,
  "records/lookup": lookup,
  "records/modify": modify,
  "changes/database": changesInDatabase,
  "changes/zone": changesInZone,
};

const address =
  /^\/database\/1\/com\.apple\.photos\.cloud\/production\/(private|shared)\/([\w/]+)$/;

export function cloudkitPart(library: Library, gate: Gate): Part {
  return (request) => {
    const [, database, name = ""] = address.exec(request.url.pathname) ?? [];
    if (!database) return null;
    const extra = new Headers();
    const refusal = gate.check(request, extra);
    if (refusal) return refusal;
    for (const zone of library.zones) purgeExpired(zone, library.clock.now());
    return answer(library, gate, request, { database: database as DatabaseName, name, extra });
  };
}

interface Target {
  readonly database: DatabaseName;
  readonly name: string;
  readonly extra: Headers;
}

function answer(
  library: Library,
  gate: Gate,
  request: IncomingRequest,
  { database, name, extra }: Target,
): Response {
  const call = readCall(library, gate, request, database);
  const operation = operations[name];
  const headers = cloudkitHeaders(request, gate, call?.requestId ?? randomUUID(), extra);
  if (!operation || request.method !== "POST") {
    return refuse(404, "NOT_FOUND", `No operation ${name}`, headers);
  }
  if (!call) return refuse(400, "BAD_REQUEST", "Invalid JSON", headers);
  const { status = 200, body } = operation(call);
  return new Response(body, { status, headers });
}

function refuse(status: number, code: string, reason: string, headers: Headers): Response {
  const uuid = headers.get("X-Apple-Request-UUID");
  return new Response(JSON.stringify({ uuid, serverErrorCode: code, reason }), { status, headers });
}

/** The headers of every recorded answer; `extra` brings the cookies of the gate. */
function cloudkitHeaders(
  request: IncomingRequest,
  gate: Gate,
  requestId: string,
  extra: Headers,
): Headers {
  const headers = new Headers(extra);
  const fixed = {
    "Content-Type": "application/json; charset=UTF-8",
    Server: "AppleHttpServer/3faf4ee9434b",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains;",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Origin": request.headers.get("Origin") ?? "https://www.icloud.com",
    "Access-Control-Expose-Headers": "X-Apple-Request-UUID,X-Responding-Instance,Via",
    "X-Apple-CloudKit-Version": "1.0",
    "X-Apple-Edge-Response-Time": "153",
    "X-Apple-Request-UUID": requestId,
    "X-Responding-Instance": `ckdatabasews:35408201:sim-p${gate.partition}-ckdatabasews:8807:2316B303`,
    "x-apple-user-partition": String(gate.partition),
    "apple-seq": "0",
    "apple-tk": "false",
    via: "xrail:simulator.invalid:8301:23R52:grp22",
  };
  for (const [name, value] of Object.entries(fixed)) headers.set(name, value);
  return headers;
}
