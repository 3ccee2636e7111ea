import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { withSimulator, type Client } from "./client.ts";

const VALIDATE = "/setup/ws/1/validate";

const spoil = (client: Client, rule: object) => client.admin("POST", "/faults", rule);

const ask = (client: Client, headers: Record<string, string> = {}) =>
  fetch(client.url + VALIDATE, { method: "POST", body: "null", headers, redirect: "manual" });

/** What comes over the wire until the connection ends, headers and body apart. */
function readRaw(client: Client, timeoutMs = 5_000): Promise<{ head: string; body: string }> {
  const { hostname, port } = new URL(client.url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname);
    let text = "";
    const finish = () => {
      const at = text.indexOf("\r\n\r\n");
      resolve({ head: text.slice(0, Math.max(at, 0)), body: at < 0 ? "" : text.slice(at + 4) });
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, finish);
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("close", finish);
    socket.on("error", reject);
    socket.write(
      `POST ${VALIDATE} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 4\r\n\r\nnull`,
    );
  });
}

test.each([
  { action: { status: 503, headers: { "retry-after": "7" } }, status: 503, body: "" },
  { action: { status: 450, body: { success: false } }, status: 450, body: '{"success":false}' },
  { action: { json: { error: "no" } }, status: 200, body: '{"error":"no"}' },
  { action: { empty: true }, status: 200, body: "" },
  { action: { redirect: "https://example.com/" }, status: 302, body: "" },
])("$action replaces the answer", ({ action, status, body }) =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: { path: "validate" }, action });
    const response = await ask(client);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
    if (status === 503) expect(response.headers.get("retry-after")).toBe("7");
    if (status === 302) expect(response.headers.get("location")).toBe("https://example.com/");
  }),
);

test("html answers 200 with a page", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { html: true } });
    const response = await ask(client);
    expect(response.headers.get("content-type")).toStartWith("text/html");
    expect(await response.text()).toStartWith("<!DOCTYPE html>");
  }));

test("serverErrorCode answers 200 with CloudKit's error body", () =>
  withSimulator({}, async (client) => {
    const action = { serverErrorCode: "THROTTLED", reason: "busy", retryAfter: 9 };
    await spoil(client, { match: { service: "cloudkit" }, action });
    const { status, json } = await client.cloudkit();
    expect(status).toBe(200);
    expect(json).toMatchObject({ serverErrorCode: "THROTTLED", reason: "busy", retryAfter: 9 });
  }));

test("headers alone are added to the true answer", () =>
  withSimulator({}, async (client) => {
    const action = { headers: { "X-Apple-I-Rscd": "401" } };
    await spoil(client, { match: { path: "signin/init" }, action });
    const init = await client.auth("POST", "/signin/init", { a: "AQI=", accountName: "x@y.z" });
    expect(init.status).toBe(200);
    expect(init.headers.get("x-apple-i-rscd")).toBe("401");
    expect(init.json).toHaveProperty("salt");
  }));

test("changeStatus puts another status over the true body", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    await spoil(client, { match: { path: "/appleauth/auth" }, action: { changeStatus: 409 } });
    const state = await client.auth("GET", "");
    expect(state.status).toBe(409);
    expect(state.json).toMatchObject({ trustedPhoneNumbers: [{ id: 3 }, { id: 7 }] });
  }));

test("after and times choose which matching requests are spoiled", () =>
  withSimulator({}, async (client) => {
    const match = { service: "setup", method: "POST", body: "null" };
    await spoil(client, { match, after: 1, times: 2, action: { status: 500 } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await ask(client)).status);
    expect(statuses).toEqual([421, 500, 500, 421]);
  }));

test("a rule that does not match leaves the answer alone and the log clean", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: { path: "accountLogin" }, action: { status: 500 } });
    expect((await ask(client)).status).toBe(421);
    expect((await client.admin("GET", "/log?fault=1")).text).toBe("[]");
  }));

