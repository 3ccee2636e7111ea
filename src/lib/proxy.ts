/** Which proxy the runtime goes through; it reads the variables by itself, and does not say so. */
import type { Environment } from "./environment.ts";

export interface Proxy {
  /** The variable that names it. */
  readonly variable: string;
  /** Scheme and host, never a name or a password; null when the variable holds no address. */
  readonly address: string | null;
}

/** The proxy of an address, or null when it is reached directly. */
export function proxyFor(url: string, env: Environment): Proxy | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname } = new URL(url);
  const scheme = protocol === "https:" ? "https_proxy" : "http_proxy";
  const [variable] = [scheme, scheme.toUpperCase(), "all_proxy", "ALL_PROXY"].filter(
    (name) => (env[name] ?? "").trim() !== "",
  );
  if (variable === undefined || isDirect(hostname, env)) return null;
  return { variable, address: addressOf(env[variable]!.trim()) };
}

function isDirect(hostname: string, env: Environment): boolean {
  const exceptions = (env["no_proxy"] || env["NO_PROXY"] || "").split(",");
  return exceptions.some((entry) => {
    const name = entry
      .trim()
      .replace(/:\d+$/, "")
      .replace(/^\*?\./, "");
    if (name === "") return false;
    return name === "*" || hostname === name || hostname.endsWith(`.${name}`);
  });
}

function addressOf(text: string): string | null {
  const full = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(full)) return null;
  const { protocol, host } = new URL(full);
  return host === "" ? null : `${protocol}//${host}`;
}
