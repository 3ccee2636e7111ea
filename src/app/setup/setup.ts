/** `kei config setup`: asks what a first sync needs to know, shows what it will write, writes it, and offers to begin. */
import { existsSync } from "node:fs";
import { normalizeUsername } from "../../auth/account-name.ts";
import { PasswordStore } from "../../auth/store/password-store.ts";
import type { Config } from "../../config/config.ts";
import { chosenLines, draftOf, type Chosen } from "../../config/draft.ts";
import { setAside, writeConfigFile } from "../../config/save.ts";
import type { TomlValue } from "../../config/toml-text.ts";
import { LocalError, UsageError } from "../../lib/errors.ts";
import type { Io } from "../io.ts";
import { nameOf } from "../save-password.ts";
import { QUESTIONS, SAVED_PASSWORD, type Free, type Menu } from "./questions.ts";

const [FINE, NOTHING_DONE] = [0, 1];
/** After so many answers that cannot be used nobody seems to be reading. */
const TRIES_MAX = 10;

/** What may come after the command: another command line. */
export type Outcome = number | { readonly next: readonly string[] };

/** Runs the command. Nothing is written before the last question. */
export async function run(config: Config, io: Io): Promise<Outcome> {
  if (!io.isTty) {
    throw new UsageError(
      "There is no terminal to ask questions at",
      "give the settings as flags or variables; kei help config show lists them",
      "merged",
    );
  }
  io.stderr("An empty answer takes what stands in brackets; Ctrl-C ends this and changes nothing.");
  const answers = new Answers(io);
  for (const question of QUESTIONS) {
    const isGiven =
      question.kind === "menu" ? await answers.choose(question) : await answers.ask(question);
    if (!isGiven) return cancelled(io);
  }
  return conclude(answers, config, io);
}

async function conclude(answers: Answers, config: Config, io: Io): Promise<Outcome> {
  const { chosen } = answers;
  const path = config.setupPath ?? config.configPath;
  io.stderr("");
  for (const line of chosenLines(chosen)) io.stderr(`  ${line}`);
  io.stderr("");
  const isThere = existsSync(path);
  const question = isThere
    ? `Replace ${path}? The old file is kept beside it. [y/N]`
    : `Write ${path}? [y/N]`;
  if (!(await io.confirm(question))) return cancelled(io);
  if (isThere) io.stderr(`The old file is now ${setAside(path)}`);
  if (!(await writeConfigFile(path, draftOf(chosen)))) {
    throw new LocalError("occupied", "Somebody else has just written the file", path);
  }
  io.stderr(`Written: ${path}`);
  if (answers.savesPassword) await savePassword(chosen, config, io);
  const isUsual = path === config.configPath && !config.isConfigNamed;
  const next = ["sync", ...(isUsual ? [] : ["--config", path])];
  if (await io.confirm("Start the first sync now? [y/N]")) return { next };
  io.stderr(`Whenever you like: kei ${isUsual ? "sync" : `sync --config ${path}`}`);
  return FINE;
}

async function savePassword(chosen: Chosen, { dataDir }: Config, io: Io): Promise<void> {
  const username = normalizeUsername(String(chosen.get("auth.username")));
  const secret = await io.talk.askPassword(`Password for ${username}: `);
  if (!secret) return io.stderr("No password was typed; kei password set does it later");
  const backend = await new PasswordStore({ dataDir, username }).save(secret);
  io.stderr(`Password saved in ${nameOf(backend)}`);
}

function cancelled(io: Io): number {
  io.stderr("Cancelled; nothing was written");
  return NOTHING_DONE;
}

/** Asks, and keeps what was said. Each question is false at the end of input. */
class Answers {
  readonly chosen = new Map<string, TomlValue>();
  savesPassword = false;

  constructor(private readonly io: Io) {}

  async ask({ text, usual, read }: Free): Promise<boolean> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const typed = await this.io.talk.ask(`${text}${usual === null ? "" : ` [${usual}]`}:`);
      if (typed === null) return false;
      const answer = typed === "" ? usual : typed;
      if (answer === null) continue;
      const reading = read(answer);
      if ("values" in reading) return this.#keep(reading.values);
      this.io.stderr(reading.complaint);
    }
    return false;
  }

  async choose({ text, choices }: Menu): Promise<boolean> {
    this.io.stderr(`${text}:`);
    for (const [index, { label }] of choices.entries()) this.io.stderr(`  ${index + 1}  ${label}`);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const typed = await this.io.talk.ask("Number [1]:");
      if (typed === null) return false;
      const choice = choices[Number(typed === "" ? "1" : typed) - 1];
      if (choice) {
        this.savesPassword ||= choice.label === SAVED_PASSWORD;
        this.#keep(choice.values);
        return choice.detail ? this.ask(choice.detail) : true;
      }
      this.io.stderr(`A number from 1 to ${choices.length}`);
    }
    return false;
  }

  #keep(values: readonly (readonly [key: string, value: TomlValue])[]): true {
    for (const [key, value] of values) this.chosen.set(key, value);
    return true;
  }
}
