/** A database of the kei before files said their state in one word goes on as it is, without a file being read. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { stateOf } from "../../../src/state/files/row.ts";
import { BASE_VERSION, MIGRATIONS } from "../../../src/state/schema.ts";
import { Memory } from "../../../src/state/memory.ts";
import { openDatabase } from "../../../src/state/open.ts";
import { appleChecksum, bytesOf } from "../../support/engine/content.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const CHECKSUM = appleChecksum(bytesOf("photo", 10));
const OPAQUE = Buffer.alloc(33, 2).toString("base64");
/** Runs of the database: one that adopted nothing, one that adopted a file, one that was cut off. */
const [PLAIN, ADOPTING, CUT] = [1, 2, 3];

type Column = string | number | null;

const COLUMNS = {
  status: "saved",
  checksum: CHECKSUM,
  sha256: "s",
  local_bytes: 10,
  older_sha256: null,
  saved_at: 5,
  saved_cycle: PLAIN,
  is_verified: 1,
  is_left_out: 0,
} as Readonly<Record<string, Column>>;

const APPLE = { kind: "apple", checksum: CHECKSUM };
const OWN = { proof: APPLE, content: CHECKSUM, sizeBytes: 10, verdict: "agrees", origin: "own" };
const LOST = { sha256: null, local_bytes: null, saved_at: null, is_verified: null };
const bySha256 = (hash: string) => ({ kind: "sha256", hash });

const ROWS: { name: string; row: Record<string, Column>; is: object }[] = [
  { name: "saved in a run that adopted nothing", row: {}, is: { kind: "saved", held: OWN } },
  {
    name: "saved in a run that adopted something",
    row: { saved_cycle: ADOPTING },
    is: { kind: "saved", held: { ...OWN, origin: "adopted" } },
  },
  {
    name: "saved in a run that was cut off",
    row: { saved_cycle: CUT },
    is: { kind: "saved", held: { ...OWN, origin: "adopted" } },
  },
  {
    name: "known by its size",
    row: { checksum: OPAQUE, is_verified: 0, saved_cycle: ADOPTING },
    is: {
      kind: "saved",
      held: { proof: bySha256("s"), content: OPAQUE, verdict: "opaque", origin: "unproven" },
    },
  },
  {
    name: "of another checksum than Apple's",
    row: { is_verified: 0, saved_cycle: ADOPTING },
    is: {
      kind: "saved",
      held: { proof: bySha256("s"), content: CHECKSUM, verdict: "disagrees", origin: "own" },
    },
  },
  { name: "left out", row: { is_left_out: 1 }, is: { kind: "left-out", held: OWN } },
  {
    name: "left out with older content",
    row: { is_left_out: 1, checksum: "" },
    is: { kind: "left-out", held: { proof: bySha256("s"), content: "", origin: "own" } },
  },
  { name: "never fetched", row: { status: "wanted", ...LOST }, is: { kind: "promised" } },
  { name: "in doubt", row: { status: "wanted", ...LOST, is_left_out: 1 }, is: { kind: "doubted" } },
  {
    name: "changed at Apple",
    row: { status: "wanted" },
    is: { kind: "outdated", olders: [{ proof: bySha256("s"), sizeBytes: 10, origin: "own" }] },
  },
  {
    name: "staged",
    row: { status: "staged", saved_at: null, saved_cycle: null },
    is: { kind: "staged", final: { ...OWN, written: [] }, older: null },
  },
  {
    name: "staged over an older version",
    row: { status: "staged", older_sha256: "old", is_left_out: 1, saved_cycle: ADOPTING },
    is: {
      kind: "dropped",
      final: OWN,
      older: { proof: bySha256("old"), sizeBytes: null, origin: "adopted" },
    },
  },
];

/** A database of the version before, with such rows. */
function makeOld(path: string): void {
  using db = new Database(path);
  for (const step of MIGRATIONS.slice(0, 2)) db.run(step);
  db.run(`PRAGMA user_version = ${BASE_VERSION + 2}`);
  db.run("INSERT INTO zones (id, name, database) VALUES (1, 'PrimarySync', 'private')");
  const tally = (filesAdopted: number) => JSON.stringify({ filesAdopted });
  for (const [id, text] of [
    [PLAIN, tally(0)],
    [ADOPTING, tally(1)],
    [CUT, null],
  ] as const)
    db.run("INSERT INTO runs (id, started_at, tally) VALUES (?, 1, ?)", [id, text]);
  for (const [index, { row }] of ROWS.entries()) {
    const id = index + 1;
    db.run("INSERT INTO assets (id, zone, name, master_id, body) VALUES (?, 1, ?, 1, '{}')", [
      id,
      `A${id}`,
    ]);
    const columns = { ...COLUMNS, ...row };
    const names = Object.keys(columns);
    db.run(
      `INSERT INTO files (id, zone, asset_id, rendition, path, path_key, size_bytes, created_ms,
         ${names.join(", ")}) VALUES (?, 1, ?, 'original', ?, ?, 10, 7, ${names.map(() => "?").join(", ")})`,
      [id, id, `${id}`, `${id}`, ...Object.values(columns)],
    );
  }
}

test("openDatabase() takes over what an older kei noted of its files", () => {
  using folder = new TempFolder();
  const path = folder.at("kei.db");
  makeOld(path);
  const memory = new Memory(openDatabase(path), path);
  try {
    for (const [index, { name, is }] of ROWS.entries()) {
      const row = memory.files.byId(index + 1)!;
      expect({ name, ...stateOf(row) }).toMatchObject({ name, ...is });
      expect(row).toMatchObject({ path: `${index + 1}`, size_bytes: 10, created_ms: 7 });
    }
    const due = memory.files.due(0, { zones: [1], cycle: 9, attemptsMax: 9 }, 99);
    expect(due.map(({ state }) => state).toSorted()).toEqual([
      "doubted",
      "dropped",
      "outdated",
      "promised",
      "staged",
    ]);
  } finally {
    memory.close();
  }
});
