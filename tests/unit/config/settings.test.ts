import { describe, expect, test } from "bun:test";
import type { Config } from "../../../src/config/config.ts";
import { complaintOf, resolve, WHO } from "./resolve.ts";

interface Row {
  flag: string;
  env?: string;
  /** Section, key and value, as they stand in the file. */
  toml?: [section: string, line: string];
  pick: (config: Config) => unknown;
  usual: unknown;
  text: string;
  is: unknown;
  bad: string[];
  /** Exit 2 when the parser refuses it, 1 when the merged configuration does. */
  badIs?: "typed" | "merged";
  badToml?: string;
}

const TEMPLATE_BAD = ["%Q", "x/{album}", "{album}/{album}", "{album}/{library}"];
const SIZES = ["large", "ORIGINAL", "original,,thumb", ""];

const rows: Row[] = [
  {
    flag: "library",
    env: "KEI_LIBRARY",
    toml: ["filters", 'library = "SharedSync-1"'],
    pick: ({ sync }) => sync.libraries,
    usual: ["PrimarySync"],
    text: "SharedSync-1",
    is: ["SharedSync-1"],
    bad: ["", " "],
    badToml: "library = []",
  },
  {
    flag: "album",
    env: "KEI_ALBUM",
    toml: ["filters", 'albums = ["Sea, sun"]'],
    pick: ({ sync }) => sync.selection.albums,
    usual: [],
    text: "Sea, sun",
    is: ["Sea, sun"],
    bad: [""],
    badToml: "albums = [1]",
  },
  {
    flag: "exclude-album",
    env: "KEI_EXCLUDE_ALBUM",
    toml: ["filters", 'exclude_albums = ["Foo", " Bar"]'],
    pick: ({ sync }) => sync.selection.excludeAlbums,
    usual: [],
    text: "Foo, Bar",
    is: ["Foo", " Bar"],
    bad: ["", "Foo,", "Foo,,Bar"],
    badToml: "exclude_albums = 4",
  },
  {
    flag: "recent",
    env: "KEI_RECENT",
    toml: ["filters", "recent = 100"],
    pick: ({ sync }) => sync.selection.recent,
    usual: null,
    text: "100",
    is: 100,
    bad: ["0", "-1", "1.5", "ten", "0d", "30w", "4294967296", ""],
    badToml: "recent = 0",
  },
  {
    flag: "recent",
    env: "KEI_RECENT",
    toml: ["filters", 'recent = "30d"'],
    pick: ({ sync, filters }) => [sync.selection.recent, filters.createdBefore],
    usual: [null, null],
    text: "30D",
    is: [null, "30d"],
    bad: ["d", "d30", "30 d"],
    badToml: "recent = true",
  },
  {
    flag: "skip-videos",
    env: "KEI_SKIP_VIDEOS",
    toml: ["filters", "skip_videos = true"],
    pick: ({ filters }) => filters.skipVideos,
    usual: false,
    text: "true",
    is: true,
    bad: ["1", "yes"],
    badToml: 'skip_videos = "true"',
  },
  {
    flag: "skip-photos",
    env: "KEI_SKIP_PHOTOS",
    toml: ["filters", "skip_photos = true"],
    pick: ({ filters }) => filters.skipPhotos,
    usual: false,
    text: "true",
    is: true,
    bad: ["1", "yes"],
    badToml: "skip_photos = 1",
  },
  {
    flag: "live-photo-mode",
    env: "KEI_LIVE_PHOTO_MODE",
    toml: ["photos", 'live_photo_mode = "image-only"'],
    pick: ({ filters, rules }) => [filters.liveMode, rules.liveMode],
    usual: ["both", "both"],
    text: "image-only",
    is: ["image-only", "image-only"],
    bad: ["Both", "none", ""],
    badToml: 'live_photo_mode = "image"',
  },
  {
    flag: "filename-exclude",
    env: "KEI_FILENAME_EXCLUDE",
    toml: ["filters", 'filename_exclude = ["*.AAE", "IMG_[0-4]*"]'],
    pick: ({ filters }) => filters.filenameExclude,
    usual: [],
    text: "*.AAE,IMG_[0-4]*",
    is: ["*.AAE", "IMG_[0-4]*"],
    bad: ["IMG_[0", "a**b", "*.AAE,[!]"],
    badIs: "merged",
    badToml: 'filename_exclude = ["[x"]',
  },
  {
    flag: "skip-created-before",
    env: "KEI_SKIP_CREATED_BEFORE",
    toml: ["filters", 'skip_created_before = "2024-01-31"'],
    pick: ({ filters }) => filters.createdBefore,
    usual: null,
    text: "2024-01-31",
    is: "2024-01-31",
    bad: ["-5d", "4w", "2024-02-31", "31.1.2024", "tomorrow"],
    badIs: "merged",
    badToml: 'skip_created_before = "6m"',
  },
  {
    flag: "skip-created-after",
    env: "KEI_SKIP_CREATED_AFTER",
    toml: ["filters", 'skip_created_after = "2024-01-31T12:00:00"'],
    pick: ({ filters }) => filters.createdAfter,
    usual: null,
    text: "2024-01-31T12:00:00",
    is: "2024-01-31T12:00:00",
    bad: ["12:00:00", "2024-13-01"],
    badIs: "merged",
    badToml: 'skip_created_after = "yesterday"',
  },
  {
    flag: "size",
    env: "KEI_SIZE",
    toml: ["photos", 'size = ["original", "adjusted"]'],
    pick: ({ rules }) => rules.sizes,
    usual: ["original"],
    text: "original, adjusted,original",
    is: ["original", "adjusted"],
    bad: SIZES,
    badToml: "size = []",
  },
  {
    flag: "live-photo-size",
    env: "KEI_LIVE_PHOTO_SIZE",
    toml: ["photos", 'live_photo_size = "medium"'],
    pick: ({ rules }) => rules.liveSize,
    usual: "original",
    text: "medium",
    is: "medium",
    bad: ["alternative", "Medium"],
    badToml: 'live_photo_size = "large"',
  },
  {
    flag: "force-size",
    env: "KEI_FORCE_SIZE",
    toml: ["photos", "force_size = true"],
    pick: ({ rules }) => rules.forceSize,
    usual: false,
    text: "true",
    is: true,
    bad: ["on"],
    badToml: "force_size = 1",
  },
  {
    flag: "align-raw",
    env: "KEI_ALIGN_RAW",
    toml: ["photos", 'align_raw = "alternative"'],
    pick: ({ rules }) => rules.alignRaw,
    usual: "as-is",
    text: "alternative",
    is: "alternative",
    bad: ["asis", "raw"],
    badToml: 'align_raw = "AS-IS"',
  },
  {
    flag: "folder-structure",
    env: "KEI_FOLDER_STRUCTURE",
    toml: ["download", 'folder_structure = "{library}/{album}/{:%Y}"'],
    pick: ({ rules }) => rules.folderStructure,
    usual: "%Y/%m/%d",
    text: "{library}/{album}/{:%Y}",
    is: "{library}/{album}/{:%Y}",
    bad: TEMPLATE_BAD,
    badIs: "merged",
    badToml: 'folder_structure = "%Q"',
  },
  {
    flag: "file-match-policy",
    env: "KEI_FILE_MATCH_POLICY",
    toml: ["photos", 'file_match_policy = "name-id7"'],
    pick: ({ rules }) => rules.matchPolicy,
    usual: "name-size-dedup-with-suffix",
    text: "name-id7",
    is: "name-id7",
    bad: ["name-id", ""],
    badToml: 'file_match_policy = "id7"',
  },
  {
    flag: "live-photo-mov-filename-policy",
    env: "KEI_LIVE_PHOTO_MOV_FILENAME_POLICY",
    toml: ["photos", 'live_photo_mov_filename_policy = "original"'],
    pick: ({ rules }) => rules.movPolicy,
    usual: "suffix",
    text: "original",
    is: "original",
    bad: ["none"],
    badToml: "live_photo_mov_filename_policy = true",
  },
  {
    flag: "keep-unicode-in-filenames",
    env: "KEI_KEEP_UNICODE_IN_FILENAMES",
    toml: ["photos", "keep_unicode_in_filenames = true"],
    pick: ({ rules }) => rules.keepUnicode,
    usual: false,
    text: "true",
    is: true,
    bad: ["0"],
    badToml: "keep_unicode_in_filenames = 0",
  },
  {
    flag: "album-copies",
    env: "KEI_ALBUM_COPIES",
    toml: ["download", 'album_copies = "hardlink"'],
    pick: ({ sync }) => sync.albumCopies,
    usual: "copy",
    text: "hardlink",
    is: "hardlink",
    bad: ["link", "Copy"],
    badToml: 'album_copies = "reflink"',
  },
  {
    flag: "bandwidth-limit",
    env: "KEI_BANDWIDTH_LIMIT",
    toml: ["download", 'bandwidth_limit = "1.5 MiB"'],
    pick: ({ download }) => download.bandwidthBytesPerSecond,
    usual: null,
    text: "1.5Mi",
    is: 1_572_864,
    bad: ["M", "10X", "0", "", "1..5M"],
    badToml: "bandwidth_limit = 10",
  },
  {
    flag: "max-download-attempts",
    env: "KEI_MAX_DOWNLOAD_ATTEMPTS",
    pick: ({ sync }) => sync.attemptsMax,
    usual: 10,
    text: "0",
    is: Infinity,
    bad: ["-1", "4294967296", "many"],
  },
];

