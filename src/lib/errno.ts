/** Translates errno into facts. */
import { LocalError } from "./errors.ts";
import type { LocalFault } from "./errors.ts";

const FAULTS: Record<string, { fault: LocalFault; says: string; hint?: string }> = {
  ENOSPC: { fault: "full", says: "The disk is full", hint: "free some space and run kei again" },
  EDQUOT: { fault: "full", says: "The disk quota is used up" },
  EROFS: { fault: "read-only", says: "The file system is read-only" },
  EACCES: { fault: "denied", says: "Permission denied" },
  EPERM: { fault: "denied", says: "Operation not permitted" },
  ENAMETOOLONG: { fault: "too-long", says: "The name is too long for the file system" },
  EEXIST: { fault: "occupied", says: "Something else has this name" },
  ENOTDIR: { fault: "occupied", says: "A file stands where a folder should be" },
  EISDIR: { fault: "occupied", says: "A folder stands where a file should be" },
  EBUSY: { fault: "failed", says: "Another program holds it" },
  EMFILE: { fault: "failed", says: "Too many files are open" },
  ENFILE: { fault: "failed", says: "Too many files are open on this machine" },
  ENOENT: { fault: "missing", says: "No such file or folder" },
  ELOOP: { fault: "occupied", says: "Links lead round in a circle" },
  EFBIG: { fault: "too-large", says: "The file is too large for the file system" },
  EIO: { fault: "failed", says: "The disk could not be read or written (EIO)" },
  ESTALE: { fault: "missing", says: "The network disk lost the file or folder" },
};

/** The errno code of an error, or ''. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : "";
}

/** A disk error as facts; errors that are typed already stay as they are. */
export function diskError(cause: unknown, path: string): unknown {
  const code = errnoOf(cause);
  if (code === "") return cause;
  const known = FAULTS[code];
  if (!known) return new LocalError("failed", `The disk failed (${code})`, path, { cause });
  return new LocalError(known.fault, known.says, path, { cause, hint: known.hint });
}
