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
  /** What Apple knows was written into a file. */
  | { readonly kind: "metadata-written"; readonly path: string }
  /** It could not be written; the file is as Apple sent it, or as it was. */
  | { readonly kind: "metadata-failed"; readonly path: string; readonly message: string }
  /** The disk has no room for a copy to write into; a later run tries again. */
  | { readonly kind: "metadata-put-off"; readonly path: string; readonly message: string }
  /** Nothing can be written into files of this kind. */
  | { readonly kind: "metadata-unfit"; readonly path: string; readonly reason: string }
  /** The file is not as kei left it, so that nothing is written into it. */
  | { readonly kind: "metadata-foreign"; readonly path: string }
  /** A sidecar that nobody can read was kept under another name, and a new one takes its place. */
  | {
      readonly kind: "sidecar-set-aside";
      readonly path: string;
      readonly keptAs: string;
      readonly message: string;
    }
  /** The content host asked to slow down; all workers wait. */
  | { readonly kind: "throttled"; readonly waitMs: number };
