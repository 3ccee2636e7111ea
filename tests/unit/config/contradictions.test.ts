import { describe, expect, test } from "bun:test";
import { complaintOf, resolve, WHO, type Given } from "./resolve.ts";

describe("resolveConfig() finds a contradiction in", () => {
  const rows: { name: string; given: Given; says: string[]; where?: "typed" | "merged" }[] = [
    {
      name: "all and the name of an album",
      given: { argv: [...WHO, "-a", "all", "-a", "Travel"] },
      says: ["all", "Travel", "--album"],
    },
    {
      name: "ALL and the name of an album in the file",
      given: { toml: '[filters]\nalbums = ["Travel", "ALL"]' },
      says: ["ALL", "Travel", "filters.albums"],
    },
    {
      name: "all and the name of a library",
      given: { argv: [...WHO, "--library", "all", "--library", "PrimarySync"] },
      says: ["all", "PrimarySync", "--library"],
    },
    {
      name: "all and the name of a library, also of list",
      given: { argv: ["list", "albums", "-u", "a", "--library=ALL", "--library=PrimarySync"] },
      says: ["ALL", "PrimarySync"],
    },
    {
      name: "an album that is wanted and excluded",
      given: { argv: [...WHO, "-a", "X", "--exclude-album", "X"] },
      says: ["--album", "--exclude-album", "X"],
    },
    {
      name: "an album that is wanted here and excluded there, in another normal form",
      given: {
        argv: [...WHO, "-a", "Caf\u00e9"],
        toml: '[filters]\nexclude_albums = ["Cafe\u0301"]',
      },
      says: ["--album", "filters.exclude_albums"],
    },
    {
      name: "an album of a library that has none",
      given: { argv: [...WHO, "-a", "all", "--library", "SharedSync-1"] },
      says: ["--album", "--library", "SharedSync-1"],
    },
    {
      name: "no videos and no photos",
      given: { argv: [...WHO, "--skip-videos", "--skip-photos"] },
      says: ["--skip-videos", "--skip-photos"],
    },
    {
      name: "no videos in the file and no photos in a variable",
      given: { toml: "[filters]\nskip_videos = true", env: { KEI_SKIP_PHOTOS: "true" } },
      says: ["filters.skip_videos", "KEI_SKIP_PHOTOS"],
    },
    ...["both", "image-only", "video-only", "skip"].map((mode) => ({
      name: `no videos and no photos, live photos ${mode}`,
      given: { argv: [...WHO, "--skip-videos", "--skip-photos", "--live-photo-mode", mode] },
      says: ["nothing"],
    })),
    {
      name: "recent days and a date",
      given: { argv: [...WHO, "--recent", "30d", "--skip-created-before", "2024-01-01"] },
      says: ["--recent", "--skip-created-before"],
    },
    {
      name: "recent days and a date in the file",
      given: {
        argv: [...WHO, "--recent", "30d"],
        toml: '[filters]\nskip_created_before = "2024-01-01"',
      },
      says: ["--recent", "filters.skip_created_before"],
    },
    {
      name: "a retry and a dry run",
      given: { argv: [...WHO, "--retry-failed", "--dry-run"] },
      says: ["--retry-failed", "--dry-run"],
      where: "typed",
    },
  ];
  for (const { name, given, says, where = "merged" } of rows) {
    test(name, () => {
      const error = complaintOf(given);
      for (const word of says) expect(error.message).toContain(word);
      expect(error.where).toBe(where);
    });
  }
});

describe("resolveConfig() finds none in", () => {
  const rows: { name: string; given: Given }[] = [
    {
      name: "albums of which some are excluded",
      given: { argv: [...WHO, "-a", "A", "-a", "B", "--exclude-album", "B"] },
    },
    { name: "all albums but one", given: { argv: [...WHO, "-a", "all", "--exclude-album", "B"] } },
    {
      name: "an excluded album without a wanted one",
      given: { argv: [...WHO, "--exclude-album", "B"] },
    },
    {
      name: "an album and all libraries",
      given: { argv: [...WHO, "-a", "A", "--library", "all"] },
    },
    {
      name: "Apple's own folders by name",
      given: { argv: [...WHO, "-a", "Favorites", "-a", "Hidden"] },
    },
    {
      name: "a template with albums and no album",
      given: { argv: [...WHO, "--folder-structure", "{album}"] },
    },
    {
      name: "the newest so many and a date",
      given: { argv: [...WHO, "--recent", "5", "--skip-created-before", "30d"] },
    },
    {
      name: "a retry of what is only to be printed",
      given: { argv: [...WHO, "--retry-failed", "--only-print-filenames"] },
    },
    {
      name: "a dry run of printing",
      given: { argv: [...WHO, "--dry-run", "--only-print-filenames"] },
    },
    {
      name: "no videos in the file, overridden for no photos",
      given: {
        argv: [...WHO, "--skip-videos", "false", "--skip-photos"],
        toml: "[filters]\nskip_videos = true",
      },
    },
    {
      name: "settings in the file that a command does not use",
      given: {
        argv: ["status", "-u", "a"],
        toml: "[filters]\nskip_videos = true\nskip_photos = true",
      },
    },
  ];
  for (const { name, given } of rows) {
    test(name, () => expect(resolve(given).warnings).toEqual([]));
  }
});

describe("resolveConfig() warns of dates that leave nothing:", () => {
  const rows: [before: string, after: string, doubts: number][] = [
    ["2024-02-01", "2024-01-01", 1],
    ["2024-01-01", "2024-01-01", 1],
    ["2024-01-01", "2024-02-01", 0],
    // It is 2026-04-22.
    ["10d", "2026-04-01", 1],
    ["30d", "2026-04-01", 0],
    ["5d", "20d", 1],
    ["20d", "5d", 0],
  ];
  for (const [before, after, count] of rows) {
    test(`${before} to ${after}: ${count === 1 ? "yes" : "no"}`, () => {
      const argv = [...WHO, "--skip-created-before", before, "--skip-created-after", after];
      const { warnings } = resolve({ argv });
      expect(warnings).toHaveLength(count);
      for (const warning of warnings) expect(warning).toContain("--skip-created-before");
    });
  }
});
