/** The tables, as a list of migrations. Step n brings a database from version n to n+1. */

/** kei's versions start here so that older programs with databases of the same name refuse ours. */
export const BASE_VERSION = 1000;

/**
 * Three memories apart: `zones/masters/assets/albums/memberships` is what iCloud holds, `files` is what we want and
 * have, `folders` is what we last saw of the disk. Column words are those of the vocabulary.
 *
 * Ordinary rowid tables on purpose: WITHOUT ROWID was measured four to five times slower to fill. Rows point to each
 * other by number: Apple's names are random, and every index of them is one more page to write per photo.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE zones (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner TEXT,
    database TEXT NOT NULL CHECK (database IN ('private', 'shared')),
    token TEXT,                        -- position of the observation; null until a listing was complete
    listing INTEGER NOT NULL DEFAULT 0 -- number of the last full listing
  );
  CREATE TABLE masters (
    id INTEGER PRIMARY KEY,
    zone INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT,                          -- null until its record arrives
    UNIQUE (zone, name)
  );
  CREATE TABLE assets (
    id INTEGER PRIMARY KEY,
    zone INTEGER NOT NULL,
    name TEXT NOT NULL,
    master_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    listing INTEGER NOT NULL DEFAULT 0, -- last full listing that named it
    cycle INTEGER NOT NULL DEFAULT 0,   -- last cycle that had to settle it
    skip TEXT,                          -- why it needs no files; null when it has some
    gone_at INTEGER,                    -- when iCloud no longer had it, ms
    UNIQUE (zone, name)
  );
  CREATE INDEX assets_master ON assets (master_id);
  CREATE INDEX assets_cycle ON assets (cycle);
  CREATE TABLE collections (
    zone INTEGER NOT NULL,
    key TEXT NOT NULL,
    newest INTEGER NOT NULL,            -- the listing was limited to so many; 0 for all
    bound_ms INTEGER,                   -- date of the oldest asset of a limited listing
    UNIQUE (zone, key, newest)
  );
  CREATE TABLE albums (
    zone INTEGER NOT NULL,
    name TEXT NOT NULL,
    title TEXT,
    kind TEXT NOT NULL,
    parent TEXT,
    UNIQUE (zone, name)
  );
  CREATE TABLE memberships (
    zone INTEGER NOT NULL,
    album TEXT NOT NULL,
    asset TEXT NOT NULL,
    UNIQUE (asset, zone, album)         -- the zone first, and SQLite would look through all of it for each asset
  );
  CREATE INDEX memberships_album ON memberships (album, zone);
  CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    zone INTEGER NOT NULL,
    asset_id INTEGER NOT NULL,
    rendition TEXT NOT NULL,
    album TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL,                 -- relative to the root, with /
    path_key TEXT NOT NULL UNIQUE,      -- folded: one owner per name on any file system
    checksum TEXT NOT NULL,             -- Apple's, of the bytes wanted
    size_bytes INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'wanted' CHECK (status IN ('wanted', 'staged', 'saved')),
    sha256 TEXT,                        -- of the final bytes
    local_bytes INTEGER,
    older_sha256 TEXT,                  -- of our own file that staged bytes are about to replace
    saved_at INTEGER,
    saved_cycle INTEGER,
    is_verified INTEGER,                -- 1 when Apple's checksum was recomputed from the bytes
    attempts INTEGER NOT NULL DEFAULT 0,-- failed runs since the last success
    failed_cycle INTEGER,
    error TEXT,
    is_left_out INTEGER NOT NULL DEFAULT 0, -- 1 when nothing selects a saved file any more; it stays on disk
    UNIQUE (asset_id, rendition, album)
  );
  CREATE INDEX files_due ON files (id) WHERE status <> 'saved';
  CREATE TABLE folders (
    path TEXT PRIMARY KEY,              -- relative to the root
    mtime_ns TEXT NOT NULL              -- as last seen after our own writes
  );
  CREATE TABLE litter (
    path TEXT NOT NULL,                 -- of the file the part was for
    checksum TEXT NOT NULL,             -- of the bytes nobody wants any more
    UNIQUE (path, checksum)
  );
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    tally TEXT
  );
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  `,
  `
  CREATE TABLE zones_by_owner (
    id INTEGER PRIMARY KEY,
    database TEXT NOT NULL CHECK (database IN ('private', 'shared')),
    owner TEXT,                        -- null until Apple names it
    name TEXT NOT NULL,
    token TEXT,                        -- position of the observation; null until a listing was complete
    listing INTEGER NOT NULL DEFAULT 0 -- number of the last full listing
  );
  INSERT INTO zones_by_owner (id, database, owner, name, token, listing)
    SELECT id, database, owner, name, token, listing FROM zones;
  DROP TABLE zones;
  ALTER TABLE zones_by_owner RENAME TO zones;
  CREATE UNIQUE INDEX zones_identity ON zones (database, ifnull(owner, ''), name);
  -- Somebody else's zone of this name had taken the place of the account's own library: it is listed again.
  DELETE FROM collections
    WHERE zone IN (SELECT id FROM zones WHERE name = 'PrimarySync' AND database = 'shared');
  UPDATE zones SET database = 'private', owner = NULL, token = NULL
    WHERE name = 'PrimarySync' AND database = 'shared';
  `,
];
