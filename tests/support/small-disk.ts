/** A disk of a few megabytes, where this machine lets tests have one: they need the right to mount. */
import { mkdirSync } from "node:fs";
import { tempFolder } from "./temp-folder.ts";

export interface SmallDisk extends Disposable {
  /** Changes size or rights: `size=20m`, `ro`. */
  remount(options: string): void;
}

/** Whether tests may mount here; elsewhere those that need a small disk are skipped. */
export const canMount = process.platform === "linux" && process.getuid?.() === 0 && mountsWork();

export function smallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  command("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path);
  return {
    remount: (options) => command("mount", "-o", `remount,${options}`, path),
    // Lazily: a program that is still ending must not keep the test from cleaning up.
    [Symbol.dispose]: () => command("umount", "-l", path),
  };
}

function mountsWork(): boolean {
  using folder = tempFolder("kei-mount");
  try {
    smallDisk(folder.path, 1)[Symbol.dispose]();
    return true;
  } catch {
    return false; // a container without the right to
  }
}

function command(...argv: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(argv);
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`);
}
