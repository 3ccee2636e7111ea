/** What the download room needs of the outside: bytes from somewhere, and a place to put them. */
import type { DigestKind, Digests } from "../photos/checksum.ts";
import type { Draft, Installation, Standing } from "../photos/landing.ts";

/** An open answer of the content host. */
export interface ContentStream {
  /** First byte of the body within the whole file; 0 when the range was ignored. */
  readonly fromByte: number;
  readonly lengthBytes: number | null;
  readonly totalBytes: number | null;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of an answer whose body is not read. */
  cancel(): void;
}

/** What is wanted of which record, for finding an address. */
export interface Wanted {
  /** Number of the row. */
  readonly id: number;
  readonly zone: number;
  readonly asset: string;
  readonly checksum: string;
}

/** Where bytes come from. */
export interface ContentSource {
  /** A current address for the bytes; throws RemoteError("gone") when Apple has none. */
  address(wanted: Wanted, signal: AbortSignal): Promise<string>;
  /** The address proved stale: never hand it out again. */
  forget(wanted: Wanted): void;
  /** The address was too old, and with it are all that are as old. */
  expire(wanted: Wanted): void;
  /** Opens the bytes from an offset on; "unsatisfiable" when the offset is past the end. */
  open(address: string, fromByte: number): Promise<ContentStream | "unsatisfiable">;
}

/** An unfinished file. */
export interface Part {
  /** Bytes already there. */
  readonly lengthBytes: number;
  /** Passes the bytes already there to a reader, which may keep them. */
  read(each: (chunk: Uint8Array) => void | Promise<void>): Promise<void>;
  append(chunk: Uint8Array): void;
  /** Starts over. */
  clear(): void;
  /** Sets the file's time, makes bytes and time durable, and lets go of it. `createdMs` may be before 1970. */
  seal(createdMs: number): Promise<void>;
  /** Lets go of it; the bytes stay for another attempt. */
  close(): void;
}

/** Copies that can be changed before they get their names. */
export interface Drafts {
  /** Copies the part of a file, or another file of the library (`from`). */
  make(path: string, checksum: string, from: string | null, signal?: AbortSignal): Promise<Draft>;
  /** Absolute path of the part of a file, for programs that read it. */
  source(path: string, checksum: string): string;
  /** Removes a draft. */
  drop(path: string, checksum: string): void;
  /** Whether the file at `path` is empty or a beginning of its own part or draft. */
  beginsLike(
    path: string,
    checksum: string,
    isDraft: boolean,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Sets the time of a draft, and makes it durable. */
  seal(path: string, checksum: string, createdMs: number): Promise<void>;
}

/** Where files land. Paths are relative to the root, with `/`. Errors are LocalErrors. */
export interface Destination {
  /** What stands at a path; a link counts as what it leads to. Null for nothing. */
  look(path: string): Promise<Standing | null>;
  /** Reads a file and computes its digests, as far as they are asked for. */
  digest(path: string, kinds: readonly DigestKind[], signal: AbortSignal): Promise<Digests>;
  /**
   * Opens the part of a file of so many bytes, creating folders as needed. When the disk has no room for it, or loses
   * that while bytes come, this file alone fails with the fault "no-room", and its part is empty or gone.
   */
  openPart(path: string, checksum: string, sizeBytes?: number): Promise<Part>;
  /** Removes the part of a file and its draft; throws when one of them is there and stays. */
  removePart(path: string, checksum: string): Promise<void>;
  /** Makes the part of a file a copy of another file of the library; shares the bytes where the disk can. */
  copyToPart(from: string, path: string, checksum: string, signal?: AbortSignal): Promise<void>;
  readonly drafts: Drafts;
  /**
   * Gives a file of the library a second name, and makes it durable. False when the file system has no such links.
   * Never replaces a file unless told so.
   */
  link(from: string, to: Installation, how: "hardlink" | "symlink"): Promise<boolean>;
  /** Makes files durable that are there already. Answers one error or null per path, in order. */
  keep(paths: readonly string[]): Promise<(Error | null)[]>;
  /**
   * Gives sealed parts and drafts their names and makes the names durable. Never replaces a file unless told so. Answers one
   * error or null per installation, in order.
   */
  install(installations: readonly Installation[]): Promise<(Error | null)[]>;
}
