/** The false answers of faults: what is sent in place of, or made of, the true one. */

import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { gzipBomb } from "./bomb.ts";
import { replacesAnswer, type FaultAction } from "./fault-action.ts";
import type { IncomingRequest } from "./types.ts";

/** The answer a fault puts in place of the true one. */
export function falseAnswer(action: FaultAction): Response {
  const { status, html, json, redirect, serverErrorCode, headers = {} } = action;
  if (status !== undefined) return plainAnswer(action.body ?? "", { status, headers });
  if (html)
    return new Response(BUSY_PAGE, { headers: { "Content-Type": "text/html", ...headers } });
  if (json !== undefined) return plainAnswer(json, { status: 200, headers });
  if (redirect !== undefined) {
    return new Response("", { status: 302, headers: { Location: redirect, ...headers } });
  }
  if (serverErrorCode !== undefined) return cloudKitError(action);
  return new Response("", { status: 200, headers });
}

const BUSY_PAGE =
  "<!DOCTYPE html><html><head><title>iCloud</title></head><body>Please try again.</body></html>";

/** The true answer with its headers or bytes spoiled; what happens on the wire is the sender's part. */
export async function spoil(
  response: Response,
  action: FaultAction,
  request: IncomingRequest,
): Promise<Response> {
  let spoiled = response;
  if (!replacesAnswer(action)) addHeaders(spoiled, action.headers);
  if (action.changeStatus !== undefined) spoiled = withStatus(spoiled, action.changeStatus);
  if (action.wrongContentRange) spoiled = shiftContentRange(spoiled);
  if (action.truncateTo !== undefined) spoiled = await truncate(spoiled, action.truncateTo);
  if (action.flipByteAt !== undefined) spoiled = flipByte(spoiled, action.flipByteAt);
  if (action.gzipBomb !== undefined) spoiled = bomb(spoiled, action.gzipBomb);
  if (action.gzip) spoiled = await compress(spoiled, request);
  return spoiled;
}

export function withoutRange(request: IncomingRequest): IncomingRequest {
  const headers = new Headers(request.headers);
  headers.delete("range");
  return { ...request, headers };
}

function addHeaders(response: Response, headers: FaultAction["headers"] = {}): void {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
}

function plainAnswer(
  body: unknown,
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
): Response {
  const isText = typeof body === "string";
  const type = isText ? "text/plain;charset=UTF-8" : "application/json; charset=UTF-8";
  const isBodiless = status === 204 || status === 304;
  return new Response(isBodiless ? null : isText ? body : JSON.stringify(body), {
    status,
    headers: { "Content-Type": type, ...headers },
  });
}

function cloudKitError({ serverErrorCode, reason, retryAfter, http = 200 }: FaultAction): Response {
  const body = { uuid: randomUUID(), serverErrorCode, reason, retryAfter };
  const headers = {
    "Content-Type": "application/json; charset=UTF-8",
    ...(retryAfter === undefined || http === 200 ? {} : { "Retry-After": String(retryAfter) }),
  };
  return new Response(JSON.stringify(body), { status: http, headers });
}

function withStatus({ body, headers }: Response, status: number): Response {
  return new Response(body, { status, headers });
}

/** Claims that the body starts one byte later than it does. */
function shiftContentRange(response: Response): Response {
  const range = /^bytes (\d+)-(.*)$/.exec(response.headers.get("content-range") ?? "");
  if (!range) return response;
  const headers = new Headers(response.headers);
  headers.set("content-range", `bytes ${Number(range[1]) + 1}-${range[2]}`);
  return new Response(response.body, { status: response.status, headers });
}

async function truncate(response: Response, sizeBytes: number): Promise<Response> {
  const bytes = (await response.bytes()).subarray(0, sizeBytes);
  return withBytes(response, bytes);
}

async function compress(response: Response, request: IncomingRequest): Promise<Response> {
  if (!(request.headers.get("accept-encoding") ?? "").includes("gzip")) return response;
  const spoiled = withBytes(response, gzipSync(await response.bytes()));
  spoiled.headers.set("content-encoding", "gzip");
  return spoiled;
}

function bomb(response: Response, bytes: number): Response {
  const spoiled = withBytes(response, gzipBomb(bytes));
  spoiled.headers.set("content-encoding", "gzip");
  return spoiled;
}

function withBytes(response: Response, bytes: Uint8Array): Response {
  const headers = new Headers(response.headers);
  headers.set("content-length", String(bytes.length));
  return new Response(new Uint8Array(bytes), { status: response.status, headers });
}

/** One wrong bit in a body of the right length: only a checksum notices. */
function flipByte(response: Response, at: number): Response {
  let offset = 0;
  const flip = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const index = at - offset;
      offset += chunk.length;
      if (index < 0 || index >= chunk.length) return controller.enqueue(chunk);
      // A copy: the chunk may belong to a pattern the library shares between files.
      const copy = new Uint8Array(chunk);
      copy[index] = (copy[index] ?? 0) ^ 1;
      controller.enqueue(copy);
    },
  });
  const { status, headers } = response;
  return new Response(response.body?.pipeThrough(flip) ?? null, { status, headers });
}
