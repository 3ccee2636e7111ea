/** What happens to single files, as told by the download room. */
export type FileEvent =
  | { readonly kind: "file-started"; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: "file-resumed"; readonly path: string; readonly fromBytes: number }
  /** Bytes of a file that came over the network since the last such event of it. */
  | { readonly kind: "bytes"; readonly path: string; readonly count: number }
  | {
      readonly kind: "file-retried";
      readonly path: string;
      readonly attempt: number;
      readonly code: string;
      readonly waitMs: number;
    }
  | {
      readonly kind: "file-saved";
      readonly path: string;
      readonly sizeBytes: number;
      readonly how: "downloaded" | "adopted" | "copied" | "linked" | "made";
    }
  /** Apple's checksum disagreed twice with the same complete bytes; they are kept, marked unverified. */
  | { readonly kind: "file-unverified"; readonly path: string }
  /** A photo changed whose file kei did not write: that one stays, and the photo's file is another from now on. */
  | { readonly kind: "file-left"; readonly path: string; readonly newPath: string }
  /** The file system has no links of this kind; copies are made instead. */
  | { readonly kind: "links-unsupported"; readonly how: "hardlink" | "symlink" }
  /** The content host asked to slow down; all workers wait. */
  | { readonly kind: "throttled"; readonly waitMs: number };
