/** What `kei config setup` asks, and what each answer means for the configuration file. Pure: nobody is asked here. */
import { checkDirectory, checkFolderStructure } from "../../config/checks.ts";
import { readRecent } from "../../config/recent.ts";
import type { TomlValue } from "../../config/toml-text.ts";
import { UsageError } from "../../lib/errors.ts";
import { parseDateBound } from "../../plan/date-bound.ts";

/** Keys and values of the configuration file, or what is wrong with the answer. */
export type Reading =
  | { readonly values: readonly (readonly [key: string, value: TomlValue])[] }
  | { readonly complaint: string };

/** A question with a free answer. */
export interface Free {
  readonly kind: "free";
  readonly text: string;
  /** What an empty answer means; null when there must be one. */
  readonly usual: string | null;
  read(answer: string): Reading;
}

/** A question with numbered answers; the first is the usual one. */
export interface Menu {
  readonly kind: "menu";
  readonly text: string;
  readonly choices: readonly {
    readonly label: string;
    readonly values: readonly (readonly [key: string, value: TomlValue])[];
    /** Asked in addition when this is chosen. */
    readonly detail?: Free;
  }[];
}

export type Question = Free | Menu;

const MAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

const APPLE_ID: Free = {
  kind: "free",
  text: "Apple ID (e-mail address)",
  usual: null,
  read: (answer) =>
    MAIL.test(answer)
      ? { values: [["auth.username", answer]] }
      : { complaint: "An Apple ID looks like me@example.com" },
};

const REGION: Menu = {
  kind: "menu",
  text: "Where the account lives",
  choices: [
    { label: "Anywhere but mainland China", values: [] },
    { label: "Mainland China", values: [["auth.domain", "cn"]] },
  ],
};

const DIRECTORY: Free = {
  kind: "free",
  text: "Folder for the photos",
  usual: "~/Photos/iCloud",
  read(answer) {
    const reason = checkDirectory(answer);
    return reason
      ? { complaint: `Not there: ${reason}` }
      : { values: [["download.directory", answer]] };
  },
};

const TEMPLATE: Free = {
  kind: "free",
  text: "Folders, as in {album}/%Y",
  usual: null,
  read: (answer) =>
    judged(() => checkFolderStructure(answer), ["download.folder_structure", answer]),
};

const FOLDERS: Menu = {
  kind: "menu",
  text: "Folders inside it",
  choices: [
    { label: "By day, as in 2024/01/31", values: [] },
    { label: "By month, as in 2024/01", values: [["download.folder_structure", "%Y/%m"]] },
    { label: "By year, as in 2024", values: [["download.folder_structure", "%Y"]] },
    { label: "None", values: [["download.folder_structure", "none"]] },
    { label: "By album, and in it by year", values: [["download.folder_structure", "{album}/%Y"]] },
    { label: "Something else", values: [], detail: TEMPLATE },
  ],
};

const LIBRARIES: Menu = {
  kind: "menu",
  text: "Libraries",
  choices: [
    { label: "My own", values: [] },
    { label: "Those shared with me too", values: [["filters.library", ["all"]]] },
  ],
};

const KINDS: Menu = {
  kind: "menu",
  text: "What to download",
  choices: [
    { label: "Photos and videos", values: [] },
    {
      label: "Photos, live photos without their videos",
      values: [
        ["filters.skip_videos", true],
        ["photos.live_photo_mode", "image-only"],
      ],
    },
    { label: "Videos", values: [["filters.skip_photos", true]] },
  ],
};

const VERSIONS: Menu = {
  kind: "menu",
  text: "Of photos that were edited",
  choices: [
    { label: "The original", values: [] },
    {
      label: "The original and the edited version",
      values: [["photos.size", ["original", "adjusted"]]],
    },
    { label: "The edited version", values: [["photos.size", ["adjusted"]]] },
  ],
};

const SINCE: Free = {
  kind: "free",
  text: "How far back: 2024-01-31, 30d (days), 500 (the newest), or all",
  usual: "all",
  read(answer) {
    if (answer === "all") return { values: [] };
    const recent = readRecent(answer);
    if (recent.value !== null) return { values: [["filters.recent", recent.value]] };
    return judged(() => parseDateBound(answer, 0, "UTC"), ["filters.skip_created_before", answer]);
  },
};

const PASSWORD_FILE: Free = {
  kind: "free",
  text: "The file with the password",
  usual: null,
  read: (answer) => ({ values: [["auth.password_file", answer]] }),
};

const PASSWORD_COMMAND: Free = {
  kind: "free",
  text: "The command that prints the password",
  usual: null,
  read: (answer) => ({ values: [["auth.password_command", answer]] }),
};

/** The choice after which a password is typed and saved; no word of it comes into the file. */
export const SAVED_PASSWORD = "Saved by kei, typed now";

const PASSWORD: Menu = {
  kind: "menu",
  text: "The password",
  choices: [
    { label: "Typed when Apple asks for it", values: [] },
    { label: SAVED_PASSWORD, values: [] },
    {
      label: "Printed by a command, as of a password manager",
      values: [],
      detail: PASSWORD_COMMAND,
    },
    { label: "In a file", values: [], detail: PASSWORD_FILE },
  ],
};

export const QUESTIONS: readonly Question[] = [
  ...[APPLE_ID, REGION, DIRECTORY, FOLDERS, LIBRARIES, KINDS, VERSIONS, SINCE, PASSWORD],
];

/** The value when a check has nothing against it, else what it says. */
function judged(check: () => unknown, value: readonly [string, TomlValue]): Reading {
  try {
    check();
    return { values: [value] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { complaint: error.hint ? `${error.message}: ${error.hint}` : error.message };
  }
}
