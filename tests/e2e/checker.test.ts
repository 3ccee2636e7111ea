import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { globSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";

setDefaultTimeout(60_000);

const PHOTO = "photos/2024/01/05/IMG_0001.JPG";

interface Row {
  readonly name: string;
  readonly damage: (computer: Computer) => unknown;
  readonly fault: RegExp;
}

const rows: readonly Row[] = [
  {
    name: "a file that is gone",
    damage: (computer) => rmSync(at(computer, PHOTO)),
    fault: /IMG_0001.JPG: saved, but not on disk/,
  },
  {
    name: "a file of another size",
    damage: (computer) => writeFileSync(at(computer, PHOTO), "short"),
    fault: /IMG_0001.JPG: 5, not 30000/,
  },
  {
    name: "a file of the right size with other bytes",
    damage: (computer) => writeFileSync(at(computer, PHOTO), new Uint8Array(30_000)),
    fault: /IMG_0001.JPG: other bytes than recorded/,
  },
  {
    name: "a part",
    damage: (computer) => writeFileSync(at(computer, "photos/2024/AAAA.kei-tmp"), ""),
    fault: /AAAA.kei-tmp: neither saved nor somebody else's/,
  },
  {
    name: "a file beside the folder",
    damage: (computer) => writeFileSync(at(computer, "home/stray"), ""),
    fault: /home\/stray: outside of the folder/,
  },
  {
    name: "outcomes that do not add up",
    damage: (computer) => alter(computer, "UPDATE runs SET tally = json_set(tally, '$.seen', 9)"),
    fault: /outcomes do not add up/,
  },
  {
    name: "a file forgotten",
    damage: (computer) => alter(computer, "DELETE FROM files"),
    fault: /1 files missing with/,
  },
  {
    name: "a photo that is new",
    damage: (computer) => computer.addPhoto("IMG_0002.JPG", 30_001),
    fault: /the next sync fetched 1 files/,
  },
];

for (const { name, damage, fault } of rows) {
  test(`the checker sees ${name}`, async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    await computer.addPhoto("IMG_0001.JPG", 30_000);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    await damage(computer);
    expect((await computer.findFaults()).join("\n")).toMatch(fault);
  });
}

function at({ place }: Computer, path: string): string {
  return join(place.cwd, path);
}

function alter({ place }: Computer, sql: string): void {
  const [name = ""] = globSync("*.db", { cwd: place.data });
  using db = new Database(join(place.data, name));
  db.run(sql);
}
