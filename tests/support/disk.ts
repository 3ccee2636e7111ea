/** What really is on the disk, read without any help of the program under test. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface FileOnDisk {
  /** Relative to the folder that was read, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** All files below a folder, sorted; none when it is not there. */
export function filesBelow(folder: string): FileOnDisk[] {
  const found: FileOnDisk[] = [];
  collect(folder, "", found);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function collect(root: string, below: string, found: FileOnDisk[]): void {
  let entries;
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) collect(root, path, found);
    else found.push({ path, sizeBytes: sizeOf(join(root, path)) });
  }
}

// A part may get its final name between the listing and the look.
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

export function sha256Of(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}
