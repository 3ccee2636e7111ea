/** `kei verify`: are the saved files there and whole, and with `--checksums`, are they still what was saved? */
import type { Config } from "../config/config.ts";
import { LibraryFolder } from "../disk/folder.ts";
import { isEmptyRoot } from "../disk/root.ts";
import { LocalError } from "../lib/errors.ts";
import { releasing } from "../lib/releasing.ts";
import { nextTurn } from "../lib/turn.ts";
import { ON_DISK_STATES } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import { Account } from "./account.ts";
import { isAllDone } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { manifestLine, ManifestFile } from "./manifest.ts";
import { databasePath, openMemoryReadOnly } from "./open.ts";
import { Shared } from "./shared.ts";
import { examine, lineOf, remarkOn } from "./verify-files.ts";
import type { Depth, Finding } from "./verify-files.ts";

const WORDS = {
  changed: "CHANGED",
  missing: "MISSING",
  damaged: "CORRUPTED",
  unreadable: "ERROR",
} as const;
const REMARKS = {
  UNVERIFIED: "Apple's checksum does not fit its bytes",
  UNPROVEN: "it was there before, and is known by its size alone",
} as const;

/** Prints one line per problem and the totals; exit code 1 when there is any problem. */
export async function run(config: Config, io: Io): Promise<number> {
  const memory = openMemoryReadOnly(config);
  if (!memory) {
    io.stdout(`No state database found at ${databasePath(config)}`);
    io.stderr("hint: run `kei sync` first");
    return 0;
  }
  const root = config.download.directory || memory.root || "";
  const verifying = new Verifying(memory, root, config, io);
  const isFine = await releasing(
    () => memory.explaining(() => verifying.run()),
    () => memory.close(),
  );
  const { damage } = verifying;
  if (isFine || !config.listing.isRepairing) return isFine ? 0 : 1;
  const isMended = await repair(
    damage,
    { ...config, download: { ...config.download, directory: root } },
    io,
  );
  return isMended ? 0 : 1;
}

/** Rows whose files can be fetched again. */
interface Damage {
  readonly missing: number[];
  readonly damaged: number[];
  /** Files with something wrong that nobody fetches: unreadable ones, and those that are not selected or not in iCloud. */
  hopeless: number;
}

// True when nothing is left to mend.
async function repair(
  { missing, damaged, hopeless }: Damage,
  config: Config,
  io: Io,
): Promise<boolean> {
  const count = missing.length + damaged.length;
  if (hopeless > 0) io.stderr(`hint: ${hopeless} of these files cannot be fetched again`);
  if (count === 0) return false;
  using shared = new Shared(config.download, io.clock);
  using account = new Account(config, io, shared);
  const tally = await account.repair(io.signal, ({ places }) => {
    places.lose(missing);
    places.damage(damaged);
  });
  return hopeless === 0 && isAllDone(tally, false);
}

class Verifying {
  readonly #counts = { verified: 0, missing: 0, corrupted: 0, unverified: 0, unproven: 0 };
  #lines = 0;
  readonly #depth: Depth;
  #manifest: ManifestFile | null = null;
  readonly damage: Damage = { missing: [], damaged: [], hopeless: 0 };

  constructor(
    private readonly memory: Memory,
    private readonly root: string,
    private readonly config: Config,
    private readonly io: Io,
  ) {
    const { compareChecksums, manifest } = config.listing;
    this.#depth = manifest === null ? (compareChecksums ? "proof" : "size") : "sha256";
  }

  /** True when all is well. */
  async run(): Promise<boolean> {
    const { saved } = this.memory.files.counts();
    if (saved > 0 && isEmptyRoot(this.root)) {
      throw new LocalError("missing", `None of the ${saved} saved files can be there`, this.root, {
        hint: "the folder is empty or missing; is its disk mounted?",
      });
    }
    const { manifest } = this.config.listing;
    if (manifest !== null && manifest !== "-") this.#manifest = new ManifestFile(manifest);
    let isWhole = false;
    try {
      if (saved === 0) this.#tell("Nothing was downloaded yet");
      else await this.#all(saved);
      isWhole = true;
    } finally {
      this.#manifest?.end(isWhole);
    }
    const { missing, corrupted } = this.#counts;
    return missing + corrupted === 0;
  }

  async #all(saved: number): Promise<void> {
    this.#tell(`Verifying ${saved} downloaded files in ${this.root}`);
    const folder = new LibraryFolder(this.root, this.config.download.tempSuffix);
    const library = { memory: this.memory, folder, signal: this.io.signal };
    for (const rows of this.memory.files.inStates(ON_DISK_STATES)) {
      await nextTurn();
      for (const row of rows) {
        this.io.signal.throwIfAborted();
        this.#note(row, await examine(row, library, this.#depth));
      }
    }
    this.#tellResults();
  }

  #note(row: FileRow, { kind, detail, sha256 }: Finding): void {
    if (kind === "verified" || kind === "changed") this.#counts.verified += 1;
    else this.#counts[kind === "missing" ? "missing" : "corrupted"] += 1;
    if (kind !== "verified") this.#tellOf(WORDS[kind], row, detail);
    // A lost sidecar is made again; what somebody wrote into one is not.
    const isFetchable = row.state === "saved" && (row.derived === "" || kind === "missing");
    if (isFetchable && (kind === "missing" || kind === "damaged")) this.damage[kind].push(row.id);
    else if (kind === "missing" || kind === "damaged" || kind === "unreadable")
      this.damage.hopeless += 1;
    const remark = remarkOn(row);
    if (remark !== null && kind === "verified") {
      this.#counts[remark === "UNPROVEN" ? "unproven" : "unverified"] += 1;
      this.#tellOf(remark, row, REMARKS[remark]);
    }
    if (sha256 === null || this.#depth !== "sha256") return;
    const line = manifestLine(sha256, row.path);
    if (this.#manifest) this.#manifest.add(line);
    else this.io.paths([line]);
  }

  #tellOf(word: string, row: FileRow, detail: string): void {
    this.#lines += 1;
    if (this.#lines > this.config.listing.lineMax) return;
    this.#tell(lineOf(word, row, this.root, detail));
  }

  #tellResults(): void {
    const { lineMax } = this.config.listing;
    const { verified, missing, corrupted, unverified, unproven } = this.#counts;
    const rest = this.#lines - lineMax;
    if (rest > 0) this.#tell(`... and ${rest} more (listing capped at ${lineMax})`);
    this.#tell("Results:");
    this.#tell(`  Verified:  ${verified}`);
    this.#tell(`  Missing:   ${missing}`);
    if (this.#depth !== "size" || corrupted > 0) this.#tell(`  Corrupted: ${corrupted}`);
    if (unverified > 0) this.#tell(`  Unverified by Apple's checksum: ${unverified}`);
    if (unproven > 0) this.#tell(`  Known by size alone: ${unproven}`);
  }

  // With the manifest on standard output there is no other place for it than standard error.
  #tell(line: string): void {
    if (this.config.listing.manifest === "-") this.io.stderr(line);
    else this.io.stdout(line);
  }
}
