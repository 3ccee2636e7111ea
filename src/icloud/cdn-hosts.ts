/** Which addresses bytes may be fetched from. */
import { isLoopbackHost } from "../lib/loopback.ts";

const CONTENT_HOSTS = [".icloud-content.com", ".icloud-content.com.cn", ".cdn-apple.com"];

/**
 * Apple's content hosts over https; with `allowLoopback` (simulator mode) also loopback hosts over http.
 * Everything else is refused, redirects included: a record must not be able to send us anywhere.
 */
export function mayFetchFrom(url: string, allowLoopback: boolean): boolean {
  const slash = url.indexOf("/", url.indexOf("//") + 2);
  const origin = slash < 0 ? url : url.slice(0, slash);
  const key = `${allowLoopback} ${origin}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const answer = judge(origin, allowLoopback);
  if (answers.size >= ANSWERS_MAX) answers.clear();
  answers.set(key, answer);
  return answer;
}

/** Every page names hundreds of addresses of the same few hosts. */
const answers = new Map<string, boolean>();
const ANSWERS_MAX = 1000;

function judge(url: string, allowLoopback: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "") return false;
  if (allowLoopback && isLoopbackHost(hostname))
    return protocol === "http:" || protocol === "https:";
  return protocol === "https:" && CONTENT_HOSTS.some((suffix) => hostname.endsWith(suffix));
}
