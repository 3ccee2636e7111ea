/**
 * What we remember of one account's session, in one file: who this installation is, what Apple gave us, and the cookies.
 *
 * Losing the trust token costs the person a new code, so the file is replaced whole or not at all. A file that cannot
 * be read means a fresh start with a warning; a file of another account is refused and left alone.
 */
import { isObject } from "../lib/is-object.ts";
import { LocalError } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import type { StoredCookie } from "./cookies.ts";
import { at, readJson } from "./json.ts";

/** A phone that a code was sent to; the code must be handed in under the same number. */
export interface CodePhone {
  readonly id: number;
  readonly mode: string;
  readonly nonFTEU?: boolean;
}

/** Which site a request claims to come from: iCloud's home page, or the sign-in service itself. */
export type HeaderProfile = "home" | "auth";

export interface SessionState {
  readonly username: string;
  /** The servers it is for: what is in it is shown to no others. */
  readonly servers: string;
  /** `auth-<uuid>`, made once per installation. */
  readonly clientId: string;
  /** Apple's thread through a sign-in; changes with almost every answer. */
  scnt: string | null;
  sessionId: string | null;
  sessionToken: Secret | null;
  /** Proof that this installation once passed two-factor. */
  trustToken: Secret | null;
  accountCountry: string | null;
  authAttributes: string | null;
  /** Which Origin the code endpoints last accepted. */
  codeProfile: HeaderProfile;
  /** True between "a code is needed" and "this installation is trusted". */
  isCodePending: boolean;
  codePhone: CodePhone | null;
  databaseUrl: string | null;
  dsid: string | null;
  validatedAtMs: number | null;
}

export interface LoadedSession {
  readonly state: SessionState;
  readonly cookies: readonly StoredCookie[];
  readonly warning: string | null;
  /** True when there was no file at all. */
  readonly isNew: boolean;
}

/** Whom Apple let in by this session; null for one with which nobody got in yet, or that cannot be read. */
export function sessionOwner(text: string | null): string | null {
  const file = text === null ? null : readJson(text);
  const { sessionToken, trustToken, isCodePending } = stateFrom(file, "", "");
  const isLetIn = sessionToken !== null || trustToken !== null || isCodePending;
  return isLetIn ? textAt(file, "username") : null;
}

/** A session that knows nothing yet. */
export function freshState(username: string, servers: string): SessionState {
  return {
    username,
    servers,
    clientId: `auth-${crypto.randomUUID()}`,
    scnt: null,
    sessionId: null,
    sessionToken: null,
    trustToken: null,
    accountCountry: null,
    authAttributes: null,
    codeProfile: "home",
    isCodePending: false,
    codePhone: null,
    databaseUrl: null,
    dsid: null,
    validatedAtMs: null,
  };
}

/** Reads a session from the text of its file; null means there was none. */
export function parseSession(
  text: string | null,
  username: string,
  servers: string,
  path: string,
): LoadedSession {
  const fresh = { state: freshState(username, servers), cookies: [], warning: null };
  if (text === null) return { ...fresh, isNew: true };
  const file = readJson(text);
  const owner = textAt(file, "username");
  if (!isObject(file) || owner === null) {
    const warning = `Cannot read the session file "${path}"; signing in afresh`;
    return { ...fresh, warning, isNew: false };
  }
  if (owner !== username && sessionOwner(text) === null) return { ...fresh, isNew: true };
  if (owner !== username) {
    throw new LocalError("occupied", `The session "${path}" belongs to "${owner}"`, path, {
      hint: `use another --data-dir for "${username}": both names give the same file name`,
    });
  }
  if (textAt(file, "servers") !== servers) {
    const warning = `The session file "${path}" is for other servers; signing in afresh`;
    return { ...fresh, warning, isNew: false };
  }
  const cookies = at(file, "cookies");
  return {
    state: stateFrom(file, username, servers),
    cookies: Array.isArray(cookies) ? cookies.filter(isObject) : [],
    warning: null,
    isNew: false,
  };
}

/** The text of the session file. The only place that lays the tokens open. */
export function formatSession(state: SessionState, cookies: readonly StoredCookie[]): string {
  const file = {
    version: 1,
    ...state,
    sessionToken: state.sessionToken?.reveal() ?? null,
    trustToken: state.trustToken?.reveal() ?? null,
    cookies,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function stateFrom(file: unknown, username: string, servers: string): SessionState {
  const fresh = freshState(username, servers);
  return {
    username,
    servers,
    clientId: textAt(file, "clientId") ?? fresh.clientId,
    scnt: textAt(file, "scnt"),
    sessionId: textAt(file, "sessionId"),
    sessionToken: secretAt(file, "sessionToken"),
    trustToken: secretAt(file, "trustToken"),
    accountCountry: textAt(file, "accountCountry"),
    authAttributes: textAt(file, "authAttributes"),
    codeProfile: at(file, "codeProfile") === "auth" ? "auth" : "home",
    isCodePending: at(file, "isCodePending") === true,
    codePhone: parseCodePhone(at(file, "codePhone")),
    databaseUrl: textAt(file, "databaseUrl"),
    dsid: textAt(file, "dsid"),
    validatedAtMs: numberAt(file, "validatedAtMs"),
  };
}

/** Reads one phone as Apple lists it, or as we stored it; null when it has no number to name it by. */
export function parseCodePhone(value: unknown): CodePhone | null {
  const id = at(value, "id");
  if (typeof id !== "number") return null;
  const mode = textAt(value, "mode") ?? textAt(value, "pushMode") ?? "sms";
  const nonFTEU = at(value, "nonFTEU");
  return typeof nonFTEU === "boolean" ? { id, mode, nonFTEU } : { id, mode };
}

function textAt(file: unknown, key: string): string | null {
  const value = at(file, key);
  return typeof value === "string" && value !== "" ? value : null;
}

function numberAt(file: unknown, key: string): number | null {
  const value = at(file, key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function secretAt(file: unknown, key: string): Secret | null {
  const text = textAt(file, key);
  return text === null ? null : new Secret(text);
}
