import { expect, test } from "bun:test";
import { connect } from "node:net";
import { withSimulator, type Client } from "./client.ts";

const SIZE_BYTES = 9_000_000;
const QUERY = {
  query: { recordType: "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted" },
  resultsLimit: 200,
  zoneID: { zoneName: "PrimarySync" },
};

interface Original {
  downloadURL: string;
  size: number;
}

/** Signs in, lists, and gives the first original; both halves of the simulator work together here. */
async function firstOriginal(client: Client): Promise<Original> {
  await client.logIn();
  const { json } = await client.cloudkit("private/records/query", QUERY);
  const records = json["records"] as { fields: { resOriginalRes?: { value: Original } } }[];
  const original = records.map(({ fields }) => fields.resOriginalRes?.value).find(Boolean);
  if (!original) throw new Error("the listing has no original");
  return original;
}

const OPTIONS = { assets: 2, fileBytes: SIZE_BYTES };

test("a large original is streamed whole, and from any byte", () =>
  withSimulator(OPTIONS, async (client) => {
    const { downloadURL, size } = await firstOriginal(client);
    expect(downloadURL).toStartWith(`${client.url}/B/`);
    expect(size).toBe(SIZE_BYTES);
    const whole = await fetch(downloadURL);
    expect(whole.headers.get("content-length")).toBe(String(SIZE_BYTES));
    const bytes = await whole.bytes();
    expect(bytes).toHaveLength(SIZE_BYTES);
    const rest = await fetch(downloadURL, { headers: { range: "bytes=8999990-" } });
    expect(rest.status).toBe(206);
    expect(Buffer.from(await rest.bytes()).equals(bytes.subarray(-10))).toBe(true);
  }));

test("a large original can be cut, spoiled in one byte, and have its range ignored or misnamed", () =>
  withSimulator(OPTIONS, async (client) => {
    const { downloadURL } = await firstOriginal(client);
    const truth = await (await fetch(downloadURL)).bytes();
    const spoil = (action: object) =>
      client.admin("POST", "/faults", { match: { service: "content" }, action });

    await spoil({ cutAfterBytes: 5_000_000 });
    expect(await countUntilCut(downloadURL)).toBe(5_000_000);

    await spoil({ flipByteAt: 6_000_000 });
    const flipped = await (await fetch(downloadURL)).bytes();
    expect(flipped[6_000_000]).not.toBe(truth[6_000_000]);
    flipped[6_000_000] = truth[6_000_000] ?? 0;
    expect(Buffer.from(flipped).equals(truth)).toBe(true);

    const headers = { range: "bytes=8999990-" };
    await spoil({ ignoreRange: true });
    const ignored = await fetch(downloadURL, { headers });
    expect([ignored.status, (await ignored.bytes()).length]).toEqual([200, SIZE_BYTES]);

    await spoil({ wrongContentRange: true });
    const misnamed = await fetch(downloadURL, { headers });
    expect(misnamed.headers.get("content-range")).toBe("bytes 8999991-8999999/9000000");
    await misnamed.bytes();
  }));

test("an address is gone after an hour, and the log counts what was sent", () =>
  withSimulator(OPTIONS, async (client) => {
    const { downloadURL } = await firstOriginal(client);
    await (await fetch(downloadURL)).bytes();
    await client.advance(3_601_000);
    expect((await fetch(downloadURL)).status).toBe(410);
    const { json } = await client.admin("GET", "/log/summary");
    expect(json).toMatchObject({ services: { content: { GET: { requests: 2 } } } });
  }));

test("HEAD announces the length without sending the file", () =>
  withSimulator(OPTIONS, async (client) => {
    const { downloadURL } = await firstOriginal(client);
    const head = await fetch(downloadURL, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(SIZE_BYTES));
  }));

/** Counts on the bare socket: a fetch that is slow to read loses what it has not read when the connection breaks. */
async function countUntilCut(url: string): Promise<number> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  const answer = Buffer.concat(pieces);
  const bodyAt = answer.indexOf("\r\n\r\n") + 4;
  expect(answer.subarray(0, bodyAt).toString()).toMatch(/^content-length: 9000000\r$/im);
  return answer.length - bodyAt;
}
