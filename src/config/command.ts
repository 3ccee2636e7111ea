/** The commands by name. A nested command is written with a blank: "login get-code". */
export const COMMAND_NAMES = [
  "sync",
  "login",
  "login get-code",
  "login submit-code",
  "status",
  "verify",
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
