/**
 * Fetches the bytes behind a download address.
 *
 * Promises: only allowed hosts, redirects included; the body arrives as it is stored (no content coding); every
 * refusal becomes a typed fault. The address never appears in an error. It does not judge the bytes.
 */
import type { Clock } from "../lib/clock.ts";
import { errnoOf } from "../lib/errno.ts";
import { RemoteError } from "../lib/errors.ts";
import type { RemoteFault } from "../lib/errors.ts";
import { connectionError } from "../lib/network.ts";
import { parseRetryAfter } from "../lib/retry.ts";
import { Watchdog } from "./watchdog.ts";
import type { Patience } from "./watchdog.ts";
import type { UrlRule } from "./photos/records.ts";

/** An open answer of the content host. */
export interface Content {
  /** First byte of the body within the whole file; 0 when the host ignored the range. */
  readonly fromByte: number;
  /** Bytes the body will have, when the host says so. */
  readonly lengthBytes: number | null;
  /** Size of the whole file, when the host says so. */
  readonly totalBytes: number | null;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of an answer whose body is not read; otherwise its connection stays open. */
  readonly cancel: () => void;
}

export interface ContentDoor {
  readonly mayFetch: UrlRule;
  readonly headersFor: (url: string) => Record<string, string>;
  /** When a transfer counts as stalled. */
  readonly patience: Patience;
  readonly clock: Pick<Clock, "now" | "steadyMs">;
}

const REDIRECTS_MAX = 3;
const BY_STATUS: Record<number, RemoteFault> = {
  400: "expired-url", // a bad signature: a new address is needed
  401: "expired-url",
  403: "expired-url",
  404: "gone",
  407: "blocked",
  410: "expired-url",
  421: "unavailable",
  429: "throttled",
  511: "blocked",
};

/** Opens the content at an address from a byte on. Throws RemoteError; `unsatisfiable` says the offset is past the end. */
export async function openContent(
  url: string,
  fromByte: number,
  door: ContentDoor,
): Promise<Content | "unsatisfiable"> {
  const watchdog = new Watchdog(door.patience, door.clock);
  let isOpen = false;
  try {
    const response = await follow(url, fromByte, door, watchdog);
    if (response.status === 416) {
      await response.body?.cancel();
      return "unsatisfiable";
    }
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel();
      throw refusal(response, door.clock.now());
    }
    const content = {
      ...extent(response),
      lengthBytes: numberOrNull(response.headers.get("content-length")),
      contentType: response.headers.get("content-type") ?? "",
      body: guarded(response, watchdog),
      cancel: () => {
        watchdog.stop();
        void response.body?.cancel().catch(() => undefined);
      },
    };
    isOpen = true;
    return content;
  } finally {
    if (!isOpen) watchdog.stop();
  }
}

async function follow(
  url: string,
  fromByte: number,
  door: ContentDoor,
  watchdog: Watchdog,
): Promise<Response> {
  let target = url;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    if (!door.mayFetch(target))
      throw new RemoteError("refused", "Apple named a strange host for a file");
    const response = await request(target, fromByte, door, watchdog);
    if (response.status < 300 || response.status >= 400) return response;
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location === null || !URL.canParse(location, target)) break;
    target = new URL(location, target).href;
  }
  throw new RemoteError("unavailable", "The content host redirects in circles");
}

async function request(
  url: string,
  fromByte: number,
  door: ContentDoor,
  watchdog: Watchdog,
): Promise<Response> {
  const headers: Record<string, string> = { ...door.headersFor(url), Accept: "*/*" };
  if (fromByte > 0) headers.Range = `bytes=${fromByte}-`;
  try {
    watchdog.wait();
    // `decompress: false` also keeps Accept-Encoding out. Bun's own time-out is off: the watchdog's is exact.
    return await fetch(url, {
      headers,
      redirect: "manual",
      decompress: false,
      timeout: false,
      signal: watchdog.signal,
    } as RequestInit);
  } catch (cause) {
    throw connectionError(cause, url);
  } finally {
    watchdog.came(0);
  }
}

async function* guarded(response: Response, watchdog: Watchdog): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    while (reader) {
      watchdog.wait();
      const { done, value } = await reader.read();
      if (done) return;
      watchdog.came(value.length);
      yield value;
    }
  } catch (cause) {
    // The library's own error holds the address: it must not travel on.
    const reason = watchdog.signal.aborted ? "stalled" : "broke";
    const code = errnoOf(cause);
    const how = code ? ` (${code})` : "";
    throw new RemoteError("unavailable", `The connection ${reason} in the middle of a file${how}`);
  } finally {
    watchdog.stop();
    void reader?.cancel().catch(() => undefined); // when the reader of the body left early
  }
}

function refusal(response: Response, nowMs: number): RemoteError {
  const { status } = response;
  const fault = BY_STATUS[status] ?? (status >= 500 ? "unavailable" : "refused");
  return new RemoteError(fault, `The content host answered ${status}`, {
    status,
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after"), nowMs),
  });
}

function extent(response: Response): { fromByte: number; totalBytes: number | null } {
  if (response.status === 200) {
    return { fromByte: 0, totalBytes: numberOrNull(response.headers.get("content-length")) };
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  if (!range)
    throw new RemoteError("mismatch", "The content host sent a part without saying which");
  return { fromByte: Number(range[1]), totalBytes: numberOrNull(range[2] ?? null) };
}

function numberOrNull(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
