/**
 * A disk as in cameras and on old servers: no names but one for a file, no links, and folders that cannot be synced. This
 * file is loaded into the executable before its own code, by BUN_OPTIONS.
 */
import fs from "node:fs";

const { fsync } = fs;

fs.linkSync = refuse("EPERM");
fs.symlinkSync = refuse("EPERM");
Object.assign(fs, {
  fsync: (fd: number, done: (error: Error | null) => void) =>
    fs.fstatSync(fd).isDirectory() ? done(failure("EINVAL")) : fsync(fd, done),
});

function refuse(code: string): () => never {
  return () => {
    throw failure(code);
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
