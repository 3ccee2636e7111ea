/** Flags of icloudpd and of older releases, and what says the same today. None of them is accepted. */
const RETIRED: Readonly<Record<string, string>> = {
  "auth-only": "use the command kei login",
  "cookie-directory": "use --data-dir",
  "delete-after-download": "kei never deletes anything in iCloud",
  "auto-delete": "kei never deletes anything on your disk",
  "keep-icloud-recent-days": "kei never deletes anything in iCloud",
  "list-albums": "use the command kei list albums",
  l: "use the command kei list albums",
  "list-libraries": "use the command kei list libraries",
  "log-file": "send stderr to a file, as in 2>kei.log",
  "metrics-port": "use --http-port",
  "mfa-provider": "use the commands kei login get-code and kei login submit-code",
  "no-threads": "use --threads-num 1",
  "notification-email": "use --notification-script",
  "password-provider": "use --password-file or --password-command",
  "reset-sync-token": "use the command kei reset sync-token",
  "set-xmp": "use --xmp-sidecar",
  "skip-live-photos": "use --live-photo-mode skip",
  "smtp-username": "use --notification-script",
  "until-found": "not needed: kei asks Apple only for what changed",
  watch: "use --watch-with-interval",
};

/** A hint for a flag of another time; null for one nobody ever had. */
export function retiredHint(flag: string): string | null {
  return RETIRED[flag.replaceAll("_", "-")] ?? null;
}
