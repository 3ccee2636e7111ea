/** A client for the self-tests: raw fetch, its own SRP, headers and cookies kept by hand. Nothing from the product. */

import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import type { SimulatorOptions } from "../../simulator/options.ts";
import { startSimulator } from "../../simulator/server.ts";

export const USER = "walrus.tester@example.com";
export const PASSWORD = "Tusk-and-Tide-42";

const N = BigInt(
  "0xac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050a37329cbb4a099ed8193e0757767a13dd52312ab4b03310dcd7f48a9da04fd50e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b855f97993ec975eeaa80d740adbf4ff747359d041d5c33ea71d281e446b14773bca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748544523b524b0d57d5ea77a2775d2ecfa032cfbdbf52fb3786160279004e57ae6af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb694b5c803d89f7ae435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73",
);

type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

export class Client {
  readonly url: string;
  /** scnt, session id, session token and trust token as last seen. */
  readonly kept = new Map<string, string>();
  readonly cookies = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: { cookie: this.#cookieHeader(), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return this.#keep(response);
  }

  auth(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const state: Record<string, string> = {};
    for (const name of ["scnt", "x-apple-id-session-id"]) {
      const value = this.kept.get(name);
      if (value !== undefined) state[name] = value;
    }
    const all = { accept: "application/json", ...state, ...headers };
    return this.call(method, `/appleauth/auth${path}`, body, all);
  }

  setup(path: string, body?: unknown) {
    return this.call("POST", `/setup/ws/1${path}`, body);
  }

  cloudkit(operation = "private/zones/list", body: unknown = {}) {
    return this.call("POST", `/database/1/com.apple.photos.cloud/production/${operation}`, body);
  }

  admin(method: string, path: string, body?: unknown) {
    return new Client(this.url).call(method, `/__admin${path}`, body);
  }

  /** signin/init and signin/complete; headers of the second call can be replaced. */
  async signIn(
    wishes: {
      user?: string;
      password?: string;
      padded?: boolean;
      headers?: Record<string, string>;
    } = {},
  ): Promise<Answer> {
    const { user = USER, password = PASSWORD, padded = false } = wishes;
    const secret = number(randomBytes(32));
    const publicA = power(2n, secret);
    const accountName = user;
    const a = (padded ? wide(publicA) : slim(publicA)).toString("base64");
    const init = await this.auth("POST", "/signin/init", {
      a,
      accountName,
      protocols: ["s2k", "s2k_fo"],
    });
    if (init.status !== 200) return init;
    const trustToken = this.kept.get("x-apple-twosv-trust-token");
    const m1 = prove({ user, password, secret, publicA, init: init.json, padded });
    return this.auth(
      "POST",
      "/signin/complete?isRememberMeEnabled=true",
      {
        accountName,
        c: init.json["c"],
        m1: m1.toString("base64"),
        m2: "",
        rememberMe: true,
        trustTokens: trustToken === undefined ? [] : [trustToken],
      },
      wishes.headers,
    );
  }

  accountLogin(sessionToken = this.kept.get("x-apple-session-token")) {
    return this.setup("/accountLogin", {
      accountCountryCode: "NOR",
      dsWebAuthToken: sessionToken,
      extended_login: true,
      trustToken: this.kept.get("x-apple-twosv-trust-token") ?? "",
    });
  }

  async shownCode(): Promise<string> {
    const { json } = await this.admin("GET", "/code");
    return String(json["code"]);
  }

  /** All of it: password, code, trust, accountLogin. */
  async logIn(): Promise<Answer> {
    const { status } = await this.signIn();
    if (status === 409) {
      await this.auth("PUT", "/verify/trusteddevice/securitycode");
      const securityCode = { code: await this.shownCode() };
      await this.auth("POST", "/verify/trusteddevice/securitycode", { securityCode });
      await this.auth("GET", "/2sv/trust");
    }
    return this.accountLogin();
  }

  async advance(advanceMs: number): Promise<void> {
    await this.admin("POST", "/clock", { advanceMs });
  }

  #cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async #keep(response: Response): Promise<Answer> {
    const { status, headers } = response;
    for (const name of KEPT) {
      const value = headers.get(name);
      if (value !== null) this.kept.set(name, value);
    }
    for (const line of headers.getSetCookie()) this.#keepCookie(line);
    const text = await response.text();
    return { status, headers, text, json: parse(text) };
  }

  #keepCookie(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '""') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

const KEPT = [
  "scnt",
  "x-apple-id-session-id",
  "x-apple-session-token",
  "x-apple-twosv-trust-token",
];

/** Runs the body against a simulator of its own. */
export async function withSimulator(
  options: Partial<SimulatorOptions>,
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ assets: 3, iterations: 1_000, ...options });
  try {
    await body(new Client(simulator.url));
  } finally {
    await simulator.stop();
  }
}

function prove(given: {
  user: string;
  password: string;
  secret: bigint;
  publicA: bigint;
  init: Json;
  padded: boolean;
}): Buffer {
  const { init, publicA, secret } = given;
  const form = given.padded ? wide : slim;
  const salt = Buffer.from(String(init["salt"]), "base64");
  const publicB = number(Buffer.from(String(init["b"]), "base64"));
  const hash = sha256(Buffer.from(given.password));
  const digest = init["protocol"] === "s2k" ? hash : Buffer.from(hash.toString("hex"));
  const key = pbkdf2Sync(digest, salt, Number(init["iteration"]), 32, "sha256");
  const x = number(sha256(salt, sha256(Buffer.from(":"), key)));
  const k = number(sha256(wide(N), wide(2n)));
  const u = number(sha256(wide(publicA), wide(publicB)));
  const base = (((publicB - k * power(2n, x)) % N) + N) % N;
  const session = sha256(form(power(base, secret + u * x)));
  const mixed = number(sha256(wide(N))) ^ number(sha256(wide(2n)));
  const mixedBytes = Buffer.from(mixed.toString(16).padStart(64, "0"), "hex");
  const name = sha256(Buffer.from(given.user));
  return sha256(mixedBytes, name, salt, form(publicA), slim(publicB), session);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % N;
    if (bit === "1") result = (result * base) % N;
  }
  return result;
}

function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const each of parts) hash.update(each);
  return hash.digest();
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function wide(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(512, "0"), "hex");
}

function slim(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // Pages, plain text and empty bodies are part of the protocol.
  }
}
