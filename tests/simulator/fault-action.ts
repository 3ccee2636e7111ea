/** What a fault does, as written in a rule: any of these parts, alone or together. */

export interface FaultAction {
  /** Wait before answering. */
  readonly delayMs?: number;
  /** End the web session first; the request then meets the gate. */
  readonly killSession?: boolean;
  /** Let the server do what was asked although its answer is replaced or lost. */
  readonly process?: boolean;

  /** Set on the answer, be it true or false. */
  readonly headers?: Readonly<Record<string, string>>;

  // Instead of the answer:
  readonly status?: number;
  /** Text as it is, anything else as JSON; goes with status. */
  readonly body?: unknown;
  readonly html?: boolean;
  readonly json?: unknown;
  readonly empty?: boolean;
  readonly redirect?: string;
  /** CloudKit's error in a body; HTTP 200 unless `http` says otherwise. */
  readonly serverErrorCode?: string;
  readonly reason?: string;
  readonly retryAfter?: number;
  readonly http?: number;
  /** The connection is dropped without an answer. */
  readonly reset?: boolean;
  /** No answer, or with a number: that many bytes of the body, then silence. */
  readonly hang?: boolean | number;

  // Done to the answer:
  /** Another status over the true body, as Apple's 409 on good answers. */
  readonly changeStatus?: number;
  readonly ignoreRange?: boolean;
  readonly wrongContentRange?: boolean;
  /** The connection is closed after so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** With cutAfterBytes: no length was announced. */
  readonly chunked?: boolean;
  readonly flipByteAt?: number;
  /** A shorter body with an honest length. */
  readonly truncateTo?: number;
  /** Compressed, if the client offered to take it. */
  readonly gzip?: boolean;
  /** Bytes per second. */
  readonly drip?: number;
  /** In place of the body blanks that unfold to so many bytes, packed, whether the client takes that or not. */
  readonly gzipBomb?: number;
  /** The body goes on for ever, in blanks. */
  readonly endlessBody?: boolean;
}

type Kind = "flag" | "count" | "text" | "map" | "flag or count" | "any";

const KINDS: Readonly<Record<keyof FaultAction, Kind>> = {
  delayMs: "count",
  killSession: "flag",
  process: "flag",
  status: "count",
  headers: "map",
  body: "any",
  html: "flag",
  json: "any",
  empty: "flag",
  redirect: "text",
  serverErrorCode: "text",
  reason: "text",
  retryAfter: "count",
  http: "count",
  reset: "flag",
  hang: "flag or count",
  changeStatus: "count",
  ignoreRange: "flag",
  wrongContentRange: "flag",
  cutAfterBytes: "count",
  chunked: "flag",
  flipByteAt: "count",
  truncateTo: "count",
  gzip: "flag",
  drip: "count",
  gzipBomb: "count",
  endlessBody: "flag",
};

/** Checks an action that came as JSON; throws a RangeError that names the part it cannot use. */
export function readAction(value: unknown): FaultAction {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError("Want action to be an object");
  }
  const parts = Object.entries(value);
  if (parts.length === 0) throw new RangeError("Want action to say something");
  for (const [name, part] of parts) {
    if (!isPart(name)) throw new RangeError(`Unknown action "${name}"`);
    if (!isKind(part, KINDS[name]))
      throw new RangeError(`Want action ${name} to be a ${KINDS[name]}`);
  }
  return value;
}

/** True when the answer of the server is not used at all. */
export function replacesAnswer(action: FaultAction): boolean {
  const { status, html, json, empty, redirect, serverErrorCode, reset, hang } = action;
  const isReplaced = html ?? empty ?? reset ?? hang === true;
  return isReplaced || [status, json, redirect, serverErrorCode].some((part) => part !== undefined);
}

function isPart(name: string): name is keyof FaultAction {
  return Object.hasOwn(KINDS, name);
}

function isKind(value: unknown, kind: Kind): boolean {
  const isCount = Number.isInteger(value) && Number(value) >= 0;
  switch (kind) {
    case "any":
      return true;
    case "flag":
      return typeof value === "boolean";
    case "count":
      return isCount;
    case "text":
      return typeof value === "string";
    case "flag or count":
      return typeof value === "boolean" || isCount;
    case "map":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}
