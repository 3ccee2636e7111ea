import { afterAll, describe, expect, test } from "bun:test";
import { openContent } from "../../../src/icloud/cdn.ts";
import type { ContentDoor } from "../../../src/icloud/cdn.ts";
import { mayFetchFrom } from "../../../src/icloud/cdn-hosts.ts";
import { RemoteError } from "../../../src/lib/errors.ts";
import { bytesOf } from "../../support/engine/content.ts";

const BYTES = Buffer.from(bytesOf("content", 1000));
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
const base = `http://127.0.0.1:${server.port}`;
const asked: Request[] = [];
afterAll(() => server.stop(true));

function answer(request: Request): Response {
  asked.push(request);
  const { pathname, searchParams } = new URL(request.url);
  const status = /^\/status\/(\d+)$/.exec(pathname)?.[1];
  if (status) {
    return new Response("{}", { status: Number(status), headers: { "Retry-After": "7" } });
  }
  const from = Number(/bytes=(\d+)-/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  switch (pathname) {
    case "/to":
      return new Response(null, { status: 302, headers: { Location: searchParams.get("url")! } });
    case "/loop":
      return new Response(null, { status: 302, headers: { Location: "/loop" } });
    case "/lost":
      return new Response(null, { status: 302 });
    case "/whole":
      return new Response(BYTES);
    case "/bare-part":
      return new Response(BYTES.slice(from), { status: 206 });
    case "/gzip":
      return new Response(Bun.gzipSync(Buffer.from(BYTES)), {
        headers: { "Content-Encoding": "gzip" },
      });
    default:
      if (from === 0) return new Response(BYTES);
      return new Response(BYTES.slice(from), {
        status: 206,
        headers: { "Content-Range": `bytes ${from}-999/1000` },
      });
  }
}

const door: ContentDoor = {
  mayFetch: (url) => mayFetchFrom(url, true),
  headersFor: () => ({ Cookie: "a=1" }),
  patience: { idleMs: 5000, windowMs: 60_000, minimumBytes: 0 },
  clock: { now: () => 0, steadyMs: () => 0 },
};

async function read(path: string, fromByte = 0) {
  const content = await openContent(base + path, fromByte, door);
  if (content === "unsatisfiable") return { content, bytes: Buffer.alloc(0) };
  const chunks = await Array.fromAsync(content.body);
  return { content, bytes: Buffer.concat(chunks) };
}

async function failure(url: string): Promise<RemoteError> {
  const error = await openContent(url, 0, door).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RemoteError);
  return error as RemoteError;
}

describe("openContent()", () => {
  test("brings the whole, with its size and no content coding asked for", async () => {
    asked.length = 0;
    const { content, bytes } = await read("/file");
    expect(content).toMatchObject({ fromByte: 0, lengthBytes: 1000, totalBytes: 1000 });
    expect(bytes.equals(BYTES)).toBe(true);
    const { headers } = asked[0]!;
    expect(headers.get("range")).toBeNull();
    expect(headers.get("accept-encoding") ?? "identity").toBe("identity");
    expect(headers.get("cookie")).toBe("a=1");
  });

  test("brings the rest from an offset on", async () => {
    const { content, bytes } = await read("/file", 400);
    expect(content).toMatchObject({ fromByte: 400, lengthBytes: 600, totalBytes: 1000 });
    expect(bytes.equals(BYTES.subarray(400))).toBe(true);
  });

  test("says when the range was ignored", async () => {
    expect((await read("/whole", 400)).content).toMatchObject({ fromByte: 0, totalBytes: 1000 });
  });

  test("refuses a part that does not say which", async () => {
    const act = openContent(`${base}/bare-part`, 400, door);
    expect(await act.catch((error: unknown) => error)).toMatchObject({ fault: "mismatch" });
  });

  test("says unsatisfiable when the offset is past the end", async () => {
    expect((await read("/status/416", 2000)).content).toBe("unsatisfiable");
  });

  test("gives coded bytes as they come", async () => {
    const { bytes } = await read("/gzip");
    expect(Buffer.from(Bun.gunzipSync(bytes)).equals(BYTES)).toBe(true);
  });

  const statuses = [
    [400, "expired-url"],
    [401, "expired-url"],
    [403, "expired-url"],
    [404, "gone"],
    [410, "expired-url"],
    [421, "unavailable"],
    [429, "throttled"],
    [500, "unavailable"],
    [503, "unavailable"],
    [418, "refused"],
    [204, "refused"],
  ] as const;
  for (const [status, fault] of statuses) {
    test(`calls ${status} ${fault}, with the time to wait`, async () => {
      expect(await failure(`${base}/status/${status}`)).toMatchObject({
        fault,
        status,
        retryAfterMs: 7000,
      });
    });
  }

  test("follows a redirect to an allowed host", async () => {
    const { bytes } = await read(`/to?url=${encodeURIComponent("/file")}`);
    expect(bytes).toHaveLength(1000);
  });

  const strange = [
    "https://evil.example/x",
    "file:///etc/passwd",
    "http://192.0.2.1/",
    "//evil.example/",
  ];
  for (const url of strange) {
    test(`does not follow a redirect to ${url}`, async () => {
      const error = await failure(`${base}/to?url=${encodeURIComponent(url)}`);
      expect(error.fault).toBe("refused");
    });
  }

  test("does not go in circles, or nowhere", async () => {
    expect(await failure(`${base}/loop`)).toMatchObject({ fault: "unavailable" });
    expect(await failure(`${base}/lost`)).toMatchObject({ fault: "unavailable" });
  });

  test("asks no strange host at all", async () => {
    asked.length = 0;
    expect(await failure("https://evil.example/x?e=s3cret")).toMatchObject({ fault: "refused" });
    expect(asked).toEqual([]);
  });

  test("never names the address when the host is not there", async () => {
    const error = await failure("http://127.0.0.1:1/B/x?s=s3cret");
    expect(error.fault).toBe("unreachable");
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });

  test("says that the connection broke in the middle of a file", async () => {
    const cutter = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
      },
    });
    const read = async () => {
      const content = await openContent(`http://127.0.0.1:${cutter.port}/x?s=s3cret`, 0, door);
      if (content !== "unsatisfiable") await Array.fromAsync(content.body);
    };
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: "unavailable" });
    expect(Bun.inspect(error)).not.toContain("s3cret");
    cutter.stop(true);
  });
});
