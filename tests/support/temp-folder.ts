/** A folder that is gone when the test is over. */
import { onTestFinished } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TempFolder extends Disposable {
  readonly path: string;
}

/** `using folder = tempFolder()`. KEI_KEEP=1 leaves it behind for a look. */
export function tempFolder(name = "kei-test"): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  return {
    path,
    [Symbol.dispose]() {
      if (process.env["KEI_KEEP"]) console.error(`kept ${path}`);
      else rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The path of a folder for the test that asks; gone when that test is over. Not for concurrent tests. */
export function folderOfTest(name: string): string {
  const folder = tempFolder(name);
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}
