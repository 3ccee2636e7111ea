/** What we say about ourselves in each request to Apple. */
import type { Endpoints } from "./options.ts";
import type { HeaderProfile, SessionState } from "./session-file.ts";

export type RequestHeaders = Record<string, string>;

/** The same for everyone: iCloud's web page is this OAuth client. */
const widgetKey = "d39ba9916b7251055b22c7f910e2ea796ee65e98b2ddecea8f5dde8d9d1a815d";

// Apple refuses browsers it considers old.
const userAgent =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) " +
  "Chrome/138.0.0.0 Safari/537.36";

/** Headers of the sign-in service, made anew for each attempt: the thread `scnt` changes with every answer. */
export function authHeaders(
  endpoints: Endpoints,
  state: SessionState,
  profile: HeaderProfile,
): RequestHeaders {
  const headers: RequestHeaders = {
    ...siteHeaders(profile === "auth" ? new URL(endpoints.auth).origin : endpoints.home),
    Accept: "application/json, text/javascript",
    "Content-Type": "application/json",
    "X-Apple-OAuth-Client-Id": widgetKey,
    "X-Apple-OAuth-Client-Type": "firstPartyAuth",
    "X-Apple-OAuth-Redirect-URI": endpoints.home,
    "X-Apple-OAuth-Require-Grant-Code": "true",
    "X-Apple-OAuth-Response-Mode": "web_message",
    "X-Apple-OAuth-Response-Type": "code",
    "X-Apple-OAuth-State": state.clientId,
    "X-Apple-Widget-Key": widgetKey,
  };
  if (state.scnt) headers["scnt"] = state.scnt;
  if (state.sessionId) headers["X-Apple-ID-Session-Id"] = state.sessionId;
  if (state.authAttributes) headers["X-Apple-Auth-Attributes"] = state.authAttributes;
  return headers;
}

/** Headers of the setup service: a page of iCloud that sends JSON. */
export function setupHeaders(endpoints: Endpoints): RequestHeaders {
  return { ...siteHeaders(endpoints.home), Accept: "*/*", "Content-Type": "application/json" };
}

/** Origin, Referer and browser, as every host of iCloud expects them. */
export function siteHeaders(origin: string): RequestHeaders {
  return { Origin: origin, Referer: `${origin}/`, "User-Agent": userAgent };
}
