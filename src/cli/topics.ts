/** What `kei help TOPIC` explains beside the commands, and the manual page too. */
import { SETTINGS } from "../config/settings/table.ts";

/** Terms and what they mean. */
export type Terms = readonly (readonly [term: string, meaning: string])[];

/** A paragraph, or a list of terms. */
export type Block = string | Terms;

export interface Topic {
  readonly summary: string;
  readonly blocks: readonly Block[];
}

export const EXIT_CODES: Terms = [
  ["0", "Done, or nothing to do"],
  ["1", "It could not be done: configuration, disk, network, or a problem found by kei verify"],
  ["2", "Wrong flags; or a sync that left something undone and said what"],
  ["3", "Apple did not let us in: password, code, or too many attempts"],
  ["130, 143", "Stopped by Ctrl-C or SIGTERM"],
];

/** Variables that are no setting's. */
const OTHER_VARIABLES: Terms = [
  ["KEI_NO_AUTO_CONFIG", "1: the first successful sync does not save its settings"],
  ["HOME", "Where ~/ begins in paths"],
  ["XDG_CONFIG_HOME", "Where kei/config.toml and kei/cookies are, instead of ~/.config"],
  [
    "TZ, TZDIR",
    "Time zone of folders, and of dates that are typed without one; without it the computer's",
  ],
  ["NO_COLOR, TERM=dumb", "No colours; no line that moves"],
];

/** Every variable that means something to kei. */
export const VARIABLES: Terms = [
  ...SETTINGS.flatMap(({ env, name }) => (env ? [[env, `As --${name}`] as const] : [])),
  ...OTHER_VARIABLES,
];

const FILTERS: readonly Block[] = [
  "Without a filter everything in your own library comes. Filters add up: a photo must pass all of them.",
  [
    [
      "-a, --album NAME",
      'Only what is in this album; "Folder/Album" for one inside a folder, all for every album',
    ],
    ["--exclude-album NAME", "Nothing that is in this album, also when another album has it"],
    ["--library NAME", "A shared library, or all of them"],
    ["--recent 500, --recent 30d", "The newest 500, or those of the last 30 days"],
    ["--skip-created-before DATE", "Nothing older; 2024-01-31, 2024-01-31T12:00:00 or 30d"],
    ["--skip-created-after DATE", "Nothing newer"],
    ["--skip-videos, --skip-photos", "One kind only"],
    ["--live-photo-mode MODE", "What to take of a live photo: both, image-only, video-only, skip"],
    ["--filename-exclude GLOB", "Nothing whose name fits, whatever its case"],
  ],
  '"kei list albums" shows the names. "kei sync --dry-run" tells what a filter leaves. What was downloaded before a filter was set stays on disk.',
];

const FOLDERS: readonly Block[] = [
  "--folder-structure says in which folder below --directory a photo goes, by the time and the place it was taken.",
  [
    ["%Y/%m/%d", "2024/01/31, the default"],
    ["%Y/%Y-%m", "2024/2024-01; all codes of strftime are known"],
    ["none", "No folders at all"],
    [
      "{album}/%Y",
      "A folder for each album; with --album-copies a photo in several is a copy or a link",
    ],
    ["{library}/%Y/%m", "A folder for each library"],
  ],
  "A changed structure holds for new photos. To move those that are there: kei sync --relayout, and with --dry-run first to see the moves.",
];

const TROUBLES: readonly Block[] = [
  [
    [
      "The code does not come",
      "Type sms at the question for it; or kei login get-code. Each code voids the one before, and Apple locks an account that asks too often",
    ],
    [
      "Wrong password, but it is right",
      "Use the password of the Apple ID itself: app-specific ones do not work. After too many attempts wait some hours",
    ],
    [
      "Advanced Data Protection",
      'Turn on "Access iCloud Data on the Web" in the settings of a device',
    ],
    [
      "Fewer photos than expected",
      "kei status counts them; hidden and recently deleted ones come only when asked for, as in -a Hidden",
    ],
    [
      "Some files failed",
      "kei status --failed says why; the next sync tries them again, and kei sync --retry-failed only them",
    ],
    ["Files are fetched again", "Were they moved or deleted? kei verify shows what is missing"],
    [
      "The disk is not mounted",
      "kei notices that saved files are gone and stops; --accept-missing goes on",
    ],
    ["Something else", "kei sync --log-level debug 2>kei.log; no password or token is in that log"],
  ],
];

export const TOPICS = {
  filters: { summary: "Which photos come: albums, dates, kinds, names", blocks: FILTERS },
  "folder-structure": { summary: "Which folder a photo goes to", blocks: FOLDERS },
  "exit-codes": { summary: "What the exit code of a run says", blocks: [EXIT_CODES] },
  environment: {
    summary: "Variables that stand for flags",
    blocks: [
      "A flag beats its variable, and that beats the configuration file. An empty variable counts as not set.",
      VARIABLES,
    ],
  },
  troubleshooting: { summary: "What to do when something is wrong", blocks: TROUBLES },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof TOPICS;

/** True for something that is explained and is no command. */
export function isTopic(name: string): name is TopicName {
  return name in TOPICS;
}