test("cutAfterBytes announces the whole length and closes early", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { cutAfterBytes: 10 } });
    const { head, body } = await readRaw(client);
    expect(head).toMatch(/content-length: 98/i);
    expect(body).toHaveLength(10);
  }));

test("cutAfterBytes with chunked announces no length and ends without the last chunk", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { cutAfterBytes: 10, chunked: true } });
    const { head, body } = await readRaw(client);
    expect(head).not.toMatch(/content-length/i);
    expect(body).toStartWith("a\r\n");
    expect(body).not.toContain("0\r\n\r\n");
  }));

test("reset drops the connection without a byte", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { reset: true } });
    expect(await readRaw(client)).toEqual({ head: "", body: "" });
  }));

test("hang with a number sends that much, then nothing", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { hang: 5 } });
    const { body } = await readRaw(client, 300);
    expect(body).toHaveLength(5);
  }));

test("hang never answers", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { hang: true } });
    expect(await readRaw(client, 300)).toEqual({ head: "", body: "" });
  }));

test("delayMs waits before a true answer, drip spreads it", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { delayMs: 200, drip: 500 } });
    const startedAt = performance.now();
    const response = await ask(client);
    expect(await response.text()).toHaveLength(98);
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  }));

test("flipByteAt changes one byte and no length", () =>
  withSimulator({}, async (client) => {
    const truth = await (await ask(client)).text();
    await spoil(client, { match: {}, action: { flipByteAt: 3 } });
    const lie = await (await ask(client)).text();
    const differences = [...truth].flatMap((char, index) => (char === lie[index] ? [] : [index]));
    expect(lie).toHaveLength(truth.length);
    expect(differences).toEqual([3]);
  }));

test("truncateTo shortens with an honest length", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, action: { truncateTo: 17 } });
    const response = await ask(client);
    expect(response.headers.get("content-length")).toBe("17");
    expect(await response.text()).toHaveLength(17);
  }));

test("gzip is used only when the client offers it", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { match: {}, times: 2, action: { gzip: true } });
    const plain = await ask(client, { "accept-encoding": "identity" });
    const packed = await ask(client, { "accept-encoding": "gzip" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(await packed.text()).toBe(await plain.text());
  }));

test("process lets the server act although the answer is lost", () =>
  withSimulator({}, async (client) => {
    await client.signIn();
    const match = { path: "securitycode", method: "PUT" };
    await spoil(client, { match, action: { status: 503, process: true } });
    await client.auth("PUT", "/verify/trusteddevice/securitycode");
    expect(await client.shownCode()).toMatch(/^\d{6}$/);
  }));

test("killSession ends the session before the request is looked at", () =>
  withSimulator({}, async (client) => {
    await client.logIn();
    await spoil(client, {
      match: { service: "cloudkit" },
      after: 1,
      action: { killSession: true },
    });
    expect((await client.cloudkit()).status).toBe(200);
    expect((await client.cloudkit()).json).toMatchObject({ reason: "Invalid global session" });
  }));

test("a spoiled request is marked in the log with the rule's name", () =>
  withSimulator({}, async (client) => {
    await spoil(client, { name: "lost answer", match: {}, action: { reset: true } });
    await readRaw(client);
    const { text } = await client.admin("GET", "/log?fault=1");
    expect(JSON.parse(text)).toMatchObject([{ fault: "lost answer", status: 0, bytesSent: 0 }]);
  }));

test.each([
  {},
  { action: {} },
  { action: { explode: true } },
  { action: { cutAfterBytes: "ten" } },
  { match: { colour: "red" }, action: { empty: true } },
  { after: -1, action: { empty: true } },
])("a rule that makes no sense is refused: %j", (rule) =>
  withSimulator({}, async (client) => {
    const refused = await spoil(client, rule);
    expect(refused.status).toBe(400);
    expect(refused.json).toHaveProperty("error");
  }),
);
