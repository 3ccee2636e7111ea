/** Where Apple's sign-in lives, and the one way to point kei somewhere else: at this very machine. */
import { isLoopbackHost } from "../lib/loopback.ts";
import { UsageError } from "../lib/errors.ts";
import { trimEnd } from "../lib/trim.ts";
import type { Domain, Endpoints } from "./options.ts";

const authPath = "/appleauth/auth";
const setupPath = "/setup/ws/1";

/** Apple's own hosts; accounts of mainland China live on `.com.cn`. */
export function defaultEndpoints(domain: Domain): Endpoints {
  const suffix = domain === "cn" ? ".cn" : "";
  return {
    auth: `https://idmsa.apple.com${suffix}${authPath}`,
    setup: `https://setup.icloud.com${suffix}${setupPath}`,
    home: `https://www.icloud.com${suffix}`,
    isLoopback: false,
  };
}

/** The servers as one word, to tell a session for these from one for others. */
export function serversOf({ auth, setup, home }: Endpoints): string {
  return [auth, setup, home].join(" ");
}

/** The other host a Chinese account may have to sign in at; none for everyone else. */
export function alternateAuth(endpoints: Endpoints): string | null {
  const chinese = defaultEndpoints("cn").auth;
  return endpoints.auth === chinese ? defaultEndpoints("com").auth : null;
}

/**
 * Apple's hosts, or the loopback ones named by `KEI_AUTH_ENDPOINT`, `KEI_SETUP_ENDPOINT` and `KEI_HOME_ENDPOINT`. All
 * three or none: a mixture would send a simulator's tokens to Apple or the other way round.
 */
export function endpointsFrom(
  env: Readonly<Record<string, string | undefined>>,
  domain: Domain,
): Endpoints {
  const auth = readOverride(env, "KEI_AUTH_ENDPOINT", authPath);
  const setup = readOverride(env, "KEI_SETUP_ENDPOINT", setupPath);
  const home = readOverride(env, "KEI_HOME_ENDPOINT", "");
  if (!auth && !setup && !home) return defaultEndpoints(domain);
  if (!auth || !setup || !home) throw incomplete({ auth, setup, home });
  return { auth, setup, home, isLoopback: true };
}

function readOverride(
  env: Readonly<Record<string, string | undefined>>,
  key: string,
  defaultPath: string,
): string | null {
  const text = env[key]?.trim();
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !isPlainLoopback(url)) {
    throw new UsageError(
      `Cannot use ${key} "${text}"`,
      "only an http or https address of this machine is accepted, as in http://127.0.0.1:8080",
      "merged",
    );
  }
  const path = trimEnd(url.pathname, "/");
  return url.origin + (path || defaultPath);
}

function isPlainLoopback(url: URL): boolean {
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && isLoopbackHost(url.hostname) && !url.username && !url.search && !url.hash;
}

function incomplete(found: Record<string, string | null>): UsageError {
  const missing = Object.entries(found)
    .filter(([, value]) => !value)
    .map(([name]) => `KEI_${name.toUpperCase()}_ENDPOINT`);
  return new UsageError(
    `Missing ${missing.join(" and ")}`,
    "set all three of KEI_AUTH_ENDPOINT, KEI_SETUP_ENDPOINT and KEI_HOME_ENDPOINT, or none",
    "merged",
  );
}
