/** Questions to the person at the terminal. Without a terminal every answer is null, at once. */
import type { Talk } from "../app/io.ts";
import { Secret } from "../lib/secret.ts";
import { EMPTY_LINE, press, withoutSequences } from "./keys.ts";

/** The part of a terminal's input stream that is needed; process.stdin is one. */
export interface TypedInput {
  setRawMode(isRaw: boolean): unknown;
  on(event: "data" | "end", listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: "data" | "end", listener: (chunk: Uint8Array | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface PromptDeps {
  /** Opens the input; null when nobody can type. */
  readonly input: () => TypedInput | null;
  /** Shows a question without a line end. */
  readonly prompt: (text: string) => void;
  readonly endPrompt: () => void;
  readonly line: (text: string) => void;
  readonly signal: AbortSignal;
  /** Ctrl-C while the terminal does not turn it into a signal. */
  readonly interrupt: () => void;
  /** Ctrl-Z while the terminal does not turn it into a signal. */
  readonly suspend: () => void;
  /** Calls back when the process goes on after it was stopped; the result ends that. */
  readonly onContinue: (listener: () => void) => () => void;
  /** A typed password is a secret from the first moment. */
  readonly hide: (secret: Secret) => void;
}

/** Prompts on the terminal. */
export function openTalk(deps: PromptDeps): Talk {
  return {
    async askCode(question) {
      const line = await ask(question, false, deps);
      const answer = line === null ? null : withoutSequences(line).trim();
      if (answer) deps.hide(new Secret(answer.replace(/\D/g, "")));
      return answer;
    },
    async ask(question) {
      const line = await ask(question, false, deps);
      return line === null ? null : withoutSequences(line).trim();
    },
    async askPassword(question) {
      const answer = await ask(question, true, deps);
      if (!answer) return null;
      const secret = new Secret(answer);
      deps.hide(secret);
      return secret;
    },
    tell: deps.line,
  };
}

/** True for a typed `y` or `Y`, and for nothing else. */
export async function askYes(question: string, deps: PromptDeps): Promise<boolean> {
  const answer = await ask(question, false, deps);
  return (
    withoutSequences(answer ?? "")
      .trim()
      .toLowerCase() === "y"
  );
}

async function ask(question: string, isHidden: boolean, deps: PromptDeps): Promise<string | null> {
  deps.signal.throwIfAborted();
  const input = deps.input();
  if (!input) return null;
  const setRaw = (isRaw: boolean) => (isHidden ? input.setRawMode(isRaw) : undefined);
  const show = () => {
    // Before the question: who types at once must not see the password either.
    setRaw(true);
    deps.prompt(`${question.trimEnd()} `);
  };
  let answer: string | null = null;
  try {
    show();
    answer = await new Reader(input, deps, { show, setRaw }).line();
    return answer;
  } finally {
    setRaw(false);
    // The person's own line end was not echoed, or never typed.
    if (isHidden || answer === null) deps.endPrompt();
  }
}

interface Question {
  /** Shows it, and no longer what is typed where that must stay hidden. */
  show(): void;
  setRaw(isRaw: boolean): unknown;
}

/** A process that did not stop at once never will. */
const STOP_MS = 50;

/** Reads one line. Where nothing is echoed the keys are ours to understand. */
class Reader {
  readonly #answer = Promise.withResolvers<string | null>();
  readonly #decoder = new TextDecoder();
  #line = EMPTY_LINE;
  #isSuspended = false;

  constructor(
    private readonly input: TypedInput,
    private readonly deps: PromptDeps,
    private readonly question: Question,
  ) {}

  /** Null at the end of input. */
  line(): Promise<string | null> {
    const { input, deps } = this;
    const onData = (chunk: Uint8Array | string) => this.#take(chunk);
    const onEnd = () => this.#answer.resolve(null);
    const onAbort = () => this.#answer.reject(deps.signal.reason);
    const forget = deps.onContinue(() => this.#show());
    input.on("data", onData);
    input.on("end", onEnd);
    deps.signal.addEventListener("abort", onAbort, { once: true });
    input.resume();
    return this.#answer.promise.finally(() => {
      forget();
      input.off("data", onData);
      input.off("end", onEnd);
      deps.signal.removeEventListener("abort", onAbort);
      input.pause();
    });
  }

  #take(chunk: Uint8Array | string): void {
    // Meant for the shell.
    if (this.#isSuspended) return;
    const text = typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
    for (const key of text) {
      const step = press(this.#line, key);
      if (step.kind === "typed") this.#line = step.line;
      else if (step.kind === "interrupt") this.deps.interrupt();
      else if (step.kind === "suspend") return this.#suspend();
      else return this.#answer.resolve(step.answer);
    }
  }

  /** As the terminal would by itself, were it not for the hiding. What was typed so far is forgotten. */
  #suspend(): void {
    this.#line = EMPTY_LINE;
    this.#isSuspended = true;
    this.question.setRaw(false);
    this.deps.endPrompt();
    this.deps.suspend();
    // Runs when we are woken, or when nobody is there who could stop us.
    setTimeout(() => this.#isSuspended && this.#show(), STOP_MS);
  }

  #show(): void {
    this.#line = EMPTY_LINE;
    this.#isSuspended = false;
    if (!this.deps.signal.aborted) this.question.show();
  }
}