describe("resolveConfig() reads", () => {
  for (const row of rows) {
    const { flag, env, toml, pick, usual, text, is } = row;
    const name = `--${flag} ${text}`;
    test(`${name} from its flag`, () => {
      expect(pick(resolve({ argv: [...WHO, `--${flag}=${text}`] }).config)).toEqual(is);
    });
    test(`${name} by default`, () => expect(pick(resolve({}).config)).toEqual(usual));
    test(`${name} from its variable`, () => {
      expect(pick(resolve({ env: { [env!]: text } }).config)).toEqual(is);
      expect(pick(resolve({ env: { [env!]: "" } }).config)).toEqual(usual);
    });
    if (toml) {
      test(`${name} from the file`, () => {
        expect(pick(resolve({ toml: `[${toml[0]}]\n${toml[1]}` }).config)).toEqual(is);
      });
    }
  }
});

describe("resolveConfig() refuses a bad", () => {
  for (const { flag, env, toml, bad, badIs = "typed", badToml } of rows) {
    for (const text of bad) {
      test(`--${flag} "${text}"`, () => {
        const error = complaintOf({ argv: [...WHO, `--${flag}=${text}`] });
        expect(error.message).toContain(`--${flag}`);
        expect(error.where).toBe(badIs);
        if (text === "") return;
        const fromEnv = complaintOf({ env: { [env!]: text } });
        expect(fromEnv.message).toContain(env!);
        expect(fromEnv.where).toBe(badIs);
      });
    }
    if (!toml || !badToml) continue;
    test(`${badToml}`, () => {
      const error = complaintOf({ toml: `[${toml[0]}]\n${badToml}` });
      expect(error.message).toContain(`${toml[0]}.${badToml.split(" ")[0]}`);
      expect(error.where).toBe("merged");
    });
  }
});

