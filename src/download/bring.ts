/**
 * Brings the bytes of one file under a name that is free, or that an older version of ours has: from a file that is
 * here already, else from Apple; what kei makes of a photo is made.
 */
import { Bug, LocalError } from "../lib/errors.ts";
import { Digester } from "../photos/checksum.ts";
import { proofWord, sha256Proof } from "../photos/proof.ts";
import { heldBy } from "../state/files/row.ts";
import type { Facet, FileRow, Final, Held, Origin } from "../state/files/row.ts";
import { finishFile } from "./finish.ts";
import type { Finished, Finisher } from "./finish.ts";
import type { Installer } from "./installer.ts";
import { placeOf } from "./place.ts";
import type { Place, PlaceDoor } from "./place.ts";
import { proofOf } from "./prove.ts";
import { receive } from "./receive.ts";
import type { ReceiveDoor } from "./receive.ts";

/** Content that kei makes by itself, and what it is made of. */
export type Derive = (
  row: FileRow,
) => Promise<{ readonly bytes: Uint8Array; readonly written: readonly Facet[] }>;

/** For those who ask for no such content. */
export const deriveNothing: Derive = () => {
  throw new Bug("what is made of photos is asked for only by those who can make it");
};

export interface BringDoor extends ReceiveDoor, Pick<PlaceDoor, "twins"> {
  readonly installer: Installer;
  readonly finisher: Finisher;
  /** Makes the content of a row that does not come from Apple. */
  readonly derive: Derive;
  /** What was written into a file on disk. */
  readonly writtenIn: (row: FileRow) => readonly Facet[];
  readonly albumCopies: "copy" | "hardlink" | "symlink";
}

/** A place where a file may get its name. */
export type Vacancy = Extract<Place, { kind: "free" | "older" | "remnant" }>;

/** False when somebody else took the name in the meantime. */
export async function bring(
  row: FileRow,
  place: Vacancy,
  door: BringDoor,
  signal: AbortSignal,
): Promise<boolean> {
  return new Bringing(row, place, door, signal).run();
}

/** Bytes that are in the part or the draft of a row. */
type Ready = Finished & { readonly how: "downloaded" | "copied" | "made" };

class Bringing {
  constructor(
    private readonly row: FileRow,
    private readonly place: Vacancy,
    private readonly door: BringDoor,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<boolean> {
    const { row, door } = this;
    if (row.derived !== "") return this.#install(await this.#derived());
    for (const twin of door.twins(row)) {
      const isOfPhoto = twin.asset_id === row.asset_id;
      const linked = await this.#linked(twin, isOfPhoto);
      if (linked !== null) return linked;
      const copied = isOfPhoto ? await this.#copied(twin) : await this.#receivedFrom(twin);
      if (copied) return this.#install(copied);
    }
    return this.#install(await this.#received("downloaded"));
  }

  async #received(how: Ready["how"]): Promise<Ready> {
    const { row, door, signal } = this;
    door.observe({ kind: "file-started", path: row.path, sizeBytes: row.size_bytes });
    const verified = await receive(row, door, signal);
    return { ...(await finishFile(row, verified, door, signal)), how };
  }

