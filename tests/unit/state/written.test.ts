import { beforeEach, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { MIGRATIONS } from "../../../src/state/schema.ts";
import { Written } from "../../../src/state/written.ts";

let db: Database;
let written: Written;
const SCOPE = { zones: [1], cycle: 7, attemptsMax: 3 };

beforeEach(() => {
  db = new Database(":memory:");
  for (const step of MIGRATIONS) db.run(step);
  for (const [id, path, derived] of [
    [1, "a.jpg", ""],
    [2, "b.jpg", ""],
    [3, "a.jpg.xmp", "xmp"],
  ] as const) {
    db.run(
      `INSERT INTO files (id, zone, asset_id, rendition, derived, path, path_key, checksum, size_bytes, created_ms, state)
       VALUES (?, 1, ?, 'original', ?, ?, ?, 'c', 1, 0, 'saved')`,
      [id, id === 3 ? 1 : id, derived, path, path],
    );
  }
  written = new Written(db);
});

const due = (scope = SCOPE) =>
  written.due(0, scope, 10).map(({ file, facet }) => `${file} ${facet}`);
const facet = (name: string, hash: string) => ({ facet: name, hash });

test("what is wanted and not there is due, until it is noted", () => {
  written.wantOnly(1, [facet("rating", "5"), facet("title", "t")], []);
  expect(due()).toEqual(["1 rating", "1 title"]);
  written.note(1, [facet("rating", "5"), facet("title", "t")]);
  expect(due()).toEqual([]);
  written.wantOnly(1, [facet("rating", "5"), facet("title", "other")], []);
  expect(due()).toEqual(["1 title"]);
});

test("what iCloud took back is due when kei wrote it, and only then", () => {
  written.wantOnly(1, [facet("rating", "5"), facet("title", "t")], []);
  written.note(1, [facet("rating", "5")]);
  written.wantOnly(1, [], []);
  expect(due()).toEqual(["1 rating"]);
  written.note(1, []);
  expect(due()).toEqual([]);
});

test("what nobody asks for any more is not due, and is remembered", () => {
  written.wantOnly(1, [facet("rating", "5"), facet("title", "t")], []);
  written.note(1, [facet("rating", "5")]);
  written.wantOnly(1, [], ["rating", "title"]);
  expect(due()).toEqual([]);
  expect(written.inFile(1)).toEqual([facet("rating", "5")]);
  written.wantOnly(1, [facet("rating", "6")], []);
  expect(due()).toEqual(["1 rating"]);
  written.wantNothing();
  expect(due()).toEqual([]);
  expect(written.inFile(1)).toEqual([facet("rating", "5")]);
});

test("what bears a mark is never due", () => {
  written.wantOnly(1, [facet("gps", "x"), facet("title", "t")], []);
  written.note(1, [facet("gps", "-own"), facet("title", "-unfit:gif")]);
  expect(due()).toEqual([]);
  written.wantOnly(1, [facet("gps", "y"), facet("title", "u")], []);
  expect(due()).toEqual([]);
  expect(written.counts()).toMatchObject({ written: 0, due: 0, failed: 0, unfit: 1, sidecars: 1 });
});

test("what failed waits for another cycle, is told, and is left alone when it failed too often", () => {
  written.wantOnly(1, [facet("title", "t")], []);
  for (const cycle of [5, 6, 6]) written.fail({ file: 1, facet: "title" }, "no", cycle);
  expect(due({ ...SCOPE, cycle: 6 })).toEqual([]);
  expect(due()).toEqual(["1 title"]);
  expect(written.faults()).toMatchObject([{ path: "a.jpg", error: "no", attempts: 2 }]);
  expect(written.counts()).toMatchObject({ due: 0, failed: 1 });
  written.fail({ file: 1, facet: "title" }, "no", 7);
  expect(due({ ...SCOPE, cycle: 8 })).toEqual([]);
  expect(written.forgiveAll()).toBe(1);
  expect(due()).toEqual(["1 title"]);
  // Other words are another chance.
  written.fail({ file: 1, facet: "title" }, "no", 7);
  written.wantOnly(1, [facet("title", "u")], []);
  expect(due()).toEqual(["1 title"]);
  expect(written.faults()).toEqual([]);
});

test("files of other zones, sidecars and files that are not saved are not written into", () => {
  for (const file of [1, 2, 3]) written.wantOnly(file, [facet("title", "t")], []);
  db.run(`UPDATE files SET zone = 2 WHERE id = 1`);
  db.run(`UPDATE files SET state = 'left-out' WHERE id = 2`);
  expect(due()).toEqual([]);
});

test("what is known of a file goes with its row", () => {
  written.wantOnly(1, [facet("title", "t")], []);
  db.run(`DELETE FROM files WHERE id = 1`);
  expect(written.ofFile(1)).toEqual([]);
});
