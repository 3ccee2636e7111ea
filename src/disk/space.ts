/**
 * Whether bytes still fit on a disk: what is free, less what unfinished files will still take, less what has to stay
 * free. Asked before a file is begun and again while its bytes come, because others write there, too.
 */
import { statSync, statfsSync } from "node:fs";
import { LocalError } from "../lib/errors.ts";
import { freeBytes } from "./root.ts";

/** An unfinished file, and how much of it is still to come. */
export interface Claim {
  /** Absolute path of the folder it lies in. */
  readonly folder: string;
  readonly path: string;
  readonly sizeBytes: number;
  remainingBytes(): number;
}

export interface Room {
  readonly freeBytes: number;
  /** What other unfinished files will still take. */
  readonly promisedBytes: number;
  readonly neededBytes: number;
  /** What has to stay free. */
  readonly reserveBytes: number;
}

/** Decides whether a file fits; "full" when not even a smaller one would. Pure. */
export function judgeRoom(room: Room): "fits" | "no-room" | "full" {
  const { freeBytes: free, promisedBytes, neededBytes, reserveBytes } = room;
  if (neededBytes === 0 || neededBytes + promisedBytes <= free - reserveBytes) return "fits";
  return free < reserveBytes ? "full" : "no-room";
}

/** What `statfs` says for FAT, whose files end before 4 GiB. */
const FAT = { type: 0x4d44, largestBytes: 2 ** 32 - 1 };

export class Space {
  readonly #claims = new Map<Claim, number>();
  /** Size of the smallest file a disk refused for its size, by the number of the disk. */
  readonly #refused = new Map<number, number>();

  constructor(
    private readonly reserveBytes: number,
    private readonly freeBytesIn: (folder: string) => number = freeBytes,
  ) {}

  /** Reserves room for what is to come of a file. Throws LocalError when there is none; nothing is reserved then. */
  begin(claim: Claim): void {
    const disk = statSync(claim.folder).dev;
    const isRefused = claim.sizeBytes >= (this.#refused.get(disk) ?? Infinity);
    if (isRefused || (claim.sizeBytes > FAT.largestBytes && isFat(claim.folder))) {
      throw tooLarge(claim.path);
    }
    this.#look(claim, disk);
    this.#claims.set(claim, disk);
  }

  /** Looks again while bytes come. Throws LocalError("no-room") when what is to come does not fit any more. */
  lookAgain(claim: Claim): void {
    const disk = this.#claims.get(claim);
    if (disk === undefined) return;
    if (this.#judge(claim, disk) !== "fits") throw noRoom(claim.path);
  }

  /** The disk holds no file that is so large; others of that size are refused before they are begun. */
  refuse(claim: Claim): LocalError {
    const disk = this.#claims.get(claim);
    if (disk !== undefined) this.#refused.set(disk, claim.sizeBytes);
    return tooLarge(claim.path);
  }

  /** The file is whole, or given up. */
  end(claim: Claim): void {
    this.#claims.delete(claim);
  }

  #look(claim: Claim, disk: number): void {
    const verdict = this.#judge(claim, disk);
    if (verdict === "no-room") throw noRoom(claim.path);
    if (verdict === "full") {
      throw new LocalError("full", "The disk is full but for what has to stay free", claim.folder, {
        hint: "free some space and run kei again",
      });
    }
  }

  #judge(claim: Claim, disk: number): "fits" | "no-room" | "full" {
    let promisedBytes = 0;
    for (const [other, place] of this.#claims) {
      if (other !== claim && place === disk) promisedBytes += other.remainingBytes();
    }
    return judgeRoom({
      freeBytes: this.freeBytesIn(claim.folder),
      promisedBytes,
      neededBytes: claim.remainingBytes(),
      reserveBytes: this.reserveBytes,
    });
  }
}

function isFat(folder: string): boolean {
  try {
    return statfsSync(folder).type === FAT.type;
  } catch {
    return false; // a disk that does not tell
  }
}

function noRoom(path: string): LocalError {
  return new LocalError("no-room", "The disk has no room for it", path, {
    hint: "free some space and run kei again",
  });
}

function tooLarge(path: string): LocalError {
  return new LocalError(
    "too-large",
    "The file is too large for the file system of its folder",
    path,
    {
      hint: "choose a folder on another disk with --directory; FAT holds no file of 4 GiB",
    },
  );
}
