/** True for 127.0.0.0/8, ::1 and the name localhost, as they stand in an address. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
