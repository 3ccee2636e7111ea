/** The commands by name. A nested command is written with a blank: "login get-code". */
export const COMMAND_NAMES = [
  "sync",
  "import-existing",
  "login",
  "login get-code",
  "login submit-code",
  "list albums",
  "list libraries",
  "status",
  "verify",
  "config show",
  "config setup",
  "password set",
  "password clear",
  "password backend",
  "reset state",
  "reset sync-token",
  "reset session",
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
