/** A folder of its own for one test; gone when the test is. Use it as `using folder = new TempFolder()`. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Syncing is what such tests spend their time on; in memory it costs nothing.
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(PARENT, "kei-test-"));

  /** A path inside. */
  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Every file below a folder by its relative path, with `/`; folders themselves are left out. */
export function filesBelow(root: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    const path = join(root, name);
    if (statSync(path).isFile()) files.set(name, readFileSync(path));
  }
  return files;
}
