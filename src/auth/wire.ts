/**
 * Calls to the two sign-in hosts. Each attempt gets fresh headers, because Apple's thread `scnt` changes with every
 * answer; each answer, good or bad, may bring tokens and cookies, and they are saved before anyone looks at it.
 */
import type { Clock } from "../lib/clock.ts";
import { AuthError, RemoteError } from "../lib/errors.ts";
import type { HttpRequest, HttpResponse, Send } from "../lib/http.ts";
import { reactionTo } from "../lib/retry.ts";
import { Secret } from "../lib/secret.ts";
import { isTransient, readAnswer, type Answer } from "./answer.ts";
import type { Cookies } from "./cookies.ts";
import { alternateAuth } from "./endpoints.ts";
import { authHeaders, setupHeaders, type RequestHeaders } from "./headers.ts";
import type { Endpoints } from "./options.ts";
import type { HeaderProfile, SessionState } from "./session-file.ts";

const timeoutMs = 30_000;
const repeatsMax = 2;
const baseDelayMs = 2000;
const retryAfterMaxMs = 30_000;

export interface WireDeps {
  readonly endpoints: Endpoints;
  readonly state: SessionState;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly send: Send;
  readonly signal: AbortSignal;
  /** Makes state and cookies durable. */
  save(): void;
}

export interface AuthCall {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly profile: HeaderProfile;
  readonly accept?: string;
  readonly body?: unknown;
  /** False for what Apple counts: asking for a code and handing one in. */
  readonly isRepeatable: boolean;
}

export interface SetupCall {
  readonly path: string;
  readonly body: unknown;
  readonly isFreshConnection?: boolean;
}

export class Wire {
  #endpoints: Endpoints;

  constructor(private readonly deps: WireDeps) {
    this.#endpoints = deps.endpoints;
  }

  /** One call to the sign-in service, repeated at most twice when it is busy. */
  async auth(call: AuthCall): Promise<Answer> {
    const alternate = alternateAuth(this.#endpoints);
    try {
      const answer = await this.#authOnce(call);
      if (answer.status !== 421 || !alternate) return answer;
    } catch (error) {
      if (!alternate || !isUnreachable(error)) throw error;
    }
    // Chinese accounts sign in at one of two hosts; nobody knows which for sure.
    this.#endpoints = { ...this.#endpoints, auth: alternate };
    return this.#authOnce(call);
  }

  /** One call to the setup service, repeated at most twice when it is busy. */
  setup(call: SetupCall): Promise<Answer> {
    return this.#repeat(true, () =>
      this.#attempt(setupHeaders(this.#endpoints), {
        method: "POST",
        url: `${this.#endpoints.setup}${call.path}`,
        body: JSON.stringify(call.body),
        isFreshConnection: call.isFreshConnection,
      }),
    );
  }

  #authOnce(call: AuthCall): Promise<Answer> {
    return this.#repeat(call.isRepeatable, () =>
      this.#attempt(this.#authHeaders(call), {
        method: call.method,
        url: `${this.#endpoints.auth}${call.path}`,
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
      }),
    );
  }

  #authHeaders(call: AuthCall): RequestHeaders {
    const headers = authHeaders(this.#endpoints, this.deps.state, call.profile);
    return call.accept ? { ...headers, Accept: call.accept } : headers;
  }

  async #repeat(isRepeatable: boolean, attempt: () => Promise<Answer>): Promise<Answer> {
    for (let repeats = 0; ; repeats += 1) {
      const isLast = !isRepeatable || repeats >= repeatsMax;
      let answer: Answer | null = null;
      try {
        answer = await attempt();
      } catch (error) {
        const isPassing = reactionTo(error) === "retry" && !isUnreachable(error);
        if (isLast || !isPassing) throw asAuthError(error);
      }
      if (answer && (isLast || !isTransient(answer.status))) return answer;
      if (!(await this.pause(answer, repeats)) && answer) return answer;
    }
  }

  /** Waits before another try, as long as a busy Apple asks; false when that is too long for a person who waits. */
  async pause(answer: Answer | null, repeats: number): Promise<boolean> {
    const delayMs = answer?.retryAfterMs ?? baseDelayMs * 2 ** repeats;
    if (delayMs > retryAfterMaxMs) return false;
    await this.deps.clock.sleep(delayMs, this.deps.signal);
    return true;
  }

  async #attempt(
    headers: RequestHeaders,
    request: Pick<HttpRequest, "method" | "url" | "body" | "isFreshConnection">,
  ): Promise<Answer> {
    const { deps } = this;
    deps.signal.throwIfAborted();
    const cookie = deps.cookies.header(request.url);
    const response = await deps.send({
      ...request,
      headers: cookie ? { ...headers, Cookie: cookie } : headers,
      timeoutMs,
      signal: deps.signal,
    });
    keepTokens(deps.state, response);
    deps.cookies.absorb(request.url, response.setCookies);
    deps.save();
    return readAnswer(response, deps.clock.now());
  }
}

/** Later values replace earlier ones; an absent or empty header keeps what we have. */
function keepTokens(state: SessionState, response: HttpResponse): void {
  const read = (name: string) => response.headers.get(name) || null;
  const readSecret = (name: string) => {
    const text = read(name);
    return text === null ? null : new Secret(text);
  };
  state.scnt = read("scnt") ?? state.scnt;
  state.sessionId = read("X-Apple-ID-Session-Id") ?? state.sessionId;
  state.sessionToken = readSecret("X-Apple-Session-Token") ?? state.sessionToken;
  state.trustToken = readSecret("X-Apple-TwoSV-Trust-Token") ?? state.trustToken;
  state.accountCountry = read("X-Apple-ID-Account-Country") ?? state.accountCountry;
  state.authAttributes = read("X-Apple-Auth-Attributes") ?? state.authAttributes;
}

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof AuthError ? error.cause : error;
  return cause instanceof RemoteError && cause.fault === "unreachable";
}

/** A lost connection during sign-in is a failed sign-in, not a failed photo. */
function asAuthError(error: unknown): unknown {
  if (!(error instanceof RemoteError)) return error;
  return new AuthError("unavailable", `Cannot sign in: ${error.message}`, {
    cause: error,
    hint: error.hint ?? "check the connection and try again",
  });
}
