/** What the parts of the simulator know of each other. */

/** Time as the simulated Apple sees it; an admin request moves it. */
export interface SimulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  advance(ms: number): void;
}

/** One request as every part sees it. The body is read once by the server. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** Raw body text; empty when there is none. */
  readonly body: string;
  /** Cookies by name, values exactly as sent (quotes included). */
  readonly cookies: ReadonlyMap<string, string>;
  /** How the client addressed us; decides which addresses and cookie domains our answers name. */
  readonly origins: Origins;
  /** Number of the connection it came on; a new connection may be answered by another host. */
  readonly connection?: number;
  /** Partition the client addressed (p61 of `p61-ckdatabasews`); absent when the address names none. */
  readonly partition?: number;
}

/** Addresses to put into answers for this client: loopback ones, or Apple's own when the Host header names Apple. */
export interface Origins {
  /** For webservices.ckdatabasews.url. */
  readonly cloudkit: string;
  /** For downloadURL. */
  readonly content: string;
  readonly setup: string;
  readonly home: string;
  /** True when cookies carry `Domain=.icloud.com; Secure` as Apple's do; false on plain loopback http. */
  readonly isApple: boolean;
}

/** Says whether a CloudKit request is signed in; implemented by the account part, used by the CloudKit part. */
export interface Gate {
  /** Null when the session is good; otherwise the refusal to send. May add Set-Cookie headers to `extra`. */
  check(request: IncomingRequest, extra: Headers): Response | null;
  readonly dsid: string;
  readonly partition: number;
}

/** A part answers the requests it knows and returns null for the others. */
export type Part = (request: IncomingRequest) => Promise<Response | null> | Response | null;
