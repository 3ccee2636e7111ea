/** What a cycle runs on: Apple, the disk, the memory, the settings and the time, each by one door. */
import type { Finisher } from "../download/finish.ts";
import type { ContentSource, Destination } from "../download/ports.ts";
import type { ReceiveDoor } from "../download/receive.ts";
import type { ByteBucket } from "../lib/bucket.ts";
import type { Clock } from "../lib/clock.ts";
import type { Gate } from "../lib/gate.ts";
import type { RetryPolicy } from "../lib/retry.ts";
import type { Slots } from "../lib/slots.ts";
import type { FilterWords } from "../plan/filters.ts";
import type { PlanRules } from "../plan/rules.ts";
import type { Filters } from "../plan/selection.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import type { MetadataDoor } from "./metadata-work.ts";
import type { FolderLook } from "./missing.ts";
import type { SyncOptions } from "./options.ts";
import type { Source } from "./ports.ts";
import type { Mover } from "./relayout.ts";
import type { DiskLook } from "./taken.ts";

export interface CycleDoor {
  readonly source: Source;
  /** Opens the bytes behind an address. */
  readonly open: ContentSource["open"];
  readonly destination: Destination & Mover;
  readonly digester: ReceiveDoor["digester"];
  /** What else is done to files before they get their names; nothing when left out. */
  readonly finisher?: Finisher;
  /** What is written into files and beside them; left out when nothing is. */
  readonly metadata?: MetadataDoor;
  readonly memory: Memory;
  readonly disk: DiskLook & FolderLook;
  /** Absolute path of the target folder. */
  readonly root: string;
  readonly rules: PlanRules;
  readonly filters: Filters;
  /** The filters as they were written. */
  readonly filterWords: FilterWords;
  readonly options: SyncOptions;
  readonly threads: number;
  /** Transfers at the same time, of all accounts together. */
  readonly slots: Slots;
  readonly bucket: ByteBucket | null;
  readonly retry: RetryPolicy;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  /** A text without secrets: what others say is remembered with a file that failed. */
  readonly blotOut: (text: string) => string;
}
