/**
 * The scripts that teach a shell to complete: `kei completion bash`, and so on.
 *
 * Each hands the words on the line to `kei complete SHELL` and shows what comes back, so a script need not be made anew
 * with each release. The words go through a pipe: a password among them must not be seen by others. None of them ever
 * evaluates what kei answers.
 */

import BASH from "./kei.bash" with { type: "text" };
import FISH from "./kei.fish" with { type: "text" };
import POWERSHELL from "./kei.ps1" with { type: "text" };
import ZSH from "./kei.zsh" with { type: "text" };

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/** True for the name of a shell we know. */
export function isShell(word: string | undefined): word is Shell {
  return SHELLS.some((shell) => shell === word);
}

/** The script for one shell. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Record<Shell, string> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
