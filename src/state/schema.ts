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
const FIRST_TABLES = `
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
`;

/** A zone is known by its database, its owner and its name. */
const ZONES_BY_OWNER = `
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
`;

/**
 * A file says its state in one word and is known by one proof. Verified bytes are known by Apple's checksum from here
 * on; which checksums can be recomputed shows in their first letters. Files that came in a run that adopted none were
 * written by kei; of all others nobody knows, and they are treated as somebody else's.
 */
const FILES_IN_ONE_WORD = `
ALTER TABLE files RENAME TO files_before;
DROP INDEX files_due;
CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  zone INTEGER NOT NULL,
  asset_id INTEGER NOT NULL,
  rendition TEXT NOT NULL,
  album TEXT NOT NULL DEFAULT '',
  derived TEXT NOT NULL DEFAULT '',   -- what kei makes of the photo, as its sidecar; '' for bytes of Apple's
  path TEXT NOT NULL,                 -- relative to the root, with /
  path_key TEXT NOT NULL UNIQUE,      -- folded: one owner per name on any file system
  checksum TEXT NOT NULL,             -- Apple's, of the content wanted
  size_bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'promised' CHECK (state IN
    ('promised', 'doubted', 'outdated', 'staged', 'dropped', 'saved', 'left-out')),
  held TEXT,                          -- proof of the bytes under the name: apple:CHECKSUM or sha256:HEX
  held_bytes INTEGER,
  held_content TEXT,                  -- Apple's checksum of what they were made from, where the proof is another
  verdict TEXT CHECK (verdict IN ('agrees', 'opaque', 'disagrees')),
  origin TEXT CHECK (origin IN ('own', 'link', 'adopted', 'unproven')),
  staged TEXT,                        -- what is about to get the name, as JSON
  saved_at INTEGER,
  saved_cycle INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,-- failed runs since the last success
  failed_cycle INTEGER,
  error TEXT,
  UNIQUE (asset_id, rendition, album, derived)
);
INSERT INTO files
SELECT id, zone, asset_id, rendition, album, '', path, path_key, checksum, size_bytes, created_ms,
  CASE WHEN status = 'saved' THEN iif(is_left_out, 'left-out', 'saved')
    WHEN status = 'staged' THEN iif(is_left_out, 'dropped', 'staged')
    WHEN is_left_out THEN 'doubted'
    WHEN sha256 IS NOT NULL THEN 'outdated'
    ELSE 'promised' END,
  iif(is_exact AND status = 'saved', 'apple:' || checksum, 'sha256:' || hash),
  iif(hash IS NULL OR status = 'staged', NULL, local_bytes),
  iif(hash IS NULL OR (is_exact AND status = 'saved'), NULL, iif(status = 'saved', checksum, '')),
  CASE WHEN hash IS NULL THEN NULL
    WHEN status = 'saved' THEN verdict
    WHEN status = 'wanted' AND is_verified = 1 THEN 'agrees' ELSE 'opaque' END,
  CASE WHEN hash IS NULL THEN NULL
    WHEN is_untouched OR (status = 'saved' AND verdict = 'disagrees') THEN 'own'
    WHEN status <> 'staged' AND is_verified = 0 THEN 'unproven'
    ELSE 'adopted' END,
  iif(status = 'staged', json_object('content', checksum, 'sizeBytes', local_bytes,
    'proof', iif(is_exact, 'apple:' || checksum, 'sha256:' || sha256), 'verdict', verdict,
    'origin', 'own', 'written', json('[]')), NULL),
  saved_at, saved_cycle, attempts, failed_cycle, error
FROM (SELECT *, iif(status = 'staged', older_sha256, sha256) AS hash,
    is_recomputable AND is_verified = 1 AS is_exact,
    CASE WHEN is_verified = 1 THEN 'agrees' WHEN is_recomputable THEN 'disagrees' ELSE 'opaque' END
      AS verdict,
    coalesce((SELECT json_extract(tally, '$.filesAdopted') = 0 FROM runs WHERE runs.id = saved_cycle), 0)
      AS is_untouched
  FROM (SELECT *, length(checksum) = 28 AND checksum GLOB 'A[Q-Za-f]*' AS is_recomputable
    FROM files_before));
DROP TABLE files_before;
CREATE INDEX files_due ON files (id) WHERE state <> 'saved' AND state <> 'left-out';
CREATE INDEX files_held ON files (held) WHERE held IS NOT NULL;
CREATE TABLE written (
  file INTEGER NOT NULL,              -- number of its row in files
  facet TEXT NOT NULL,                -- what kind of thing is written
  want TEXT NOT NULL,                 -- hash of what the settings and iCloud say
  have TEXT,                          -- hash of what is in the file
  attempts INTEGER NOT NULL DEFAULT 0,
  failed_cycle INTEGER,
  error TEXT,
  UNIQUE (file, facet)
);
CREATE TRIGGER files_forgotten AFTER DELETE ON files BEGIN
  DELETE FROM written WHERE file = old.id;
END;
`;

/** Step n brings a database from version n to n+1. */
export const MIGRATIONS: readonly string[] = [FIRST_TABLES, ZONES_BY_OWNER, FILES_IN_ONE_WORD];
