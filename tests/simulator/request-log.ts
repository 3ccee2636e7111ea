/** Every request the simulator answered: exact counts for ever, details of the newest. */

import type { Service } from "./incoming.ts";
import type { IncomingRequest } from "./types.ts";

export interface LogEntry {
  readonly seq: number;
  /** Simulated time. */
  readonly time: number;
  readonly method: string;
  readonly service: Service;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookieNames: readonly string[];
  /** Empty for content, and for old entries when the log holds too much text. */
  body: string;
  /** Which TCP connection it came on. */
  readonly connection: number;
  /** 0 until answered, and for ever when the connection was dropped without an answer. */
  status: number;
  /** Bytes of the answer's body handed to the connection. */
  bytesSent: number;
  /** Name of the rule that spoiled it, or what the rule did. */
  fault?: string;
  /** An exception inside the simulator: a bug of ours, not a fault. */
  error?: string;
}

interface Count {
  requests: number;
  bytesSent: number;
}

const KEPT_HEADERS = [
  "range",
  "if-range",
  "user-agent",
  "accept",
  "accept-encoding",
  "content-type",
  "origin",
  "referer",
  "scnt",
  "x-apple-id-session-id",
];
const BODY_CHARS_MAX = 65_536;
const ALL_BODIES_CHARS_MAX = 50_000_000;

export class RequestLog {
  readonly #limit: number;
  #entries: LogEntry[] = [];
  #counts = new Map<string, Count>();
  #seq = 0;
  #bodyChars = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  start(service: Service, request: IncomingRequest, time: number): LogEntry {
    this.#seq += 1;
    const entry: LogEntry = {
      seq: this.#seq,
      time,
      method: request.method,
      service,
      path: request.url.pathname,
      query: request.url.search,
      headers: keptHeaders(request.headers),
      cookieNames: [...request.cookies.keys()],
      body: service === "content" ? "" : request.body.slice(0, BODY_CHARS_MAX),
      connection: request.connection ?? 0,
      status: 0,
      bytesSent: 0,
    };
    this.#count(entry).requests += 1;
    this.#entries.push(entry);
    this.#bodyChars += entry.body.length;
    this.#forgetOld();
    return entry;
  }

  finish(entry: LogEntry, bytesSent: number): void {
    entry.bytesSent = bytesSent;
    this.#count(entry).bytesSent += bytesSent;
  }

  /** Entries after `since`, in the order they came. */
  read(filter: URLSearchParams): LogEntry[] {
    const since = Number(filter.get("since") ?? 0);
    const kept = this.#limit === 0 ? [] : this.#entries.slice(-this.#limit);
    return kept.filter((entry) => entry.seq > since && fits(entry, filter));
  }

  summary() {
    const services: Record<string, Record<string, Count>> = {};
    for (const [key, count] of this.#counts) {
      const [service = "", operation = ""] = key.split("\n");
      (services[service] ??= {})[operation] = count;
    }
    return { newestSeq: this.#seq, services };
  }

  /** Forgets entries and counts; numbers go on, so `since` stays valid. */
  clear(): void {
    this.#entries = [];
    this.#bodyChars = 0;
    this.#counts.clear();
  }

  /** Dropping half at once keeps the cost per request constant. */
  #forgetOld(): void {
    if (this.#entries.length > this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
    if (this.#bodyChars <= ALL_BODIES_CHARS_MAX) return;
    const half = Math.ceil(this.#entries.length / 2);
    for (const entry of this.#entries.slice(0, half)) entry.body = "";
    this.#bodyChars = this.#entries.reduce((sum, { body }) => sum + body.length, 0);
  }

  #count(entry: LogEntry): Count {
    const key = `${entry.service}\n${operationOf(entry)}`;
    const known = this.#counts.get(key);
    if (known) return known;
    const count = { requests: 0, bytesSent: 0 };
    this.#counts.set(key, count);
    return count;
  }
}

/** The last meaningful part of the path: "POST signin/init", "POST private/records/query", "GET". */
function operationOf({ service, method, path }: LogEntry): string {
  if (service === "content") return method;
  const prefix = /^(\/appleauth\/auth|\/setup\/ws\/1|\/database\/1\/[^/]+\/[^/]+)/;
  return `${method} ${path.replace(prefix, "").replace(/^\//, "")}`.trim();
}

function fits(entry: LogEntry, filter: URLSearchParams): boolean {
  const service = filter.get("service");
  const method = filter.get("method");
  const path = filter.get("path");
  if (service !== null && service !== entry.service) return false;
  if (method !== null && method !== entry.method) return false;
  if (path !== null && !entry.path.includes(path)) return false;
  return !filter.has("fault") || entry.fault !== undefined;
}

function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
