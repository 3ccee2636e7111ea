/** What the download room needs to know. */
export interface DownloadOptions {
  /** Absolute path of the folder that receives the library. */
  readonly directory: string;
  /** Ending of unfinished files, for instance `.kei-tmp`. */
  readonly tempSuffix: string;
  /** Downloads at the same time, 1..64. */
  readonly threads: number;
  /** Further attempts after a failed one, 0..100. */
  readonly maxRetries: number;
  /** Base of the exponential wait between attempts. */
  readonly retryDelayMs: number;
  /** Limit of all downloads together; null for none. */
  readonly bandwidthBytesPerSecond: number | null;
  /** Below this many free bytes nothing is started. */
  readonly minFreeBytes: number;
}
