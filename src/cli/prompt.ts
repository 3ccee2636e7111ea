/** Questions to the person at the terminal. Without a terminal every answer is null, at once. */
import type { Talk } from "../app/io.ts";
import { Secret } from "../lib/secret.ts";

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
  /** A typed password is a secret from the first moment. */
  readonly hide: (secret: Secret) => void;
}

/** Prompts on the terminal. */
export function openTalk(deps: PromptDeps): Talk {
  return {
    async askCode(question) {
      const answer = (await ask(question, false, deps))?.trim() ?? null;
      if (answer) deps.hide(new Secret(answer.replace(/\D/g, "")));
      return answer;
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
  return answer?.trim().toLowerCase() === "y";
}

async function ask(question: string, isHidden: boolean, deps: PromptDeps): Promise<string | null> {
  deps.signal.throwIfAborted();
  const input = deps.input();
  if (!input) return null;
  // Before the question: who types at once must not see the password either.
  if (isHidden) input.setRawMode(true);
  try {
    deps.prompt(`${question.trimEnd()} `);
    return await readLine(input, deps);
  } finally {
    if (isHidden) input.setRawMode(false);
    // The person's own line end was not echoed, or never typed.
    if (isHidden || deps.signal.aborted) deps.endPrompt();
  }
}

/** Reads one line; null at the end of input. In raw mode nothing is echoed. */
function readLine(input: TypedInput, { signal, interrupt }: PromptDeps): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const decoder = new TextDecoder();
  let typed = "";
  const onData = (chunk: Uint8Array | string) => {
    for (const key of typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })) {
      const step = press(typed, key);
      if (step.kind === "typed") typed = step.text;
      else if (step.kind === "interrupt") interrupt();
      else return resolve(step.answer);
    }
  };
  const onEnd = () => resolve(null);
  const onAbort = () => reject(signal.reason);
  input.on("data", onData);
  input.on("end", onEnd);
  signal.addEventListener("abort", onAbort, { once: true });
  input.resume();
  return promise.finally(() => {
    input.off("data", onData);
    input.off("end", onEnd);
    signal.removeEventListener("abort", onAbort);
    input.pause();
  });
}

type Step =
  { kind: "typed"; text: string } | { kind: "interrupt" } | { kind: "done"; answer: string | null };

/** What a key does to the line typed so far. */
function press(typed: string, key: string): Step {
  switch (key) {
    case "\r":
    case "\n":
      return { kind: "done", answer: typed };
    case "\u0003": // Ctrl-C
      return { kind: "interrupt" };
    case "\u0004": // Ctrl-D
      return typed === "" ? { kind: "done", answer: null } : { kind: "typed", text: typed };
    case "\u0015": // Ctrl-U
      return { kind: "typed", text: "" };
    case "\b":
    case "\u007f":
      return { kind: "typed", text: [...typed].slice(0, -1).join("") };
    default:
      return { kind: "typed", text: key < " " ? typed : typed + key };
  }
}
