/**
 * One request, one answer, as text: the only file that knows the HTTP library.
 *
 * Promises: any status is an answer, never an error; redirects are answers too, because Apple sets cookies on them;
 * nothing is repeated here, so that every caller counts its own attempts; the deadline covers the body as well, and
 * there is a limit to its length. What goes wrong names the host and nothing else of the address, which may hold tokens.
 */
import { ofetch } from "ofetch";
import { ACCEPT_ENCODING, readText } from "./body.ts";
import { RemoteError } from "./errors.ts";
import { connectionError, hostOf } from "./network.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Opens a new connection; Apple routes a kept one to the partition it first spoke to. */
  readonly isFreshConnection?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Each `Set-Cookie` header by itself: an expiry date holds a comma, so they must not be joined. */
  readonly setCookies: string[];
  readonly text: string;
}

/** The door to the network; tests hold the other side of it. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** The runtime would unpack a body whatever its size. */
const AS_SENT: object = { decompress: false };
/** The longest pages are a few megabytes. */
const BODY_BYTES_MAX = 64 * 2 ** 20;

/** Sends one request; rejects with a `RemoteError` when no whole answer came, or with the signal's reason. */
export async function send(request: HttpRequest): Promise<HttpResponse> {
  const deadline = AbortSignal.timeout(request.timeoutMs);
  // The library's own time-out ends at the headers; a stalled body would hang for ever.
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  try {
    const response = await ofetch.raw<unknown, "stream">(request.url, {
      method: request.method,
      headers: { ...request.headers, "Accept-Encoding": ACCEPT_ENCODING },
      body: request.body,
      signal,
      retry: 0,
      ignoreResponseError: true,
      redirect: "manual",
      responseType: "stream",
      keepalive: request.isFreshConnection ? false : undefined,
      ...AS_SENT,
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      setCookies: response.headers.getSetCookie(),
      text: await readText(
        { headers: response.headers, body: response._data ?? null },
        BODY_BYTES_MAX,
        hostOf(request.url),
      ),
    };
    refuseForeignPage(answer, hostOf(request.url));
    return answer;
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (error instanceof RemoteError) throw error;
    throw remoteErrorFrom(error, request, deadline.aborted);
  }
}

function remoteErrorFrom(error: unknown, request: HttpRequest, isLate: boolean): RemoteError {
  if (!isLate) return connectionError(error, request.url);
  const seconds = request.timeoutMs / 1000;
  return new RemoteError(
    "unavailable",
    `No answer from ${hostOf(request.url)} within ${seconds} s`,
  );
}

/**
 * Web pages in place of data are not Apple's when they refuse something: its own refusals are JSON or empty. What is
 * busy may say so in a page.
 */
function refuseForeignPage({ status, text }: HttpResponse, host: string): void {
  const isPage = /^\s*<(!doctype|html|head|body|\?xml)\b/i.test(text.slice(0, 1000));
  const isApples = text.includes("boot_args"); // the page of its sign-in, whatever the status
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  const isGate = status === 407 || status === 511;
  if (!isGate && !(isPage && isRefusal && !isApples)) return;
  const cause = new Error(`HTTP ${status}`);
  throw new RemoteError("blocked", `A web page answers in place of ${host} (status ${status})`, {
    cause,
    hint: "a proxy, a firewall or the sign-in page of this network seems to stand in the way: open https://www.icloud.com here in a browser",
  });
}
