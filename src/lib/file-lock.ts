/**
 * A mark on an open file that says: somebody is writing here. The system takes it away with the last handle, however
 * the process ends. Bun has no call for it, so the C library is asked.
 */
import { dlopen, FFIType } from "bun:ffi";

const LIBRARY = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
/** Exclusive, and not waiting for it. */
const EXCLUSIVE_NOW = 2 | 4;

type Flock = (fd: number, operation: number) => number;
let flock: Flock | null | undefined;

/** Marks an open file. False when somebody else has, and where files cannot be marked. */
export function markAsOpen(fd: number): boolean {
  if (flock === undefined) flock = loadFlock();
  return flock !== null && flock(fd, EXCLUSIVE_NOW) === 0;
}

function loadFlock(): Flock | null {
  try {
    const { symbols } = dlopen(LIBRARY, {
      flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    });
    return symbols.flock;
  } catch {
    return null; // no such library, or no leave to make code at run time
  }
}
