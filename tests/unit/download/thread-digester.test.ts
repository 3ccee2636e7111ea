import { describe, expect, test } from "bun:test";
import { Digester } from "../../../src/photos/checksum.ts";
import { DigestThread } from "../../../src/download/thread-digester.ts";

const LARGE = 1 << 30;
const BOTH = ["apple", "sha256"] as const;
const thread = new DigestThread();

function digestsOf(bytes: Uint8Array) {
  const digester = new Digester(BOTH);
  digester.update(bytes);
  return digester.finish();
}

describe("DigestThread", () => {
  test("knows the digests of nothing", async () => {
    expect(await thread.digester(LARGE, BOTH).finish()).toEqual(digestsOf(new Uint8Array()));
  });

  test("keeps files apart that come at the same time, in chunks of all kinds", async () => {
    const files = [1, 2, 3].map((seed) => Buffer.alloc(700_000, `file ${seed}`));
    const digesters = files.map(() => thread.digester(LARGE, BOTH));
    for (let at = 0; at < 700_000; at += 70_000) {
      for (const [index, file] of files.entries()) {
        const view = file.subarray(at, at + 70_000);
        await digesters[index]!.update(index === 0 ? view : new Uint8Array(view));
      }
    }
    const digests = await Promise.all(digesters.map((digester) => digester.finish()));
    expect(digests).toEqual(files.map(digestsOf));
  });

  test("computes what is asked for and nothing else", async () => {
    const digests = await thread.digester(LARGE, ["sha256"]).finish();
    expect(digests).toEqual({ ...digestsOf(new Uint8Array()), apple: null });
  });

  test("begins anew after its end", async () => {
    const ended = new DigestThread();
    const bytes = Buffer.alloc(600_000, "x");
    for (let times = 0; times < 2; times += 1) {
      const digester = ended.digester(LARGE, BOTH);
      await digester.update(new Uint8Array(bytes));
      expect(await digester.finish()).toEqual(digestsOf(bytes));
      ended.end();
    }
  });

  test("a digester that was let go of leaves nothing to the next", async () => {
    const first = thread.digester(LARGE, BOTH);
    await first.update(Buffer.from("left behind"));
    first.close();
    const second = thread.digester(LARGE, BOTH);
    await second.update(Buffer.from("kept"));
    expect(await second.finish()).toEqual(digestsOf(Buffer.from("kept")));
    second.close();
  });

  test("whoever brings bytes faster than they are digested waits", async () => {
    const digester = thread.digester(LARGE, BOTH);
    let waits = 0;
    for (let chunk = 0; chunk < 40; chunk++) {
      const waiting = digester.update(new Uint8Array(1 << 20));
      if (waiting) waits += 1;
      await waiting;
    }
    expect(waits).toBeGreaterThan(0);
    expect((await digester.finish()).bytes).toBe(40 << 20);
    digester.close();
  });

  test("a thread that fails fails those who wait and those who come later", async () => {
    const broken = new DigestThread("./no-such-thread.ts");
    const [first, second] = [broken.digester(LARGE, BOTH), broken.digester(LARGE, BOTH)];
    await expect(Promise.resolve(first.finish())).rejects.toThrow("the digest thread failed");
    expect(() => second.finish()).toThrow("the digest thread failed");
    second.close();
  });
});
