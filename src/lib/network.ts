/**
 * What a failed connection says: nobody at home, a certificate that is not trusted, a proxy in the way. The errors of
 * the runtime hold whole addresses, with tokens in them, so only their codes are read and told.
 */
import type { Environment } from "./environment.ts";
import { RemoteError, type RemoteFault } from "./errors.ts";
import { proxyFor, type Proxy } from "./proxy.ts";

/** There is no such host, or nobody is at home. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ConnectionRefused",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "FailedToOpenSocket",
]);

const UNTRUSTED =
  /CERT|VERIFY|ISSUER|ALTNAME|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|^ERR_(TLS|SSL)|^EPROTO$/;
/** What a wrong clock looks like as well. */
const OUT_OF_DATE = /EXPIRED|NOT_YET_VALID|NOT_BEFORE|NOT_AFTER/;

/**
 * The error of a request that got no answer. `env` is where the runtime takes proxies from. Not to be tried again are
 * certificates that are not trusted and proxies that refuse, as nothing passes with time; "unreachable" and
 * "unavailable" may be.
 */
export function connectionError(
  error: unknown,
  url: string,
  env: Environment = process.env,
): RemoteError {
  const host = hostOf(url);
  const code = codeOf(error);
  const proxy = proxyFor(url, env);
  const cause = new Error(code);
  if (UNTRUSTED.test(code)) {
    const message = `Cannot trust the connection to ${host} (${code})`;
    return new RemoteError("untrusted", message, { cause, hint: mistrust(code) });
  }
  if (proxy) return proxyError(proxy, host, code, error) ?? lost(host, code);
  return lost(host, code);
}

function lost(host: string, code: string): RemoteError {
  const cause = new Error(code);
  return UNREACHABLE.has(code)
    ? new RemoteError("unreachable", `Cannot reach ${host} (${code})`, { cause })
    : new RemoteError("unavailable", `Lost the connection to ${host} (${code})`, { cause });
}

// Null for what happened behind the proxy.
function proxyError(proxy: Proxy, host: string, code: string, error: unknown): RemoteError | null {
  const cause = new Error(code);
  const name = proxy.address ?? `named by ${proxy.variable}`;
  const hint = `${proxy.variable} names this proxy: correct or unset it`;
  const blocked = (message: string) => new RemoteError("blocked", message, { cause, hint });
  if (code === "UnsupportedProxyProtocol" || code === "InvalidProxyUrl") {
    return blocked(`Cannot use the proxy ${name}: only http and https proxies are known`);
  }
  if (UNREACHABLE.has(code)) return blocked(`Cannot reach the proxy ${name} (${code})`);
  if (code !== "ERR_PROXY_TUNNEL") return null;
  const status = statusOf(error);
  const said = `The proxy ${name} does not let us through to ${host}`;
  if (status === null || status < 500) {
    return blocked(status === null ? said : `${said} (it answered ${status})`);
  }
  return new RemoteError("unreachable", `${said} (it answered ${status})`, { cause, hint });
}

function mistrust(code: string): string {
  if (OUT_OF_DATE.test(code)) {
    return (
      "the certificate is out of date, or the date and time of this machine are wrong: look at its clock first; " +
      "otherwise something between it and Apple answers in Apple's place"
    );
  }
  return (
    "something between this machine and Apple answers in Apple's place: a proxy, a virus scanner, the sign-in page of " +
    "this network; if it is meant to, name its certificate in NODE_EXTRA_CA_CERTS; a wrong clock can be the cause as well"
  );
}

const FAULTS_OF_WAY: readonly RemoteFault[] = ["unreachable", "untrusted", "blocked"];

/** True for an error of the way to Apple: the next call would meet the same. */
export function concernsTheWay(error: unknown): boolean {
  return error instanceof RemoteError && FAULTS_OF_WAY.includes(error.fault);
}

/** Error codes lie one or two causes deep; a plain name is the last resort. */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ("code" in inner && typeof inner.code === "string") return inner.code;
  }
  return error instanceof Error ? error.name : "unknown";
}

// The status a proxy gave stands in the words alone.
function statusOf(error: unknown): number | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const status = /tunnel: (\d{3})\b/.exec(inner.message)?.[1];
    if (status !== undefined) return Number(status);
  }
  return null;
}

/** The host of an address, for words to people. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "an unreadable address";
}
