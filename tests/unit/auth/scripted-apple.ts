/** Apple as a list of expected requests and their answers, with a temp folder, a clock and a person to go with it. */
import { defaultEndpoints } from "../../../src/auth/endpoints.ts";
import type { AuthOptions } from "../../../src/auth/options.ts";
import { openSession, type Session } from "../../../src/auth/session.ts";
import type { SignInTalk } from "../../../src/auth/talk.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { RemoteError } from "../../../src/lib/errors.ts";
import type { HttpRequest, HttpResponse, Send } from "../../../src/lib/http.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { folderOfTest } from "../../support/temp-folder.ts";
import vector from "./srp-vector.json";

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly lost?: boolean;
}

export type Step = readonly [line: string, reply: Reply];

export const password = "Tüsk & Tïde 42!";
export const username = "walrus.tester@example.com";

const quoted = (name: string, value: string) =>
  `${name}="${value}";Expires=Fri, 12-Jan-2029 05:06:31 GMT;Path=/;Domain=.icloud.com;Secure;HttpOnly`;

export const webCookies = [quoted("X-APPLE-WEBAUTH-TOKEN", "v=2:t=web-token-secret~~")];
export const pcsCookies = [
  quoted("X-APPLE-WEBAUTH-PCS-Photos", "p="),
  quoted("X-APPLE-WEBAUTH-PCS-Sharing", "s="),
];

export const accountBody = (more: Record<string, unknown> = {}) => ({
  dsInfo: { dsid: "10123456789", hsaVersion: 2, isWebAccessAllowed: true },
  webservices: { ckdatabasews: { url: "https://p61-ckdatabasews.icloud.com:443" } },
  hsaTrustedBrowser: true,
  hsaChallengeRequired: false,
  ...more,
});

export const init: Step = [
  "POST /signin/init",
  {
    body: {
      iteration: 1000,
      salt: Buffer.from(vector.salt, "hex").toString("base64"),
      protocol: "s2k",
      b: Buffer.from(vector.s2k.B, "hex").toString("base64"),
      c: "d-1f3:MSA",
    },
    headers: { scnt: "scnt-1", "X-Apple-ID-Session-Id": "session-1" },
  },
];
export const complete = (reply: Reply): Step => ["POST /signin/complete", reply];
export const trusted = complete({ headers: { "X-Apple-Session-Token": "session-token-secret" } });
export const wantsCode = complete({
  status: 409,
  body: { authType: "hsa2", trustedDevices: [{ id: "d1" }] },
  headers: { "X-Apple-Session-Token": "half-token-secret", scnt: "scnt-2" },
});
export const push: Step = ["PUT /verify/trusteddevice/securitycode", { status: 202 }];
export const code = (reply: Reply): Step => ["POST /verify/trusteddevice/securitycode", reply];
export const trust: Step = [
  "GET /2sv/trust",
  {
    status: 204,
    headers: {
      "X-Apple-TwoSV-Trust-Token": "trust-token-secret",
      "X-Apple-Session-Token": "session-token-secret",
    },
  },
];
export const login: Step = ["POST /accountLogin", { body: accountBody(), cookies: webCookies }];
export const validate: Step = ["POST /validate", { body: accountBody(), cookies: webCookies }];
export const sessionOver: Reply = {
  status: 421,
  body: { success: false, error: "Missing X-APPLE-WEBAUTH-TOKEN cookie" },
};
export const wrongCode: Reply = {
  status: 400,
  body: { service_errors: [{ code: "-21669", message: "Incorrect code" }], hasError: true },
};

export class ScriptedApple {
  readonly requests: HttpRequest[] = [];
  #steps: Step[];

  constructor(...steps: Step[]) {
    this.#steps = [...steps];
  }

  /** What comes next. */
  expect(...steps: Step[]): void {
    this.#steps.push(...steps);
  }

  /** The requests as the script names them. */
  get asked(): string[] {
    return this.requests.map(lineOf);
  }

  get isDone(): boolean {
    return this.#steps.length === 0;
  }

  readonly send: Send = async (request) => {
    this.requests.push(request);
    const step = this.#steps.shift();
    if (step?.[0] !== lineOf(request)) {
      throw new Error(`asked ${lineOf(request)}, expected ${step?.[0] ?? "nothing"}`);
    }
    if (step[1].lost) throw new RemoteError("unavailable", "Lost the connection to a host");
    return toResponse(step[1]);
  };
}

function lineOf(request: HttpRequest): string {
  const path = new URL(request.url).pathname.replace(/^\/(appleauth\/auth|setup\/ws\/1)/, "");
  return `${request.method} ${path}`;
}

function toResponse(reply: Reply): HttpResponse {
  const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? "");
  return {
    status: reply.status ?? 200,
    headers: new Headers(reply.headers),
    setCookies: reply.cookies ?? [],
    text: reply.body === undefined ? "" : text,
  };
}

export class TestClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.parse("2026-09-01T10:00:00Z");

  now(): number {
    return this.#now;
  }

  steadyMs(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
  }
}

/** A person who types the given answers in turn; without answers, nobody is there. */
export function aPerson(...answers: string[]): SignInTalk & { readonly heard: string[] } {
  const left = [...answers];
  const heard: string[] = [];
  return {
    heard,
    isInteractive: answers.length > 0,
    askCode: async () => left.shift() ?? null,
    askPassword: async () => null,
    tell: (line) => heard.push(line),
  };
}

export interface Scene {
  readonly apple: ScriptedApple;
  readonly clock: TestClock;
  readonly talk: ReturnType<typeof aPerson>;
  readonly options: AuthOptions;
  open(): Promise<Session>;
}

/** A secret number whose proof has no leading zero byte, so that one challenge is enough. */
export const steadyDraw = () => new Uint8Array(Buffer.from(vector.a, "hex"));

/** Everything a session needs, in a fresh folder. */
export function aScene(
  steps: Step[],
  talk = aPerson(),
  more: Partial<AuthOptions> = {},
  random: (bytes: number) => Uint8Array = steadyDraw,
): Scene {
  const apple = new ScriptedApple(...steps);
  const clock = new TestClock();
  const options: AuthOptions = {
    username,
    domain: "com",
    password: { inline: new Secret(password), command: null, file: null },
    endpoints: defaultEndpoints("com"),
    dataDir: folderOfTest("kei-auth"),
    ...more,
  };
  const { signal } = new AbortController();
  const open = () => openSession(options, { clock, talk, signal, send: apple.send, random });
  return { apple, clock, talk, options, open };
}

/** The error a promise is rejected with. */
export async function errorOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => {
      throw new Error("no error came");
    },
    (error: unknown) => error,
  );
}
