/**
 * What broke in programs like this one, matter by matter, and the tests that would notice it here.
 *
 * Each line of the index names a file below tests/ and the title of a test in it; that there is such a test is itself
 * tested. What has no test elsewhere has it at the end of this file or in cases/hindsight.txt.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer } from "../support/computer.ts";

setDefaultTimeout(60_000);

const TESTS = join(import.meta.dir, "..");

const INDEX: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  state: {
    "a sample of files vouched for all of them, so that single deletions were never restored": [
      "e2e/cases/sync.txt: a file deleted by hand is brought back, and nothing else",
      "e2e/cases/missing.txt: one file missing of a thousand days",
      "unit/sync/missing.test.ts: wants what is not there any more",
    ],
    "rows that wait were tried for ever": [
      "e2e/cases/limits.txt: a file that fails in too many runs is left alone",
    ],
    "rows that wait were called failed without having been tried": [
      "e2e/cases/hindsight.txt: a file that fails again and again is neither forgotten nor called saved",
      "unit/state/files/files.test.ts: backlog() and counts() tell pending from failed",
      "unit/sync/fetch-loop.test.ts: leaves the rest due, not failed",
    ],
  },
  tokens: {
    "the token moved although the listing failed": [
      "e2e/cases/tokens.txt: a listing that breaks off keeps what it brought",
      "unit/sync/cycle.test.ts: stores no token when a listing breaks off",
      "crash/in-process.test.ts: moves a token only together with what it proves",
    ],
    "the token moved although the count did not fit": [
      "e2e/cases/tokens.txt: a count that stays wrong holds the token",
      "e2e/cases/tokens.txt: a listing without a count cannot be proven whole",
    ],
    "the token moved although halves were missing": [
      "unit/sync/listing.test.ts: looks up masters that come on no page",
      "unit/sync/refresh.test.ts: comes back to a master Apple could not give just now",
    ],
    "an empty page ended a listing or a feed": [
      "e2e/cases/listing.txt: an empty page within the listing does not end it",
      "e2e/cases/tokens.txt: seventy pages without records",
    ],
    "the token moved although the database could not be written": [
      "e2e/disk.test.ts: a full disk under the database is said",
      "unit/state/memory.test.ts: transaction() leaves nothing behind when the work throws",
    ],
    "half a page was taken for a whole one": [
      "e2e/cases/faults.txt: CloudKit answers with a web page, with nothing, with half a JSON",
      "e2e/cases/changes.txt: news that fail in the middle of their pages",
    ],
    "an empty token was sent, which means that nothing is new": [
      "e2e/cases/tokens.txt: an empty token is never sent",
    ],
  },
  enumeration: {
    "the list of albums was cut at 200": ["e2e/hindsight.test.ts: the last of 230 albums"],
    "assets that share a master were dropped as duplicates": [
      "e2e/cases/sync.txt: two assets that share their content are both kept",
      "unit/sync/listing.test.ts: gives each of two assets that share a master a file of its own",
      "e2e/cases/changes.txt: a purged photo that shares its master with another",
    ],
    "a membership that came before its photo was lost": [
      "e2e/cases/hindsight.txt: a membership that comes pages before its photo",
      "unit/state/library.test.ts: waits with a membership for its album and its asset",
    ],
    "a tombstone with nothing but a name was not understood": [
      "e2e/cases/changes.txt: purged photos (bare names of asset, master and relation)",
      "unit/state/library.test.ts: takes the tombstone of an asset, of its master, and of nobody",
    ],
  },
  records: {
    "what could not be read was passed over in silence": [
      "e2e/odd-records.test.ts: is named in each run, and comes when it is mended",
      "e2e/cases/listing.txt: a record that Apple refuses for good is said by every sync, which asks for it by name alone, and comes one day",
    ],
    "an odd field cost the photo": ["e2e/odd-records.test.ts: odd fields cost no photo"],
  },
  zones: {
    "photos shared by a link were taken for a library": [
      "e2e/cases/libraries.txt: --library all syncs own and shared libraries, and no zone that only looks",
      "e2e/cases/libraries.txt: a zone that is no library cannot be asked for by name",
    ],
    "a shared album stopped every library": [
      "e2e/cases/libraries.txt: one broken library is said, exit 2, and does not stop the others",
      "e2e/cases/libraries.txt: the shared side failing is said, exit 2",
    ],
    "members of an album lived in another zone": [
      "unit/state/library.test.ts: waits with a membership for its album and its asset",
      "unit/state/library.test.ts: keeps zones apart",
    ],
  },
  addresses: {
    "planning took so long that every address was stale": [
      "e2e/mid-run.test.ts: addresses that expire between listing and download are looked up again",
      "e2e/cases/faults.txt: all addresses are stale at once",
      "unit/sync/listing.test.ts: starts fetching with the first page, before the listing is done",
    ],
    "a stale address poisoned the token": [
      "e2e/cases/hindsight.txt: stale addresses that cannot be renewed hold no token back",
    ],
    "everything was asked for again, not only what was stale": [
      "e2e/cases/transfer.txt: 410: a stale address is looked up anew",
      "unit/sync/urls.test.ts: address() uses what came with a page, while it lasts",
    ],
    "masters were queried, which Apple refuses": [
      "e2e/cases/changes.txt: an asset whose master was never seen is completed by one lookup",
    ],
  },
  paths: {
    "of two photos with one name and one size the second was passed by": [
      "e2e/cases/sync.txt: two photos of one name, one day and one size are both kept",
      "e2e/cases/libraries.txt: two photos of one name, day and size in two libraries",
    ],
    "one path was remembered of a photo that is in several albums": [
      "e2e/cases/hindsight.txt: a photo in two albums is a file in each",
    ],
    "a second attempt went to the first album's folder": [
      "e2e/cases/hindsight.txt: a file that failed and is tried again goes to its own album",
    ],
    "another setting made copies with other names": [
      "e2e/cases/settings.txt: another folder template moves nothing and fetches nothing",
      "e2e/cases/settings.txt: another policy for equal names fetches nothing",
    ],
    "retries and restarts wrote endless copies with suffixes": [
      "e2e/cases/tokens.txt: kei reset state -y forgets all, and the next sync adopts every file",
      "e2e/cases/sync.txt: right files that are there already are adopted, not fetched",
    ],
  },
  durability: {
    "the folder was not synced after the name was given": [
      "crash/in-process.test.ts: converges after a power cut at any step",
      "unit/state/open.test.ts: syncs every commit",
    ],
    "a last row that could not be written ended with exit 0": [
      "e2e/disk.test.ts: a full disk under the database is said, exit 2",
    ],
    "a part that was left over replaced a file": [
      "contract/destination.test.ts: never replaces, unless told that the file is ours",
      "e2e/cases/transfer.txt: a part that was damaged meanwhile is not believed",
    ],
    "a file system that cannot exchange names, or has no links, took no file": [
      "e2e/disk.test.ts: a disk without links takes the library all the same",
      "e2e/disk.test.ts: where no hard link leads, albums get copies",
    ],
    "half a file was kept as a whole one": [
      "e2e/cases/transfer.txt: a body cut short with an honest length is noticed",
      "crash/kill.test.ts: a first sync survives",
      "crash/kill-later.test.ts: later syncs, new listings and new plans survive",
    ],
  },
  auth: {
    "409 was taken for a refusal although the code was accepted": [
      "e2e/cases/sign-in.txt: the answer to a code of 2026, with a session token",
      "e2e/cases/sign-in.txt: the bare answer to a code of 2026",
    ],
    "a code handed in by another program was not noticed": [
      "unit/auth/session.test.ts: work from two processes, and only one push is asked for",
    ],
    "a sign-in although the saved session was good": [
      "e2e/cases/sync.txt: a first sync brings every file, and a second one makes a single call",
      "e2e/cases/hindsight.txt: a clock that is a day behind Apple's",
      "e2e/misfortunes.test.ts: a session that dies in mid-listing is renewed once",
      "e2e/sign-in.test.ts: a session that is over when it is asked about is renewed without the password",
    ],
    "what is remembered was not bound to the account": [
      "e2e/cases/hindsight.txt: another account on the same computer has its own database",
      "unit/auth/session.test.ts: of another account is left alone",
    ],
    "throttling was called a wrong password": [
      "e2e/cases/sign-in.txt: a throttled sign-in is never called a wrong password",
      "e2e/sign-in.test.ts: sign-ins that Apple counts: refused after too many",
      "e2e/cases/faults.txt: the sign-in that is needed in mid-listing answers 503",
    ],
  },
};

for (const [area, matters] of Object.entries(INDEX)) {
  for (const [matter, tests] of Object.entries(matters)) {
    test(`never again, ${area}: ${matter}`, () => {
      expect(tests.filter((each) => !exists(each))).toEqual([]);
    });
  }
}

function exists(each: string): boolean {
  const [, file = "", title = ""] = /^(\S+): (.*)$/.exec(each) ?? [];
  const text = readFileSync(join(TESTS, file), "utf8");
  // The index itself holds every title once.
  return text.split(title).length > (file.endsWith("hindsight.test.ts") ? 2 : 1);
}

test("the last of 230 albums is found, listed and synced", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { simulator } = computer;
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  await computer.addPhoto("IMG_0002.JPG", 30_001);
  const [first] = await simulator.manifest();
  let album = "";
  for (let number = 1; number <= 230; number++) {
    const name = `Trip ${number}`;
    const made = (await simulator.library("album/create", { name })) as { recordNames: string[] };
    album = made.recordNames[0]!;
  }
  await simulator.library("album/add", { album, recordNames: [first!.recordName] });
  const listed = await computer.run("list", "albums");
  expect(listed.stdout.match(/^ {2}Trip \d+/gm)).toHaveLength(230);
  const { code, stderr } = await computer.run("sync", "-d", "photos", "-a", "Trip 230");
  expect([code, stderr]).toEqual([0, expect.stringContaining("1 downloaded, 0 failed (1 total)")]);
});
