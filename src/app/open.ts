/** Fits the parts together: the only place that sees both the engine and what it runs on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseFile } from "../auth/account-files.ts";
import { noPatience, shortPatience } from "../auth/lock.ts";
import { openSession } from "../auth/session.ts";
import type { Session } from "../auth/session.ts";
import type { CodeQuestion, SignInTalk } from "../auth/talk.ts";
import type { Config } from "../config/config.ts";
import { LibraryFolder } from "../disk/folder.ts";
import { looksAt } from "../disk/looks.ts";
import { openContent } from "../icloud/cdn.ts";
import { mayFetchFrom } from "../icloud/cdn-hosts.ts";
import { CloudKitClient } from "../icloud/cloudkit/client.ts";
import { PhotosService } from "../icloud/photos/service.ts";
import { LocalError } from "../lib/errors.ts";
import type { Gate } from "../lib/gate.ts";
import { send } from "../lib/http.ts";
import { releasing } from "../lib/releasing.ts";
import type { RetryPolicy } from "../lib/retry.ts";
import { readFilters } from "../plan/filters.ts";
import { Memory } from "../state/memory.ts";
import { openDatabase, openDatabaseReadOnly, openScratchCopy } from "../state/open.ts";
import type { CycleDoor } from "../sync/cycle-door.ts";
import type { Observe } from "../sync/events.ts";
import type { Source } from "../sync/ports.ts";
import type { Io } from "./io.ts";
import { metadataDoor } from "./metadata.ts";
import { PasswordKeeper } from "./save-password.ts";
import type { Shared } from "./shared.ts";

/** When a transfer has stalled: a minute without a byte, or under 1 KiB/s for five minutes. */
const PATIENCE = { idleMs: 60_000, windowMs: 300_000, minimumBytes: 300 * 1024 };
const USERNAME_KEY = "username";
const PART_OWNER_KEY = "part owner";

/** Where the account's memory is, or will be. */
export function databasePath({ dataDir, auth }: Config): string {
  return chooseFile({ dataDir, username: auth.username, ending: ".db", ownerOf: databaseOwner });
}

export interface Holding {
  /** Commands a person waits for are patient with a kei that is just ending. */
  readonly isPatient: boolean;
  readonly signal: AbortSignal;
}

/** Work with a session; `enter` signs in, and keeps the password where that is wished. */
type Work<Result> = (session: Session, enter: () => Promise<void>) => Promise<Result>;

/** Works with the account's session, locked for us meanwhile. */
export async function withSession<Result>(
  config: Config,
  io: Io,
  { isPatient, signal }: Holding,
  work: Work<Result>,
): Promise<Result> {
  const keeper = new PasswordKeeper(config, io);
  const session = await openSession(config.auth, {
    clock: io.clock,
    talk: signInTalk(io),
    signal,
    saved: { read: () => keeper.store.read() },
    onPassword: (password) => {
      io.hide(password.secret);
      keeper.notice(password);
    },
    onSecret: (secret) => io.hide(secret),
    lockPatience: isPatient ? shortPatience : noPatience,
  });
  return releasing(
    () =>
      work(session, async () => {
        await session.ensureSignedIn();
        await keeper.save();
      }),
    () => session.close(),
  );
}

/** The account's memory, for writing. Throws LocalError. */
export function openMemory(config: Config): Memory {
  const path = databasePath(config);
  return bound(new Memory(openDatabase(path), path), config, path);
}

/** The account's memory, for reading; null before the first sync. */
export function openMemoryReadOnly(config: Config): Memory | null {
  const path = databasePath(config);
  const db = openDatabaseReadOnly(path);
  return db ? new Memory(db, path) : null;
}

