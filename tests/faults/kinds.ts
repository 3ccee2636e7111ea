/** Which calls of the operating system are made to fail, and with what. */

export interface Kind {
  /** Names of one call on different systems and with different arguments. */
  readonly calls: readonly string[];
  readonly errors: readonly string[];
}

/** Errors of the disk are those seen in the wild: full, worn out, another's, read-only, over a network, out of handles. */
export const KINDS = {
  open: {
    calls: ["open", "openat", "openat2", "creat"],
    errors: ["EACCES", "EIO", "ENOSPC", "EMFILE", "EROFS", "EPERM", "ELOOP", "ESTALE", "EDQUOT"],
  },
  mkdir: { calls: ["mkdir", "mkdirat"], errors: ["ENOSPC", "EACCES", "EROFS", "EIO", "EDQUOT"] },
  link: {
    calls: ["link", "linkat", "symlink", "symlinkat"],
    errors: ["EPERM", "EIO", "EMLINK", "EXDEV", "ENOSPC", "EOPNOTSUPP", "EACCES"],
  },
  rename: {
    calls: ["rename", "renameat", "renameat2"],
    errors: ["EIO", "EACCES", "EPERM", "ENOSPC", "EXDEV", "EBUSY", "EINVAL"],
  },
  remove: {
    calls: ["unlink", "unlinkat", "rmdir"],
    errors: ["EBUSY", "EACCES", "EIO", "EPERM", "EROFS"],
  },
  sync: { calls: ["fsync", "fdatasync", "sync_file_range"], errors: ["EIO", "ENOSPC", "EDQUOT"] },
  write: {
    calls: ["write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate"],
    errors: ["ENOSPC", "EIO", "EDQUOT", "EFBIG", "EROFS"],
  },
  copy: {
    calls: ["copy_file_range", "sendfile", "splice", "ioctl"],
    errors: ["EIO", "EXDEV", "EOPNOTSUPP", "ENOSPC", "EINVAL"],
  },
  time: {
    calls: ["utimensat", "utimes", "futimesat", "utime"],
    errors: ["EPERM", "ENOSYS", "EINVAL", "EACCES", "EIO"],
  },
  rights: {
    calls: ["chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat"],
    errors: ["EPERM", "EIO", "EOPNOTSUPP", "EROFS"],
  },
  look: {
    calls: [
      "stat",
      "lstat",
      "newfstatat",
      "fstatat64",
      "statx",
      "access",
      "faccessat2",
      "readlink",
    ],
    errors: ["EACCES", "EIO", "ESTALE", "ELOOP"],
  },
  list: { calls: ["getdents64"], errors: ["EIO", "ESTALE", "EACCES"] },
  space: { calls: ["statfs", "fstatfs"], errors: ["EIO", "ENOSYS", "EACCES"] },
  read: { calls: ["read", "pread64", "readv", "preadv"], errors: ["EIO", "ESTALE"] },
  map: { calls: ["mmap"], errors: ["ENOMEM", "ENODEV", "EACCES"] },
  lock: { calls: ["fcntl", "flock"], errors: ["ENOLCK", "EIO"] },
  connect: {
    calls: ["connect"],
    errors: ["ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "EACCES"],
  },
  socket: { calls: ["socket"], errors: ["EMFILE", "ENFILE", "ENOBUFS", "EACCES"] },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

/** The kind a call belongs to; null for calls that are left alone. */
export function kindOf(call: string): KindName | null {
  return KIND_NAMES.find((name) => (KINDS[name].calls as readonly string[]).includes(call)) ?? null;
}

/** True for calls that lead to another machine; they have no path. */
export function isRemote(kind: KindName): boolean {
  return kind === "connect" || kind === "socket";
}
