/** What every Destination promises, asked of a real folder and of one in memory. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { LibraryFolder } from "../../src/disk/folder.ts";
import type { Destination } from "../../src/download/ports.ts";
import { appleChecksum, bytesOf, sha256 } from "../support/engine/content.ts";
import { MemoryDestination } from "../support/engine/memory-destination.ts";
import { TempFolder } from "../support/engine/temp-folder.ts";

interface Place extends Disposable {
  readonly destination: Destination;
  contentOf(path: string): Buffer;
}

function onDisk(): Place {
  const folder = new TempFolder();
  return {
    destination: new LibraryFolder(folder.path, ".kei-tmp"),
    contentOf: (path) => readFileSync(folder.at(path)),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function inMemory(): Place {
  const destination = new MemoryDestination();
  return {
    destination,
    contentOf: (path) => destination.files.get(path)!,
    [Symbol.dispose]: () => undefined,
  };
}

const BYTES = bytesOf("photo", 1000);
const CHECKSUM = appleChecksum(BYTES);
const PATH = "2018/07/IMG_1.JPG";
const signal = new AbortController().signal;

for (const [name, open] of [
  ["a real folder", onDisk],
  ["a folder in memory", inMemory],
] as const) {
  describe(`Destination: ${name}`, () => {
    async function put(place: Place, path = PATH, bytes = BYTES): Promise<(Error | null)[]> {
      const checksum = appleChecksum(bytes);
      const part = await place.destination.openPart(path, checksum);
      part.append(bytes);
      await part.seal(0);
      return place.destination.install([{ path, checksum, replaces: false }]);
    }

    test("shows nothing under a name before it is installed", async () => {
      using place = open();
      const part = await place.destination.openPart(PATH, CHECKSUM);
      part.append(BYTES);
      await part.seal(0);
      expect(await place.destination.look(PATH)).toBeNull();
    });

    test("installs the sealed bytes under their name", async () => {
      using place = open();
      expect(await put(place)).toEqual([null]);
      expect(await place.destination.look(PATH)).toMatchObject({ isFile: true, sizeBytes: 1000 });
      expect(place.contentOf(PATH).equals(BYTES)).toBe(true);
      expect(await place.destination.digest(PATH, ["apple", "sha256"], signal)).toEqual({
        apple: CHECKSUM,
        sha256: sha256(BYTES),
        bytes: 1000,
      });
    });

    test("keeps a part that was only closed, for the next one who opens it", async () => {
      using place = open();
      const first = await place.destination.openPart(PATH, CHECKSUM);
      first.append(BYTES.subarray(0, 300));
      first.close();
      const second = await place.destination.openPart("2018/07/OTHER.JPG", CHECKSUM);
      expect(second.lengthBytes).toBe(300);
      const pieces: Buffer[] = [];
      await second.read((chunk) => void pieces.push(Buffer.from(chunk)));
      expect(Buffer.concat(pieces).equals(BYTES.subarray(0, 300))).toBe(true);
      second.clear();
      expect(second.lengthBytes).toBe(0);
      second.close();
    });

    test("keeps parts of other folders and other bytes apart", async () => {
      using place = open();
      const part = await place.destination.openPart(PATH, CHECKSUM);
      part.append(BYTES);
      part.close();
      for (const [path, checksum] of [
        ["2019/IMG_1.JPG", CHECKSUM],
        [PATH, appleChecksum(bytesOf("x", 1))],
      ] as const) {
        const other = await place.destination.openPart(path, checksum);
        expect(other.lengthBytes).toBe(0);
        other.close();
      }
    });

    test("never replaces, unless told that the file is ours", async () => {
      using place = open();
      await put(place, PATH, bytesOf("stranger", 5));
      expect(await put(place)).toMatchObject([{ fault: "occupied" }]);
      expect(place.contentOf(PATH)).toHaveLength(5);
      const ours = { path: PATH, checksum: CHECKSUM, replaces: true };
      expect(await place.destination.install([ours])).toEqual([null]);
      expect(place.contentOf(PATH).equals(BYTES)).toBe(true);
    });

    for (const how of ["hardlink", "symlink"] as const) {
      test(`gives a file a second name by ${how}, replacing only what is ours`, async () => {
        using place = open();
        await put(place);
        const to = { path: "2019/IMG_1.JPG", checksum: CHECKSUM, replaces: false };
        await put(place, to.path, bytesOf("older", 5));
        const refused = place.destination.link(PATH, to, how);
        expect(await refused.catch((error: unknown) => error)).toMatchObject({ fault: "occupied" });
        expect(place.contentOf(to.path)).toHaveLength(5);
        expect(await place.destination.link(PATH, { ...to, replaces: true }, how)).toBe(true);
        expect(place.contentOf(to.path).equals(BYTES)).toBe(true);
        const part = await place.destination.openPart(to.path, CHECKSUM);
        expect(part.lengthBytes).toBe(0);
        part.close();
      });
    }

    test("answers for each of several, in order, and does what it can", async () => {
      using place = open();
      await put(place, "b", bytesOf("stranger", 5));
      for (const path of ["a", "b", "c"]) {
        const part = await place.destination.openPart(path, appleChecksum(Buffer.from(path)));
        part.append(Buffer.from(path));
        await part.seal(0);
      }
      const answers = await place.destination.install(
        ["a", "b", "c"].map((path) => ({
          path,
          checksum: appleChecksum(Buffer.from(path)),
          replaces: false,
        })),
      );
      expect(answers).toMatchObject([null, { fault: "occupied" }, null]);
      expect(place.contentOf("c").toString()).toBe("c");
    });

    test("says missing for a part and a file that are not there", async () => {
      using place = open();
      await put(place);
      const none = {
        path: "2018/07/x.JPG",
        checksum: appleChecksum(Buffer.from("?")),
        replaces: false,
      };
      expect(await place.destination.install([none])).toMatchObject([{ fault: "missing" }]);
      const act = place.destination.digest("2018/07/x.JPG", ["apple"], signal);
      expect(await act.catch((error: unknown) => error)).toMatchObject({ fault: "missing" });
      await place.destination.removePart("2018/07/x.JPG", CHECKSUM);
    });
  });
}
