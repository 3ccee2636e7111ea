/** Records as Apple has sent them at one time or another: none of them costs a photo that can be had. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";

setDefaultTimeout(60_000);

/** What is laid over the two records of a photo; null takes a field away. */
interface Oddity {
  readonly master?: object;
  readonly asset?: object;
}

const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");

/** The photo comes all the same. */
const HARMLESS: Readonly<Record<string, Oddity>> = {
  "a name that is no base64": { master: { filenameEnc: { value: "%%%" } } },
  "a name that is no UTF-8": { master: { filenameEnc: { value: base64("\xff\xfe.JPG") } } },
  "an empty name": { master: { filenameEnc: { value: "" } } },
  "no name": { master: { filenameEnc: null } },
  "a name without a type": { master: { filenameEnc: { type: null } } },
  "a name that is a number": { master: { filenameEnc: { value: 17 } } },
  "no kind of item": { master: { itemType: null } },
  "a kind without a value": { master: { itemType: { "=": { type: "STRING" } } } },
  "a name whose base64 was cut": { master: { filenameEnc: { value: "SU1HXzAwMDEuSlB" } } },
  "a size of 0": { master: { resOriginalRes: { value: { size: 0 } } } },
  "a kind nobody knows": { master: { itemType: { value: "com.example.walrus" } } },
  "no kind of file": { master: { resOriginalRes: { value: { fileType: null } } } },
  "no offset of time": { asset: { timeZoneOffset: null } },
  "an offset that is a text": { asset: { timeZoneOffset: { value: "3600" } } },
  "no word on favourites": { asset: { isFavorite: null } },
  "a favourite of null": { asset: { isFavorite: { value: { "=": null } } } },
  "a date of zero": { asset: { assetDate: { value: 0 } } },
  "a date before there were photos": { asset: { assetDate: { value: -9e12 } } },
  "a date that never comes": { asset: { assetDate: { value: 9e15 } } },
  "no date": { asset: { assetDate: null } },
  "a date that is a text": { asset: { assetDate: { value: "1704456000000" } } },
  "a place that is junk": { asset: { locationEnc: { value: base64("junk"), type: "BYTES" } } },
  "words that are junk": { asset: { keywordsEnc: { value: "%", type: "ENCRYPTED_BYTES" } } },
  "a field nobody knows": { asset: { newFieldOf2031: { value: { a: [1] }, type: "WALRUS" } } },
};

test("odd fields cost no photo", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (const [what, oddity] of Object.entries(HARMLESS)) await addOdd(computer, what, oddity);
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([0, expect.stringContaining(" 0 failed")]);
  expect(filesBelow(computer.place.photos)).toHaveLength(Object.keys(HARMLESS).length);
  expect(await computer.findFaults()).toEqual([]);
});

/** The photo cannot be fetched as it is described, is named in every run, and comes once Apple has put it right. */
const IN_THE_WAY: Readonly<Record<string, object>> = {
  "no address": { downloadURL: null },
  "an address of another host": { downloadURL: "https://photos.evil.example/B/x" },
  "an address that looks like one of Apple's": {
    downloadURL: "https://cvws.icloud-content.com.evil.example/B/x",
  },
  "an address without encryption": { downloadURL: "http://cvws.icloud-content.com/B/x" },
  "an address that is none": { downloadURL: "nonsense" },
  "no checksum": { fileChecksum: null },
  "no size": { size: null },
  "a negative size": { size: -5 },
};

for (const [what, value] of Object.entries(IN_THE_WAY)) {
  test.concurrent(
    `a photo with ${what} is named in each run, and comes when it is mended`,
    async () => {
      await using computer = await signedInComputer(["--assets", "0"]);
      const { simulator } = computer;
      const recordName = await addOdd(computer, what, { master: { resOriginalRes: { value } } });
      await computer.addPhoto("IMG_0002.JPG", 30_000);
      const sync = ["sync", "-d", "photos", "--max-retries", "0"];
      for (let run = 1; run <= 3; run++) {
        const { code, stderr } = await computer.run(...sync);
        expect([code, namesOneOf(stderr, what, recordName)]).toEqual([2, true]);
        expect(stderr).not.toContain("evil.example");
        const files = filesBelow(computer.place.photos).map(({ path }) => path);
        expect(files).toEqual(["2024/01/05/IMG_0002.JPG"]);
      }
      await simulator.library("patch", { recordName, fields: { resOriginalRes: {} } });
      expect((await computer.run(...sync)).code).toBe(0);
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}

test.concurrent(
  "a live photo whose movie has no address yet: the still comes, and the movie later",
  async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    const { simulator } = computer;
    const live = { name: "IMG_0001.HEIC", kind: "heic-live", date: "2024-01-05T12:00:00Z" };
    await simulator.library("add", { assets: [live] });
    const { masterName: recordName } = (await simulator.manifest())[0]!;
    const patch = (movie: object) =>
      simulator.library("patch", { recordName, fields: { resOriginalVidComplRes: movie } });
    await patch({ value: { downloadURL: null } });
    expect((await computer.run("sync", "-d", "photos", "--max-retries", "0")).code).toBe(2);
    const files = filesBelow(computer.place.photos).map(({ path }) => path);
    expect(files).toEqual(["2024/01/05/IMG_0001.HEIC"]);
    await patch({});
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(filesBelow(computer.place.photos)).toHaveLength(2);
    expect(await computer.findFaults()).toEqual([]);
  },
);

function namesOneOf(text: string, ...names: readonly string[]): boolean {
  return names.some((name) => text.includes(name));
}

/** Adds a photo whose records are odd; gives the name of its master. */
async function addOdd(
  computer: Computer,
  what: string,
  { master, asset }: Oddity,
): Promise<string> {
  const { simulator } = computer;
  const before = new Set((await simulator.manifest()).map(({ recordName }) => recordName));
  await computer.addPhoto(`${what}.JPG`, 30_000 + before.size);
  const added = (await simulator.manifest()).find(({ recordName }) => !before.has(recordName))!;
  const patch = (recordName: string, fields: object) =>
    simulator.library("patch", { recordName, fields });
  if (master) await patch(added.masterName, master);
  if (asset) await patch(added.recordName, asset);
  return added.masterName;
}
