/** What one cycle needs to know. */
export interface SyncOptions {
  /** Decide and tell, but write neither files nor database. */
  readonly isDryRun: boolean;
  /** Print the paths that would be downloaded, one a line, and nothing else. */
  readonly onlyPrintFilenames: boolean;
}
