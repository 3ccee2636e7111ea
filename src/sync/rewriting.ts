/**
 * Brings saved files to what they should say: after a flag was turned on, or when iCloud says something else than before.
 *
 * Nothing is downloaded. A file is rewritten only when its bytes are the ones kei left, proved before and after, and in
 * the way new bytes are installed: noted, named, synced. What a person changed is theirs and stays.
 */
import type { Embedder } from "../download/embedder.ts";
import type { Installer } from "../download/installer.ts";
import { haveOf } from "../download/metadata-book.ts";
import type { Destination } from "../download/ports.ts";
import { proofOf } from "../download/prove.ts";
import { LocalError } from "../lib/errors.ts";
import { Pool } from "../lib/pool.ts";
import { sha256Proof } from "../photos/proof.ts";
import { heldBy } from "../state/files/row.ts";
import type { Facet, FileRow, Final, Held } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { WrittenRow, WrittenScope } from "../state/written.ts";
import type { Observe } from "./events.ts";
import { concernsTheRun } from "./reach.ts";

export interface RewritingDoor {
  readonly memory: Memory;
  readonly destination: Destination;
  readonly installer: Installer;
  readonly embedder: Embedder;
  readonly albumCopies: "copy" | "hardlink" | "symlink";
  /** Absolute path of a file of the library. */
  readonly absolute: (path: string) => string;
  readonly scope: () => WrittenScope;
  readonly signal: AbortSignal;
  readonly observe: Observe;
}

const AT_ONCE = 4;
const PAGE = 256;

/** Rewrites what is due. Throws what concerns the whole run, when files in hand are settled. */
export async function rewriteDue(door: RewritingDoor): Promise<void> {
  const { memory, scope, signal } = door;
  const pool = new Pool(AT_ONCE);
  const stop = new AbortController();
  const causes: unknown[] = [];
  const noted = (error: unknown) => (causes.push(error), stop.abort());
  const isOver = () => signal.aborted || stop.signal.aborted;
  for (let after = 0; !isOver();) {
    const due = memory.written.due(after, scope(), PAGE);
    if (due.length === 0) break;
    after = due.at(-1)!.file;
    const ids = new Set(due.map(({ file }) => file));
    const rows = [...ids].flatMap((id) => memory.files.byId(id) ?? []);
    // Copies of one photo may be one file: they come one after the other.
    for (const copies of Map.groupBy(rows, ({ asset_id }) => asset_id).values()) {
      await pool.add(async () => {
        for (const row of copies) if (!isOver()) await new Rewriting(row, door).run().catch(noted);
      });
    }
  }
  await pool.idle();
  const cause = causes.find((error) => error !== signal.reason);
  if (cause !== undefined) throw cause;
}

class Rewriting {
  constructor(
    private readonly row: FileRow,
    private readonly door: RewritingDoor,
  ) {}

  async run(): Promise<void> {
    const { path } = this.row;
    const held = heldBy(this.row);
    // A link shows what becomes of its photo; what was never proved is not touched.
    if (!held || held.origin === "link" || held.origin === "unproven") return;
    try {
      if (!(await this.#isAsLeft(held))) {
        return this.door.observe({ kind: "metadata-foreign", path });
      }
      if (!(await this.#linkToSibling(held))) await this.#rewrite(held);
    } catch (error) {
      // A folder that cannot be written says nothing of the others.
      if (!(error instanceof LocalError) || concernsTheRun(error)) throw error;
      this.door.observe({ kind: "metadata-put-off", path, message: error.message });
    }
  }

  async #rewrite(held: Held): Promise<void> {
    const { row } = this;
    const { memory, destination, embedder, signal } = this.door;
    const { path, checksum } = row;
    let draft = "";
    const copy = async () => {
      const made = await destination.drafts.make(path, checksum, path, signal);
      draft = made.path;
      return made.absolutePath;
    };
    const drop = async () => destination.drafts.drop(path, checksum);
    const original = this.door.absolute(path);
    const have = haveOf(memory.written.inFile(row.id));
    const outcome = await embedder.write({ row, signal, original, copy, drop }, have);
    const { written } = outcome;
    if (written === null) return;
    if (outcome.isChanged) return this.#install(held, draft, written);
    memory.transaction(() => memory.written.note(row.id, written));
  }

  async #install(held: Held, draft: string, written: readonly Facet[]): Promise<void> {
    const { destination, installer, signal } = this.door;
    const { path, checksum, created_ms } = this.row;
    await destination.drafts.seal(path, checksum, created_ms);
    const digests = await destination.digest(draft, ["sha256"], signal);
    const bytes = { proof: sha256Proof(digests), sizeBytes: digests.bytes };
    const final: Final = { ...held, ...bytes, content: checksum, written };
    // Writing took its time.
    if (!(await this.#isAsLeft(held))) {
      destination.drafts.drop(path, checksum);
      return this.door.observe({ kind: "metadata-foreign", path });
    }
    const naming = { path, checksum, replaces: true, isDraft: true, older: held };
    await installer.install(this.row, final, naming);
  }

  async #isAsLeft(held: Held): Promise<boolean> {
    const { destination, signal } = this.door;
    const { path } = this.row;
    const standing = await destination.look(path);
    if (!standing?.isFile || standing.isLink || standing.sizeBytes !== held.sizeBytes) return false;
    return (await proofOf(path, [held.proof], destination, signal)) !== null;
  }

  /** Copies of a photo that were one file become one again: linked to the first that was rewritten. */
  async #linkToSibling(held: Held): Promise<boolean> {
    const { row, door } = this;
    if (door.albumCopies !== "hardlink" || held.origin !== "own") return false;
    const sibling = door.memory.files
      .ofAsset(row.asset_id)
      .find(
        (other) => this.#isSibling(other) && !isMetadataDue(door.memory.written.ofFile(other.id)),
      );
    const theirs = sibling && heldBy(sibling);
    if (!sibling || !theirs) return false;
    const { path, checksum } = row;
    const written = door.memory.written.inFile(sibling.id);
    const final: Final = { ...theirs, sizeBytes: theirs.sizeBytes!, content: checksum, written };
    if ((await proofOf(sibling.path, [final.proof], door.destination, door.signal)) === null) {
      return false;
    }
    door.installer.stage(row, final, held);
    const to = { path, checksum, replaces: true };
    if (!(await door.destination.link(sibling.path, to, "hardlink"))) return false;
    await door.installer.adopt(row, final);
    return true;
  }

  #isSibling(other: FileRow): boolean {
    const { row } = this;
    const isSame = other.rendition === row.rendition && other.checksum === row.checksum;
    return other.id !== row.id && other.derived === "" && other.state === "saved" && isSame;
  }
}

function isMetadataDue(rows: readonly WrittenRow[]): boolean {
  return rows.some(({ want, have }) => want !== (have ?? "") && !have?.startsWith("-"));
}