describe("resolveConfig() takes the switch", () => {
  const rows: { flag: string; pick: (config: Config) => unknown }[] = [
    { flag: "retry-failed", pick: ({ sync }) => sync.retryFailed },
    { flag: "no-incremental", pick: ({ sync }) => sync.isFull },
    { flag: "accept-missing", pick: ({ sync }) => sync.acceptMissing },
    { flag: "relayout", pick: ({ sync }) => sync.relayout },
    { flag: "dry-run", pick: ({ sync }) => sync.isDryRun },
    { flag: "only-print-filenames", pick: ({ sync }) => sync.onlyPrintFilenames },
  ];
  for (const { flag, pick } of rows) {
    test(`--${flag}`, () => {
      expect(pick(resolve({}).config)).toBe(false);
      expect(pick(resolve({ argv: [...WHO, `--${flag}`] }).config)).toBe(true);
    });
  }
});

describe("resolveConfig() makes of lists", () => {
  const albums = (given: Parameters<typeof resolve>[0]) =>
    resolve(given).config.sync.selection.albums;
  const toml = '[filters]\nalbums = ["C", "D"]';
  const env = { KEI_ALBUM: "B" };

  test("one list out of repeated flags, each name once", () => {
    expect(albums({ argv: [...WHO, "-a", "A", "--album", "B", "-aA"] })).toEqual(["A", "B"]);
    const argv = [...WHO, "--exclude-album", "A,B", "--exclude-album=C"];
    expect(resolve({ argv }).config.sync.selection.excludeAlbums).toEqual(["A", "B", "C"]);
    const sizes = [...WHO, "--size", "thumb", "--size", "original,thumb"];
    expect(resolve({ argv: sizes }).config.rules.sizes).toEqual(["thumb", "original"]);
  });
  test("the strongest source alone, never a mixture", () => {
    expect(albums({ toml })).toEqual(["C", "D"]);
    expect(albums({ toml, env })).toEqual(["B"]);
    expect(albums({ toml, env, argv: [...WHO, "-a", "A"] })).toEqual(["A"]);
  });
  test("a text in the file what it would be in a variable", () => {
    expect(albums({ toml: '[filters]\nalbums = "A, B"' })).toEqual(["A, B"]);
    expect(resolve({ toml: '[photos]\nsize = "thumb,medium"' }).config.rules.sizes).toEqual([
      "thumb",
      "medium",
    ]);
  });
  test("nothing out of an empty one in the file", () => {
    expect(albums({ toml: "[filters]\nalbums = []" })).toEqual([]);
  });
  test("all out of ALL", () => {
    expect(albums({ argv: [...WHO, "-a", "ALL"] })).toEqual(["all"]);
    const { config } = resolve({ argv: [...WHO, "--library", "All"] });
    expect(config.sync.libraries).toEqual(["all"]);
  });
  test("several libraries", () => {
    const argv = [...WHO, "--library", "PrimarySync", "--library", "SharedSync-1"];
    expect(resolve({ argv }).config.sync.libraries).toEqual(["PrimarySync", "SharedSync-1"]);
    const toml = '[filters]\nlibrary = ["PrimarySync", "SharedSync-1"]';
    expect(resolve({ toml }).config.sync.libraries).toHaveLength(2);
  });
});

