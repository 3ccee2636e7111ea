/** What the code of a failed connection says. */
import type { RemoteFault } from "./errors.ts";

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

/** The fault behind a code of the runtime or the system; a connection that was there and broke is "unavailable". */
export function connectionFault(code: string): RemoteFault & ("unreachable" | "unavailable") {
  return UNREACHABLE.has(code) ? "unreachable" : "unavailable";
}
