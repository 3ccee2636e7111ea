/** Which addresses bytes may be fetched from. */
const CONTENT_HOSTS = [".icloud-content.com", ".icloud-content.com.cn", ".cdn-apple.com"];

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

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
