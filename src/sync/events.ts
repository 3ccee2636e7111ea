/**
 * The one closed set of things the engine tells. Progress bar, log, summary and reports are independent readers.
 * An observer must neither throw nor wait.
 */

import type { FileEvent } from "../download/events.ts";

/** Why an asset needed nothing. */
export type SkipReason =
  | "current" // all its files are saved
  | "hidden"
  | "deleted"
  | "gone" // from iCloud, while we were looking
  | "media-type"
  | "live-photo"
  | "date-range"
  | "filename"
  | "excluded-album"
  | "not-selected"
  | "no-version"; // no rendition that can be downloaded

/** Totals of one cycle. seen = saved + failed + interrupted + sum of skipped. */
export interface Tally {
  seen: number;
  saved: number;
  failed: number;
  interrupted: number;
  skipped: Partial<Record<SkipReason, number>>;
  /** Files, not assets. */
  filesDownloaded: number;
  filesAdopted: number;
  filesFailed: number;
  /** Saved files that got other names. */
  filesMoved: number;
  /** Files that kei did not write, left as they were when their photos changed. */
  filesLeft: number;
  /** Files that were kept although Apple's checksum disagrees with their bytes. */
  filesUnverified: number;
  /** Files that failed in too many runs and were not tried. */
  filesExhausted: number;
  /** Bytes that came over the network for files. */
  bytesDownloaded: number;
  /** Records that could not be read. */
  recordsUnreadable: number;
  /** Assets that iCloud had until now; their files stay on disk. */
  assetsGone: number;
  /** Listings that came out short, zones that could not be refreshed. */
  listingFaults: number;
  elapsedMs: number;
  /** Of files into which, or beside which, something was to be written; left out when nothing was. */
  metadata?: MetadataTally;
  /** Apple could not be asked to the end: what is missing here says nothing. */
  isCutShort?: boolean;
}

/** Files by what became of their metadata in one cycle. */
export interface MetadataTally {
  written: number;
  /** Sidecars that were made or changed. */
  sidecars: number;
  failed: number;
  /** Put off because the disk had no room for copies. */
  putOff: number;
  /** Changed by somebody else, and left alone. */
  foreign: number;
  /** Of kinds into which nothing can be written, by kind. */
  unfit: Record<string, number>;
}

export type Event =
  | FileEvent
  /** The first event of a cycle, and its number. */
  | { readonly kind: "cycle-started"; readonly cycle: number }
  /** `expected` is Apple's count of assets, null when unknown. */
  | {
      readonly kind: "listing-started";
      readonly zone: string;
      /** Title of the album or folder that is listed; left out for the whole library. */
      readonly album?: string;
      readonly mode: "full" | "incremental";
      readonly expected: number | null;
    }
  /** `seen` is the running total of this listing. */
  | {
      readonly kind: "page-read";
      readonly zone: string;
      readonly assets: number;
      readonly seen: number;
    }
  | {
      readonly kind: "listing-ended";
      readonly zone: string;
      readonly album?: string;
      readonly seen: number;
      readonly expected: number | null;
      readonly isComplete: boolean;
    }
  /** A saved file gets the name it has by today's settings; nothing is downloaded. */
  | {
      readonly kind: "file-moved";
      readonly from: string;
      readonly path: string;
      readonly isTrial: boolean;
    }
  /** Files newly due; adds to the progress total. */
  | { readonly kind: "files-due"; readonly files: number; readonly bytes: number }
  | {
      readonly kind: "file-failed";
      readonly path: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly kind: "record-unreadable";
      readonly zone: string;
      readonly record: string;
      readonly message: string;
    }
  | {
      /** Apple could not answer a call; it is asked again after the wait. */
      readonly kind: "call-retried";
      readonly message: string;
      readonly code: string;
      readonly waitMs: number;
    }
  | { readonly kind: "signed-in-again" }
  | { readonly kind: "token-stored"; readonly zone: string }
  | { readonly kind: "warning"; readonly message: string; readonly hint?: string }
  /**
   * The last event of a cycle: its tally, or what stopped it, or both when it came far enough to be added up. A trial
   * decided and fetched nothing.
   */
  | {
      readonly kind: "cycle-ended";
      readonly isTrial: boolean;
      readonly tally: Tally | null;
      readonly error: unknown;
    };

export type Observe = (event: Event) => void;

/** An event, and whose it is. */
export interface Envelope {
  /** The name of the account. */
  readonly account: string;
  /** The number of its cycle; null outside of one. */
  readonly cycle: number | null;
  readonly event: Event;
}

export type Listen = (envelope: Envelope) => void;

/** Puts each event of an account into its envelope. */
export function inEnvelopes(account: string, listen: Listen): Observe {
  let cycle: number | null = null;
  return (event) => {
    if (event.kind === "cycle-started") cycle = event.cycle;
    listen({ account, cycle, event });
    if (event.kind === "cycle-ended") cycle = null;
  };
}