describe("resolveConfig() derives", () => {
  const liveSize = (...argv: string[]) =>
    resolve({ argv: [...WHO, ...argv] }).config.rules.liveSize;
  test("the size of a live photo's video from --size", () => {
    expect(liveSize("--size", "adjusted")).toBe("adjusted");
    expect(liveSize("--size", "original,adjusted")).toBe("adjusted");
    expect(liveSize("--size", "medium")).toBe("original");
    expect(liveSize("--size", "adjusted", "--live-photo-size", "original")).toBe("original");
  });
  test("one thread from a bandwidth limit, unless threads are told anywhere", () => {
    const limited = (given: Parameters<typeof resolve>[0]) =>
      resolve({ ...given, argv: [...WHO, "--bandwidth-limit", "1M", ...(given.argv ?? [])] }).config
        .download.threads;
    expect(limited({})).toBe(1);
    expect(limited({ argv: ["--threads-num", "10"] })).toBe(10);
    expect(limited({ env: { KEI_THREADS: "4" } })).toBe(4);
    expect(limited({ toml: "[download]\nthreads_num = 3" })).toBe(3);
  });
  test("the other bound of --recent 30d not at all", () => {
    const argv = [...WHO, "--recent", "30d", "--skip-created-after", "2d"];
    const { filters } = resolve({ argv }).config;
    expect([filters.createdBefore, filters.createdAfter]).toEqual(["30d", "2d"]);
  });
});
