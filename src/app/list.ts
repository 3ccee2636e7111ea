/** `kei list libraries` and `kei list albums`: what there is to choose from. */
import type { ZoneRow } from "../state/zones.ts";
import type { Config } from "../config/config.ts";
import type { PhotosService } from "../icloud/photos/service.ts";
import { Gate } from "../lib/gate.ts";
import { LocalError, RemoteError, UsageError } from "../lib/errors.ts";
import { concernsTheWay } from "../lib/network.ts";
import { SMART_FOLDERS, collectionKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import type { Zone } from "../photos/page.ts";
import { PRIMARY, hasAlbums, joinZones, zoneKind } from "../photos/zones.ts";
import { placeAlbums } from "../plan/album-choice.ts";
import type { KnownAlbum } from "../plan/album-choice.ts";
import { ALBUM_LIST } from "../state/collections.ts";
import type { Memory } from "../state/memory.ts";
import { chooseLibraries } from "../sync/choose-libraries.ts";
import { inEnvelopes } from "../sync/events.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemoryReadOnly, openService, withSession } from "./open.ts";

/** An album or one of Apple's folders with its count; null when nobody knows it. */
interface Entry {
  readonly name: string;
  readonly kind: "album" | "smart";
  readonly count: number | null;
}

interface Listed {
  readonly library: string;
  readonly albums: readonly Entry[];
}

const COUNTS_MAX = 50;
const [FINE, PARTIAL] = [0, 2];

/** Runs both commands; results go to stdout. The exit code is 2 when Apple did not give all of it. */
export async function run(config: Config, io: Io): Promise<number> {
  if (config.command === "list albums" && config.listing.isOffline) {
    printAlbums(albumsOffline(config), config, io);
    return FINE;
  }
  const { signal, clock } = io;
  const observe = inEnvelopes(config.auth.username, io.listen);
  return withSession(config, io, { isPatient: true, signal }, async (session) => {
    await session.ensureSignedIn();
    const lacking: string[] = [];
    const calls = { session, signal, observe, gate: new Gate(clock) };
    await askAndPrint(config, io, openService(config, io, calls), lacking);
    for (const message of lacking) io.log.warn(message);
    return lacking.length > 0 ? PARTIAL : FINE;
  });
}

async function askAndPrint(
  config: Config,
  io: Io,
  service: PhotosService,
  lacking: string[],
): Promise<void> {
  const { libraries } = config.sync;
  const isAboutAlbums = config.command === "list albums";
  const isOwnAlone = isAboutAlbums && libraries.every((name) => name === PRIMARY);
  const zones = await zonesOf(service, isOwnAlone ? null : lacking);
  if (!isAboutAlbums) return printLibraries(zones, config, io);
  const listed: Listed[] = [];
  for (const zone of chooseLibraries(zones, libraries)) {
    listed.push({ library: zone.name, albums: await albumsIn(service, zone, lacking) });
  }
  printAlbums(listed, config, io);
}

// The shared database is not asked when `lacking` is null.
async function zonesOf(service: PhotosService, lacking: string[] | null): Promise<Zone[]> {
  const own = await service.changedZones("private", null);
  let shared: readonly Zone[] = [];
  try {
    if (lacking) shared = (await service.changedZones("shared", null)).zones;
  } catch (error) {
    if (!(error instanceof RemoteError) || concernsTheWay(error)) throw error;
    lacking?.push(`Libraries shared by others could not be listed: ${error.message}`);
  }
  return joinZones(own.zones, shared).sort(byName);
}

async function albumsIn(service: PhotosService, zone: Zone, lacking: string[]): Promise<Entry[]> {
  if (!hasAlbums(zone)) return [];
  const { albums, faults } = await service.albums(zone);
  for (const { record, message } of faults) {
    lacking.push(`An album of ${zone.name} is missing here, ${record}: ${message}`);
  }
  const known: KnownAlbum[] = albums
    .filter((album) => !album.isDeleted)
    .map(({ id, name, kind, parentId }) => ({ id, title: name, kind, parent: parentId }));
  const named = [...nameAlbums(known), ...nameSmartFolders()];
  const counts: (number | null)[] = [];
  for (let at = 0; at < named.length; at += COUNTS_MAX) {
    const some = named.slice(at, at + COUNTS_MAX).map((one) => one.collection);
    counts.push(...(await service.counts(zone, some)));
  }
  return named.map(({ name, collection }, index) => ({
    name,
    kind: collection.kind === "album" ? "album" : "smart",
    count: counts[index] ?? null,
  }));
}

function albumsOffline(config: Config): Listed[] {
  const memory = openMemoryReadOnly(config);
  if (!memory) {
    throw new LocalError("missing", "No state database found", databasePath(config), {
      hint: "run `kei sync` first, or leave out --offline",
    });
  }
  try {
    return memory.reading(() => {
      const zones = memory.zones.all().sort(byName);
      return chooseLibraries(zones, config.sync.libraries).map((zone) => ({
        library: zone.name,
        albums: albumsRemembered(memory, zone),
      }));
    });
  } finally {
    memory.close();
  }
}

// A sync that chooses no albums hears of those that change and of no other: half a list is none.
function albumsRemembered(memory: Memory, zone: ZoneRow): Entry[] {
  if (!hasAlbums(zone)) return [];
  if (memory.collections.find(zone.id, ALBUM_LIST, 0) === null) {
    throw new UsageError(
      `No sync has listed the albums of ${zone.name} yet`,
      "leave out --offline; a sync with --album, --exclude-album or {album} remembers them",
      "merged",
    );
  }
  return nameAlbums(memory.albums.all(zone.id)).map(({ name, collection }) => ({
    name,
    kind: "album",
    count: countOffline(memory, zone.id, collection),
  }));
}

// Only albums that were listed have members that can be counted.
function countOffline(memory: Memory, zone: number, collection: Collection): number | null {
  const key = collectionKey(collection);
  if (memory.collections.find(zone, key, 0) === null) return null;
  return memory.albums.countMembers(zone, key);
}

interface Named {
  readonly name: string;
  readonly collection: Collection;
}

function nameAlbums(albums: readonly KnownAlbum[]): Named[] {
  return placeAlbums(albums).map(({ id, path }) => ({
    name: path,
    collection: { kind: "album", id },
  }));
}

function nameSmartFolders(): Named[] {
  return SMART_FOLDERS.map((name) => ({ name, collection: { kind: "smart", name } as const })).sort(
    byName,
  );
}

function printLibraries(zones: readonly Zone[], config: Config, io: Io): void {
  if (config.listing.isJson) {
    io.json(
      zones.map((zone) => ({ name: zone.name, database: zone.database, kind: zoneKind(zone) })),
    );
    return;
  }
  for (const database of ["private", "shared"] as const) {
    io.stdout(database === "private" ? "Private libraries:" : "Shared libraries:");
    for (const zone of zones) {
      if (zone.database === database && zoneKind(zone) === "library") io.stdout(`  ${zone.name}`);
    }
  }
  const others = zones.filter((zone) => zoneKind(zone) !== "library");
  if (others.length > 0) io.stdout("Not synced:");
  for (const zone of others) io.stdout(`  ${zone.name} (${OTHER_KINDS[zoneKind(zone)]})`);
}

const OTHER_KINDS: Record<ReturnType<typeof zoneKind>, string> = {
  library: "",
  "moment-share": "photos shared by a link",
  "shared-album": "shared album, not supported yet",
  "app-library": "library of another app",
  unknown: "unknown kind",
};

function printAlbums(listed: readonly Listed[], config: Config, io: Io): void {
  if (config.listing.isJson) {
    io.json(listed);
    return;
  }
  for (const { library, albums } of listed) {
    io.stdout(`Library: ${library}`);
    for (const { name, count } of albums)
      io.stdout(`  ${name}${count === null ? "" : ` (${count})`}`);
  }
}

// The main library first, then by name.
function byName(one: { name: string }, other: { name: string }): number {
  if (one.name === PRIMARY) return -1;
  if (other.name === PRIMARY) return 1;
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