  // What another photo has as Apple has it comes as if Apple had sent it.
  async #receivedFrom(twin: FileRow): Promise<Ready | null> {
    const { row, door } = this;
    if (!(await this.#isIntact(twin))) return null;
    await door.destination.copyToPart(twin.path, row.path, row.checksum, this.signal);
    return this.#received("copied");
  }

  // What the same photo has in another album is as it should be here, with all that was written into it.
  async #copied(twin: FileRow): Promise<Ready | null> {
    const { row, door, signal } = this;
    const held = await this.#plausible(twin);
    if (!held) return null;
    const { path, checksum } = row;
    door.observe({ kind: "file-started", path, sizeBytes: row.size_bytes });
    const draft = await door.destination.drafts.make(path, checksum, twin.path, signal);
    if (!(await proofOf(draft.path, [held.proof], door.destination, signal))) {
      await door.destination.removePart(path, checksum);
      return null;
    }
    await door.destination.drafts.seal(path, checksum, row.created_ms);
    return { final: this.#sameAs(twin, held, "own"), isDraft: true, how: "copied" };
  }

  // Null when no link can be made; false when the name is taken.
  async #linked(twin: FileRow, isOfPhoto: boolean): Promise<boolean | null> {
    const { row, door } = this;
    const how = door.albumCopies;
    // A symbolic link to another photo would show what becomes of that one.
    if (how === "copy" || (!isOfPhoto && (how === "symlink" || door.finisher.changes(row)))) {
      return null;
    }
    const held = (await this.#isIntact(twin)) ? heldBy(twin) : null;
    if (!held) return null;
    if (!(await this.#isStillVacant())) return false;
    const final = this.#sameAs(twin, held, how === "symlink" ? "link" : held.origin);
    const { path, checksum } = row;
    const replaces = this.place.kind !== "free";
    door.installer.stage(row, final, this.#older);
    try {
      if (!(await door.destination.link(twin.path, { path, checksum, replaces }, how))) {
        door.observe({ kind: "links-unsupported", how });
        return null;
      }
    } catch (error) {
      if (error instanceof LocalError && error.fault === "occupied") return false;
      throw error;
    }
    await door.installer.adopt(row, final);
    door.observe({ kind: "file-saved", path, sizeBytes: row.size_bytes, how: "linked" });
    return true;
  }

  async #derived(): Promise<Ready> {
    const { row, door } = this;
    const { path, checksum: content } = row;
    const { bytes, written } = await door.derive(row);
    const part = await door.destination.openPart(path, content);
    part.clear();
    part.append(bytes);
    await part.seal(row.created_ms);
    const digester = new Digester(["sha256"]);
    digester.update(bytes);
    const digests = digester.finish();
    const proof = sha256Proof(digests);
    const final = {
      content,
      proof,
      sizeBytes: digests.bytes,
      verdict: null,
      origin: "own",
      written,
    };
    return { final: final as Final, isDraft: false, how: "made" };
  }

  async #install({ final, isDraft, how }: Ready): Promise<boolean> {
    const { row, door } = this;
    // The transfer took its time.
    if (!(await this.#isStillVacant())) return false;
    const { path, checksum } = row;
    if (this.place.kind === "remnant" && !(await this.#isLeftOf(isDraft))) return false;
    const replaces = this.place.kind !== "free";
    const older = this.#older;
    try {
      await door.installer.install(row, final, { path, checksum, replaces, isDraft, older });
    } catch (error) {
      if (error instanceof LocalError && error.fault === "occupied") return false;
      throw error;
    }
    door.observe({ kind: "file-saved", path, sizeBytes: row.size_bytes, how });
    return true;
  }

  get #older(): Held | null {
    return this.place.kind === "older" ? this.place.held : null;
  }

  /** What is to be replaced has to be ours at the last moment too. */
  async #isStillVacant(): Promise<boolean> {
    if (this.place.kind === "free") return true;
    const { row, door, signal } = this;
    const now = await placeOf(row, door, signal);
    if (now.kind === "remnant" || now.kind === "free") return true;
    if (now.kind !== "older") return false;
    // What is built upon another program's has to be built upon what that wrote last.
    return row.derived === "" || wordOf(now.held) === wordOf(this.#older);
  }

  // What stands there begins like the bytes that are ready, and then ends: nobody's work is in it.
  #isLeftOf(isDraft: boolean): Promise<boolean> {
    const { path, checksum } = this.row;
    return this.door.destination.drafts.beginsLike(path, checksum, isDraft, this.signal);
  }

  async #isIntact(twin: FileRow): Promise<boolean> {
    const held = await this.#plausible(twin);
    const { destination } = this.door;
    return (
      held !== null && (await proofOf(twin.path, [held.proof], destination, this.signal)) !== null
    );
  }

  async #plausible(twin: FileRow): Promise<Held | null> {
    const standing = await this.door.destination.look(twin.path);
    const held = heldBy(twin);
    return standing?.isFile && standing.sizeBytes === held?.sizeBytes ? held : null;
  }

  #sameAs(twin: FileRow, held: Held, origin: Origin): Final {
    const written = this.door.writtenIn(twin);
    return { ...held, sizeBytes: held.sizeBytes!, content: this.row.checksum, origin, written };
  }
}

function wordOf(held: Held | null): string {
  return held === null ? "" : proofWord(held.proof);
}
