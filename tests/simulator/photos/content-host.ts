/** The content host: GET and HEAD of files by signed address, whole or from any byte. */
import { randomUUID } from "node:crypto";
import type { IncomingRequest, Part } from "../types.ts";
import { bytesOf, piecesOf, sizeOf, type Content } from "../media/content.ts";
import type { Library } from "./library/library.ts";
import { readRange } from "./range.ts";
import { readLink } from "./wire/links.ts";

/** Up to this length a body is one buffer; longer ones are made while they are sent. */
const bufferedBytesMax = 4 * 1024 * 1024;

export function contentPart(library: Library): Part {
  return (request) => {
    if (!request.url.pathname.startsWith("/B/")) return null;
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
    const link = readLink(request.url, library.clock.now());
    if ("refusal" in link) {
      const { expiredStatus } = library.quirks;
      return refuse(link.refusal === "expired" ? expiredStatus : statuses[link.refusal]);
    }
    if (library.quirks.goneContent.includes(link.checksum)) return refuse(404);
    return send(request, link.content);
  };
}

const statuses = { unknown: 404, forged: 400 } as const;

function send(request: IncomingRequest, content: Content): Response {
  const total = sizeOf(content);
  const range = readRange(request.headers.get("Range"), total);
  if (range === "unsatisfiable") {
    return refuse(416, { "Content-Range": `bytes */${total}` });
  }
  const { from, to } = range ?? { from: 0, to: total };
  const headers = contentHeaders();
  headers["Content-Length"] = String(to - from);
  if (range) headers["Content-Range"] = `bytes ${from}-${to - 1}/${total}`;
  const body = request.method === "HEAD" ? null : bodyOf(content, from, to);
  return new Response(body, { status: range ? 206 : 200, headers });
}

function bodyOf(content: Content, from: number, to: number) {
  if (to - from <= bufferedBytesMax) return bytesOf(content, from, to);
  const pieces = piecesOf(content, from, to);
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function refuse(status: number, more: Record<string, string> = {}): Response {
  const headers = { ...contentHeaders(), "Content-Type": "application/json", ...more };
  return new Response("{}", { status, headers });
}

/** As recorded; there is no ETag, and never a content coding. */
function contentHeaders(): Record<string, string> {
  return {
    "Accept-Ranges": "bytes",
    "Access-Control-Allow-Credentials": "false",
    "Access-Control-Allow-Methods": "GET,OPTIONS",
    "Access-Control-Allow-Origin": "https://www.icloud.com",
    "Cache-Control": "no-transform,private,max-age=2592000,s-maxage=2592000",
    "Content-Disposition": `attachment; filename="%24%7Bf%7D"; filename*=UTF-8''%24%7Bf%7D`,
    "Content-Type": "application/octet-stream",
    "Last-Modified": "Sat, 01 Jun 2024 12:00:00 GMT",
    Server: "AppleHttpServer/2f080fc0",
    "X-Apple-Request-UUID": randomUUID(),
    "X-Responding-Instance": "contentvendorws:301500304:simulator:8404:18RC199:nocommit",
    "apple-seq": "0",
    "apple-tk": "false",
  };
}
