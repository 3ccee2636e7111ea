/** A shell on a terminal of its own, with kei's completion loaded, in which a person types. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTABLE, type Environment } from "./kei.ts";
import { until } from "./until.ts";

export type SessionShell = "bash" | "zsh" | "fish";

/** A completion is drawn at once. */
const QUIET_MS = 150;
const PROMPT = "ready>";

/** How each shell starts bare, and what is typed first. */
const STARTS: Record<SessionShell, { readonly argv: string[]; readonly first: string }> = {
  bash: {
    argv: ["bash", "--norc", "--noprofile", "-i"],
    first: "source <(kei completion bash); bind 'set enable-bracketed-paste off'",
  },
  zsh: {
    argv: ["zsh", "-f", "-i"],
    first: "autoload -U compinit && compinit -D -u; source <(kei completion zsh)",
  },
  fish: { argv: ["fish", "--no-config", "-i"], first: "kei completion fish | source" },
};

export class ShellSession implements AsyncDisposable {
  readonly #child: Bun.Subprocess;
  readonly #noted: string;
  #shown = "";

  /** Starts it. A stand-in for kei notes what it is called with. */
  constructor(
    private readonly shell: SessionShell,
    folder: string,
    env: Environment,
  ) {
    const programs = mkdtempSync(join(folder, "session-"));
    this.#noted = join(programs, "noted");
    writeFileSync(join(programs, "kei"), standIn(this.#noted));
    chmodSync(join(programs, "kei"), 0o755);
    const decoder = new TextDecoder();
    this.#child = Bun.spawn(STARTS[shell].argv, {
      cwd: folder,
      env: { ...env, TERM: "xterm", PS1: PROMPT, PATH: `${programs}:/usr/bin:/bin` },
      terminal: {
        ...{ cols: 200, rows: 50 },
        data: (_, bytes) => void (this.#shown += decoder.decode(bytes, { stream: true })),
      },
    });
  }

  /** Loads the completion. */
  async start(): Promise<void> {
    rmSync(this.#noted, { force: true });
    this.#child.terminal?.write(`${STARTS[this.shell].first}; kei loaded\r`);
    await until("the shell to be ready", () => existsSync(this.#noted));
  }

  /** Types a line, Tab, and Enter; the words that the completed line hands to kei. */
  async complete(line: string, after = ""): Promise<string[]> {
    rmSync(this.#noted, { force: true });
    const before = this.#shown.length;
    this.#child.terminal?.write(`${line}\t`);
    await Bun.sleep(60);
    await this.#isQuiet();
    this.#child.terminal?.write(`${after}\r`);
    try {
      await until("kei to be called", () => existsSync(this.#noted));
    } catch (error) {
      throw new Error(`${line}: ${JSON.stringify(this.#shown.slice(before))}`, { cause: error });
    }
    return readFileSync(this.#noted, "utf8").split("\0").slice(0, -1);
  }

  /** Waits until nothing more is drawn. */
  async #isQuiet(): Promise<void> {
    let length = -1;
    let since = performance.now();
    while (performance.now() - since < QUIET_MS) {
      if (this.#shown.length !== length) since = performance.now();
      length = this.#shown.length;
      await Bun.sleep(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

function standIn(noted: string): string {
  return `#!/bin/sh
case $1 in
  complet*) exec '${EXECUTABLE}' "$@" ;;
esac
for word; do printf '%s\\0' "$word"; done > '${noted}.new'
mv '${noted}.new' '${noted}'
`;
}
