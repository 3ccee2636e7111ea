/**
 * Flags and commands of icloudpd and of older releases, and what says the same today. None of them is accepted. A hint
 * names nothing that this kei does not have.
 */
const NO_MESSAGES = "kei sends no messages; let what starts it look at the exit code";

export const RETIRED_FLAGS: Readonly<Record<string, string>> = {
  "auth-only": "use the command kei login",
  "cookie-directory": "use --data-dir",
  "delete-after-download": "kei never deletes anything in iCloud",
  "auto-delete": "kei never deletes anything on your disk",
  "keep-icloud-recent-days": "kei never deletes anything in iCloud",
  "list-albums": "use the command kei list albums",
  l: "use the command kei list albums",
  "list-libraries": "use the command kei list libraries",
  "log-file": "send stderr to a file, as in 2>kei.log",
  "metrics-port": "kei serves no metrics yet; kei status tells the counts",
  "mfa-provider": "use the commands kei login get-code and kei login submit-code",
  "no-threads": "use --threads-num 1",
  "notification-email": NO_MESSAGES,
  "password-provider": "use --password-file or --password-command",
  "reset-sync-token": "use the command kei reset sync-token",
  "set-xmp": "use --embed-xmp or --xmp-sidecar",
  "skip-live-photos":
    "use --live-photo-mode image-only to keep the stills, or skip to leave both out",
  "smtp-username": NO_MESSAGES,
  "until-found": "not needed: kei asks Apple only for what changed",
  watch: "kei runs once; let cron or a timer start it again and again",
};

export const RETIRED_COMMANDS: Readonly<Record<string, string>> = {
  "get-code": 'did you mean "kei login get-code"?',
  "submit-code": 'did you mean "kei login submit-code"?',
  credential: 'did you mean "kei password"?',
  "retry-failed": 'did you mean "kei sync --retry-failed"?',
  "reset-state": 'did you mean "kei reset state"?',
  "reset-sync-token": 'did you mean "kei reset sync-token"?',
  setup: 'did you mean "kei config setup"?',
};

/** A hint for a flag of another time; null for one nobody ever had. */
export function retiredHint(flag: string): string | null {
  return RETIRED_FLAGS[flag.replaceAll("_", "-")] ?? null;
}

/** A hint for a command of another time; null for one nobody ever had. */
export function retiredCommandHint(word: string): string | null {
  return RETIRED_COMMANDS[word] ?? null;
}
