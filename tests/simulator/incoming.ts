/** Turns one request of node:http into what the parts of the simulator see. */

import type { IncomingMessage } from "node:http";
import type { CookieDomain } from "./options.ts";
import { originsFor, readPartition } from "./origins.ts";
import type { IncomingRequest } from "./types.ts";

/** Apple's servers, as far as they are simulated. */
export type Service = "auth" | "setup" | "cloudkit" | "content";

export async function readRequest(
  message: IncomingMessage,
  place: { cookieDomain: CookieDomain; connection: number },
): Promise<IncomingRequest> {
  const host = message.headers.host ?? "127.0.0.1";
  const url = new URL(`http://${host}`);
  const [rawPath = "/", query = ""] = splitOnce(message.url ?? "/", "?");
  const { partition, path } = readPartition(host, rawPath);
  url.pathname = path;
  url.search = query;
  const headers = readHeaders(message);
  return {
    method: message.method ?? "GET",
    url,
    headers,
    body: await readBody(message),
    cookies: readCookies(headers.get("cookie") ?? ""),
    origins: originsFor(host, place.cookieDomain),
    connection: place.connection,
    partition,
  };
}

/** Which of Apple's servers a path belongs to; paths nobody knows fall to the content host. */
export function serviceOf(path: string): Service | "admin" {
  if (path.startsWith("/__admin")) return "admin";
  if (path.startsWith("/appleauth/")) return "auth";
  if (path.startsWith("/setup/")) return "setup";
  return path.startsWith("/database/") ? "cloudkit" : "content";
}

function readHeaders(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, each);
  }
  return headers;
}

/** A GET may bring a body too: getTerms and repairDone do. */
async function readBody(message: IncomingMessage): Promise<string> {
  const hasBody = message.headers["content-length"] ?? message.headers["transfer-encoding"];
  if (hasBody === undefined || hasBody === "0") return "";
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Values as sent: the quotes around them belong to the value. */
function readCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(/;\s*/)) {
    const [name = "", value] = splitOnce(pair, "=");
    if (name !== "" && value !== undefined) cookies.set(name.trim(), value.trim());
  }
  return cookies;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