/** A copy of the memory that is gone when it is closed, for runs that must not change anything. */
export function openScratchMemory(config: Config): Memory {
  const path = databasePath(config);
  const folder = mkdtempSync(join(tmpdir(), "kei-"));
  try {
    return bound(new Memory(openScratchCopy(path, join(folder, "copy.db")), path), config, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a call to Apple needs besides the account. */
export interface Calls {
  readonly session: Session;
  /** How long Apple asked us to wait. */
  readonly gate: Gate;
  /** Ends waiting and asking again. */
  readonly signal: AbortSignal;
  readonly observe: Observe;
}

/** Apple's photo service, as the account that is signed in. */
export function openService(config: Config, { clock }: Io, calls: Calls): PhotosService {
  const { observe } = calls;
  const client = new CloudKitClient({
    ...calls,
    send,
    clock,
    random: Math.random,
    retry: retryPolicy(config),
    onThrottled: (waitMs) => observe({ kind: "throttled", waitMs }),
    onRetried: ({ message, code }, waitMs) =>
      observe({ kind: "call-retried", message, code, waitMs }),
    onRenewed: () => observe({ kind: "signed-in-again" }),
  });
  return new PhotosService(client, urlRule(config));
}

/** What a cycle of an account runs on. */
export interface CycleParts {
  readonly config: Config;
  readonly shared: Shared;
  readonly session: Session;
  readonly service: PhotosService;
  readonly memory: Memory;
  /** How long the content host asked us to wait. */
  readonly gate: Gate;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  readonly blotOut: Io["blotOut"];
}

/** Everything a cycle needs. */
export function openCycle(parts: CycleParts): CycleDoor {
  const destination = openFolder(parts.config, parts.memory, parts.observe);
  const { config, shared, session, memory, observe } = parts;
  const { download, rules, filters } = config;
  const { clock, bucket, slots, random } = shared;
  const root = download.directory;
  const content = {
    mayFetch: urlRule(config),
    headersFor: (url: string) => session.headersFor(url),
    patience: PATIENCE,
    clock,
  };
  return {
    source: asSource(parts.service),
    open: (address, fromByte) => openContent(address, fromByte, content),
    destination,
    metadata: metadataDoor(config, memory, destination, shared.tagWriter),
    digester: (sizeBytes, kinds) => shared.digester(sizeBytes, kinds),
    memory,
    disk: looksAt(root),
    root,
    rules,
    filters: readFilters(filters, clock.now(), rules.timeZone),
    filterWords: filters,
    options: config.sync,
    threads: download.threads,
    bucket,
    slots,
    retry: retryPolicy(config),
    gate: parts.gate,
    clock,
    random,
    signal: parts.signal,
    observe,
    blotOut: parts.blotOut,
  };
}

const LACKS = {
  times: "The disk keeps no times of files; photos are saved with the time of their download",
  sync: "The disk cannot say when bytes are safe; a power cut may take what was just saved",
} as const;

function openFolder({ download }: Config, memory: Memory, observe: Observe): LibraryFolder {
  return new LibraryFolder(download.directory, `-${partOwner(memory)}${download.tempSuffix}`, {
    reserveBytes: download.minFreeBytes,
    onLack: (what) => observe({ kind: "warning", message: LACKS[what] }),
  });
}

// Two accounts may share a target folder, and a photo: each needs a part of its own, wherever its memory is moved to.
function partOwner(memory: Memory): string {
  const known = memory.setting(PART_OWNER_KEY);
  if (known !== null) return known;
  const owner = crypto.randomUUID().slice(0, 8);
  memory.setSetting(PART_OWNER_KEY, owner);
  return owner;
}

function retryPolicy({ download }: Config): RetryPolicy {
  return { maxRetries: download.maxRetries, delayMs: download.retryDelayMs };
}

function urlRule({ auth }: Config): (url: string) => boolean {
  return (url) => mayFetchFrom(url, auth.endpoints.isLoopback);
}

function asSource(service: PhotosService): Source {
  return {
    changedZones: (database, token) => service.changedZones(database, token),
    isIndexed: (zone) => service.isIndexed(zone),
    count: (zone, collection) => service.count(zone, collection),
    listing: (zone, collection, startRank) => service.listing(zone, collection, startRank),
    albums: (zone) => service.albums(zone),
    changes: (zone, token) => service.changes(zone, token),
    lookup: (zone, names) => service.lookup(zone, names),
  };
}

/** Whose memory this is; null when nothing is in it yet, or when it cannot be read. */
function databaseOwner(path: string): string | null {
  try {
    const db = openDatabaseReadOnly(path);
    if (!db) return null;
    const memory = new Memory(db, path);
    try {
      return ownerOf(memory);
    } finally {
      memory.close();
    }
  } catch {
    return null; // what is wrong with it is said by whoever opens it
  }
}

function ownerOf(memory: Memory): string | null {
  return memory.zones.all().length === 0 ? null : memory.setting(USERNAME_KEY);
}

// Nothing is learned of a library before Apple let its account in, so that an empty memory is nobody's.
function bound(memory: Memory, config: Config, path: string): Memory {
  const { username } = config.auth;
  const owner = ownerOf(memory);
  if (owner === null) memory.setSetting(USERNAME_KEY, username);
  else if (owner !== username) {
    memory.close();
    throw new LocalError("occupied", "The database belongs to another account", path, {
      hint: "give each account its own --data-dir",
    });
  }
  return memory;
}

function signInTalk(io: Io): SignInTalk {
  return {
    isInteractive: io.isTty,
    tell: (line) => io.talk.tell(line),
    askCode: (question) => io.talk.askCode(wordsOf(question)),
    askPassword: (username) => io.talk.askPassword(`Password for ${username}: `),
  };
}

function wordsOf({ attempt, attemptsMax, isByPhone }: CodeQuestion): string {
  const wishes = isByPhone ? "empty: send it again" : "empty: send it again, sms: to a phone";
  if (attempt > 1)
    return `Apple refused that code. Code, ${attempt} of ${attemptsMax} (${wishes}): `;
  return `Code from ${isByPhone ? "the phone" : "your trusted device"} (${wishes}): `;
}
