import { afterAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { RemoteError } from "../../../src/lib/errors.ts";
import { send } from "../../../src/lib/http.ts";

const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
const base = `http://127.0.0.1:${server.port}`;
const request = { method: "GET" as const, headers: {}, timeoutMs: 2000 };
afterAll(() => server.stop(true));

let calls = 0;

async function answer(asked: Request): Promise<Response> {
  calls += 1;
  const { pathname } = new URL(asked.url);
  if (pathname === "/moved") {
    const headers: [string, string][] = [
      ["Location", "/elsewhere"],
      ["Set-Cookie", "a=1; Expires=Fri, 12-Jan-2029 05:06:31 GMT"],
      ["Set-Cookie", "b=2"],
    ];
    return new Response(null, { status: 302, headers });
  }
  if (pathname === "/stalls") return new Response(new ReadableStream({ pull: stall }));
  const page = /^\/page\/(\d+)\/(.*)$/.exec(pathname);
  if (page) return new Response(decodeURIComponent(page[2]!), { status: Number(page[1]) });
  if (pathname === "/packed") return packed(gzipSync('{"isPacked":true}'));
  if (pathname === "/bomb") return packed(gzipSync(Buffer.alloc(80 * 2 ** 20, 32)));
  if (pathname === "/endless") return new Response(new ReadableStream({ pull: goOn }));
  if (pathname === "/busy") return new Response("Service Temporary Unavailable", { status: 503 });
  const echo = {
    method: asked.method,
    type: asked.headers.get("Content-Type"),
    body: await asked.text(),
  };
  return Response.json(echo);
}

function packed(body: Uint8Array): Response {
  return new Response(new Uint8Array(body), { headers: { "Content-Encoding": "gzip" } });
}

async function goOn(controller: ReadableStreamDefaultController): Promise<void> {
  controller.enqueue(new Uint8Array(2 ** 20).fill(32));
}

async function stall(controller: ReadableStreamDefaultController): Promise<void> {
  controller.enqueue(new TextEncoder().encode("half"));
  await Bun.sleep(10_000);
}

async function failure(act: Promise<unknown>): Promise<RemoteError> {
  const error = await act.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RemoteError);
  return error as RemoteError;
}

describe("send()", () => {
  test("gives redirects as answers, with every cookie by itself", async () => {
    const response = await send({ ...request, url: `${base}/moved` });
    expect(response.status).toBe(302);
    expect(response.text).toBe("");
    expect(response.setCookies).toEqual(["a=1; Expires=Fri, 12-Jan-2029 05:06:31 GMT", "b=2"]);
  });

  test("gives a busy server's answer once, as an answer", async () => {
    const before = calls;
    const response = await send({ ...request, url: `${base}/busy` });
    expect(response).toMatchObject({ status: 503, text: "Service Temporary Unavailable" });
    expect(calls - before).toBe(1);
  });

  test("sends the body as it is, and none when there is none", async () => {
    const headers = { "Content-Type": "text/plain" };
    const post = { ...request, method: "POST" as const, url: base, headers, body: "null" };
    expect(JSON.parse((await send(post)).text)).toEqual({
      method: "POST",
      type: "text/plain",
      body: "null",
    });
    const put = await send({ ...request, method: "PUT", url: base });
    expect(JSON.parse(put.text)).toMatchObject({ method: "PUT", body: "" });
  });

  test("names host and port of an unreachable server, never the query", async () => {
    const error = await failure(send({ ...request, url: "http://127.0.0.1:1/x?token=s3cret" }));
    expect(error.fault).toBe("unreachable");
    expect(error.message).toContain("127.0.0.1:1");
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });

  test("names a host that does not exist", async () => {
    const error = await failure(send({ ...request, url: "http://nowhere.invalid/" }));
    expect(error.fault).toBe("unreachable");
    expect(error.message).toContain("nowhere.invalid");
  });

  test("ends a stalled body at the deadline", async () => {
    const error = await failure(send({ ...request, url: `${base}/stalls`, timeoutMs: 200 }));
    expect(error.fault).toBe("unavailable");
    expect(error.message).toContain("within 0.2 s");
  });

  test("unpacks an answer", async () => {
    expect((await send({ ...request, url: `${base}/packed` })).text).toBe('{"isPacked":true}');
  });

  for (const path of ["bomb", "endless"]) {
    test(`gives up an answer without an end: ${path}`, async () => {
      const error = await failure(send({ ...request, url: `${base}/${path}`, timeoutMs: 20_000 }));
      expect(error.code).toBe("remote/endless");
      expect(error.message).toBe(`An answer of 127.0.0.1:${server.port} is longer than 64 MiB`);
    });
  }

  const HTML = "<!DOCTYPE html><title>Access denied</title>";
  const pages = [
    [403, HTML, true],
    [401, ` \n<html><body>${HTML}`, true],
    [404, HTML, true],
    [407, "", true],
    [511, "", true],
    [403, "", false],
    [403, '{"reason":"<html>"}', false],
    [429, HTML, false],
    [503, HTML, false],
    [200, HTML, false],
    [409, '<html><script class="boot_args">{}</script>', false],
  ] as const;
  for (const [status, text, isForeign] of pages) {
    test(`takes ${status} "${text}" ${isForeign ? "for somebody else's" : "for Apple's"}`, async () => {
      const url = `${base}/page/${status}/${encodeURIComponent(text)}`;
      const answer = send({ ...request, url });
      if (!isForeign) return expect((await answer).status).toBe(status);
      const error = await failure(answer);
      expect(error).toMatchObject({ code: "remote/blocked", status: undefined });
      expect(error.hint).toContain("sign-in page of this network");
    });
  }

  test("takes a connection cut before the answer for an outage", async () => {
    const cutter = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
      },
    });
    const error = await failure(send({ ...request, url: `http://127.0.0.1:${cutter.port}/` }));
    expect(error.fault).toBe("unavailable");
    cutter.stop(true);
  });

  test("rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const act = send({ ...request, url: `${base}/stalls`, signal: controller.signal });
    controller.abort(reason);
    expect(await act.catch((error: unknown) => error)).toBe(reason);
  });
});
