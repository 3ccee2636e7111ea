import { describe, expect, test } from "bun:test";
import { addressOf, aLibrary, ofType, startMs, valueOf, type WireRecord } from "./harness.ts";

type Library = ReturnType<typeof aLibrary>;

async function aMaster(library: Library): Promise<WireRecord> {
  const [master] = (await library.page({ limit: 2 })).records;
  if (!master) throw new Error("The library is empty");
  return master;
}

describe("downloadURL", () => {
  test("has Apple's form: checksums in the path, an hour to live, ${f} as it stands", async () => {
    const library = aLibrary();
    const master = await aMaster(library);
    const { fileChecksum, referenceChecksum, downloadURL } = valueOf(
      master,
      "resOriginalRes",
    ) as Record<string, string>;
    const urlSafe = (text = "") => text.replaceAll("+", "-").replaceAll("/", "_");
    const path = `/B/${urlSafe(fileChecksum)}${urlSafe(referenceChecksum)}/\${f}?o=`;
    expect(downloadURL).toStartWith(`http://127.0.0.1:4711${path}`);
    const query = new URL(downloadURL ?? "").searchParams;
    expect([...query.keys()].join()).toBe("o,v,x,a,e,k,fl,r,ckc,ckz,y,p,s");
    expect(Number(query.get("e"))).toBe(startMs / 1000 + 3600);
    expect(Buffer.from(query.get("s") ?? "", "base64url")).toHaveLength(20);
    expect(query.get("ckz")).toBe("PrimarySync");
    expect(query.get("p")).toBe("54");
  });

  test("is another one in every answer, for the same content", async () => {
    const library = aLibrary();
    const [one, other] = [await aMaster(library), await aMaster(library)];
    expect(addressOf(one)).not.toBe(addressOf(other));
    expect(one.recordName).toBe(other.recordName);
  });
});

describe("GET", () => {
  test("every file of the library has the size and the SHA-256 the manifest says", async () => {
    const library = aLibrary({ assets: 120 });
    const lines = await library.manifest("?sha256=1");
    const expected = new Map(
      lines.flatMap(({ renditions }) => renditions.map((each) => [each.fileChecksum, each])),
    );
    const names = [...new Set(lines.flatMap((line) => [line.masterName, line.recordName]))];
    let files = 0;
    for (let start = 0; start < names.length; start += 200) {
      const { records } = await library.lookup(...names.slice(start, start + 200));
      for (const { value } of records.flatMap((record) => Object.values(record.fields))) {
        if (!isResource(value)) continue;
        const body = await (await library.download(value.downloadURL)).bytes();
        const truth = expected.get(value.fileChecksum);
        expect(body.length).toBe(value.size);
        expect(new Bun.CryptoHasher("sha256").update(body).digest("hex")).toBe(truth?.sha256 ?? "");
        files += 1;
      }
    }
    expect(files).toBe(expected.size);
  });

  test("has the recorded headers, and no ETag", async () => {
    const library = aLibrary();
    const { headers } = await library.download(addressOf(await aMaster(library)));
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("accept-ranges")).toBe("bytes");
    expect(headers.get("content-disposition")).toContain(`filename="%24%7Bf%7D"`);
    expect(headers.get("content-encoding")).toBeNull();
    expect(headers.get("etag")).toBeNull();
  });

  test.each([
    ["bytes=0-", 0, 5000],
    ["bytes=1200-", 1200, 5000],
    ["bytes=10-19", 10, 20],
    ["bytes=-7", 4993, 5000],
  ])("Range %s is 206 with that part", async (range, from, to) => {
    const library = aLibrary({ assets: 1, fileBytes: 5000 });
    const address = addressOf(await aMaster(library));
    const whole = await (await library.download(address)).bytes();
    const part = await library.download(address, { Range: range });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/5000`);
    expect(part.headers.get("content-length")).toBe(String(to - from));
    expect(await part.bytes()).toEqual(whole.subarray(from, to));
  });

  test("a Range from the end of the file is 416", async () => {
    const library = aLibrary({ assets: 1, fileBytes: 5000 });
    const address = addressOf(await aMaster(library));
    const answer = await library.download(address, { Range: "bytes=5000-" });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe("bytes */5000");
  });

  test("a file of 1 GB answers a Range near its end at once, and HEAD with its length", async () => {
    const library = aLibrary({ assets: 1, fileBytes: 1_000_000_000, assetsKind: "mov" });
    const address = addressOf(await aMaster(library));
    const end = await library.download(address, { Range: "bytes=999999900-" });
    expect((await end.bytes()).length).toBe(100);
    const head = await library.download(address, {}, "HEAD");
    expect(head.headers.get("content-length")).toBe("1000000000");
    expect(head.body).toBeNull();
  });

  test("a large body is sent in pieces and has the checksum announced", async () => {
    const library = aLibrary({ assets: 1, fileBytes: 9_000_001, assetsKind: "mp4" });
    const master = await aMaster(library);
    const body = await (await library.download(addressOf(master))).bytes();
    const salt = "com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0";
    const digest = new Bun.CryptoHasher("sha1").update(salt).update(body).digest();
    expect(Buffer.concat([Buffer.from([1]), digest]).toString("base64")).toBe(master.recordName);
  });

  test("after an hour the address is 410, and records/lookup gives a new one", async () => {
    const library = aLibrary();
    const master = await aMaster(library);
    library.clock.advance(3_599_000);
    expect((await library.download(addressOf(master))).status).toBe(200);
    library.clock.advance(1000);
    expect((await library.download(addressOf(master))).status).toBe(410);
    await library.admin("quirks", { expiredStatus: 403 });
    expect((await library.download(addressOf(master))).status).toBe(403);
    const [fresh] = (await library.lookup(master.recordName)).records;
    expect((await library.download(addressOf(fresh))).status).toBe(200);
  });

  test.each([
    ["another expiry", (address: string) => address.replace(/&e=\d/, "&e=9")],
    ["another order", (address: string) => address.replace("&v=1&x=3", "&x=3&v=1")],
    ["no signature", (address: string) => address.replace(/&s=.*/, "")],
    ["another file", (address: string) => address.replace(/\/B\/..../, "/B/AAAA")],
  ])("an address with %s is 400", async (_name, spoil) => {
    const library = aLibrary();
    const answer = await library.download(spoil(addressOf(await aMaster(library))));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toBe("{}");
  });

  test("content that is gone is 404, so is an address that names none", async () => {
    const library = aLibrary();
    const master = await aMaster(library);
    await library.admin("quirks", { goneContent: [master.recordName] });
    expect((await library.download(addressOf(master))).status).toBe(404);
    expect((await library.download("/B/nothing")).status).toBe(404);
  });

  test("replaced content has another size and checksum under the same name", async () => {
    const library = aLibrary({ assets: 5, assetsKind: "jpeg" });
    const before = (await library.manifest())[0];
    await library.admin("replace-bytes", { recordName: before?.recordName, bytes: 9000 });
    const after = (await library.manifest())[0];
    expect(after).toMatchObject({ fileName: before?.fileName, masterName: before?.masterName });
    expect(after?.renditions[0]).toMatchObject({ size: 9000 });
    const [master] = ofType((await library.lookup(after?.masterName ?? "")).records, "CPLMaster");
    const body = await (await library.download(addressOf(master))).bytes();
    expect(body.length).toBe(9000);
  });
});

function isResource(
  value: unknown,
): value is { downloadURL: string; size: number; fileChecksum: string } {
  return typeof value === "object" && value !== null && "downloadURL" in value;
}
