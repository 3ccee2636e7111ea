/**
 * A disk as in cameras: one name for a file, and no links. This file is loaded into the executable before its own code,
 * by BUN_OPTIONS.
 */
// By require, because an import would fix what the executable gets to see.
const fs = require("node:fs") as Record<"linkSync" | "symlinkSync", () => never>;

fs.linkSync = refuse;
fs.symlinkSync = refuse;

function refuse(): never {
  throw Object.assign(new Error("EPERM"), { code: "EPERM" });
}
