import { expect, test } from "bun:test";
import { TagWriterPool } from "../../../src/metadata/tool/pool.ts";
import type { PooledWriter } from "../../../src/metadata/tool/pool.ts";

const LIMITS = { deadlineMs: 1000, signal: new AbortController().signal };

test("TagWriterPool works on as many files at once as it has processes, and starts no more of them", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const log: string[] = [];
  let started = 0;
  const start = (): PooledWriter => {
    const name = `p${++started}`;
    return {
      async write(path) {
        log.push(`${name} ${path}`);
        await gate;
      },
      read: async () => ({}),
      close: async () => void log.push(`${name} closed`),
    };
  };
  const pool = new TagWriterPool(start, 2);
  expect(started).toBe(0);
  const work = ["a", "b", "c"].map((path) => pool.write(path, [], LIMITS));
  await Bun.sleep(0);
  expect(log).toEqual(["p1 a", "p2 b"]);
  open();
  await Promise.all(work);
  expect(log).toHaveLength(3);
  await pool.close();
  expect(log.slice(3)).toEqual(["p1 closed", "p2 closed"]);
});

test("TagWriterPool goes on with a process after it failed", async () => {
  let calls = 0;
  const start = (): PooledWriter => ({
    async write() {
      if (++calls === 1) throw new Error("no");
    },
    read: async () => ({}),
    close: async () => {},
  });
  const pool = new TagWriterPool(start, 1);
  await expect(pool.write("a", [], LIMITS)).rejects.toThrow("no");
  await pool.write("a", [], LIMITS);
});
