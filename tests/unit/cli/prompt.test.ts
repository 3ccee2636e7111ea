import { describe, expect, test } from "bun:test";
import { askYes, openTalk, type PromptDeps, type TypedInput } from "../../../src/cli/prompt.ts";
import { until } from "../../support/until.ts";
import type { Secret } from "../../../src/lib/secret.ts";

type Listener = (chunk: Uint8Array | string) => void;

/** A terminal on which a test types. */
function keyboard() {
  const listeners = { data: new Set<Listener>(), end: new Set<Listener>() };
  const raw: boolean[] = [];
  const input: TypedInput = {
    setRawMode: (isRaw) => raw.push(isRaw),
    on: (event, listener) => listeners[event].add(listener),
    off: (event, listener) => listeners[event].delete(listener),
    resume() {},
    pause() {},
  };
  const type = (text: string) => listeners.data.forEach((listen) => listen(Buffer.from(text)));
  const close = () => listeners.end.forEach((listen) => listen(""));
  return { input, raw, type, close };
}

function talkOn(input: TypedInput | null, controller = new AbortController()) {
  const shown: string[] = [];
  const secrets: Secret[] = [];
  const continued = new Set<() => void>();
  let interrupts = 0;
  let suspensions = 0;
  const deps: PromptDeps = {
    input: () => input,
    prompt: (text) => void shown.push(text),
    endPrompt: () => void shown.push("\n"),
    line: (text) => void shown.push(text),
    signal: controller.signal,
    interrupt: () => {
      interrupts++;
      controller.abort(new Error("stopped"));
    },
    suspend: () => void suspensions++,
    onContinue: (listener) => {
      continued.add(listener);
      return () => continued.delete(listener);
    },
    hide: (secret) => void secrets.push(secret),
  };
  const talk = openTalk(deps);
  const wake = () => continued.forEach((listen) => listen());
  const counts = { interrupts: () => interrupts, suspensions: () => suspensions };
  return { talk, deps, shown, secrets, controller, wake, continued, ...counts };
}

describe("askCode()", () => {
  const rows = [
    { name: "a line, trimmed", keys: " 123 456 \n", is: "123 456" },
    { name: "an empty line as a wish for a new code", keys: "\n", is: "" },
  ];
  for (const { name, keys, is } of rows) {
    test(`returns ${name}`, async () => {
      const { input, type, raw } = keyboard();
      const { talk, shown } = talkOn(input);
      const answer = talk.askCode("Code:");
      type(keys);
      expect(await answer).toBe(is);
      expect(shown).toEqual(["Code: "]);
      expect(raw).toEqual([]);
    });
  }
  test("returns null at the end of input", async () => {
    const { input, close } = keyboard();
    const { talk, shown } = talkOn(input);
    const answer = talk.askCode("Code:");
    close();
    expect(await answer).toBeNull();
    // Whatever is said next begins a line of its own.
    expect(shown).toEqual(["Code: ", "\n"]);
  });
  test("returns null at once without a terminal, and asks nothing", async () => {
    const { talk, shown } = talkOn(null);
    expect(await talk.askCode("Code:")).toBeNull();
    expect(shown).toEqual([]);
  });
  test("ends when kei is asked to stop", async () => {
    const { talk, controller } = talkOn(keyboard().input);
    const answer = talk.askCode("Code:");
    controller.abort(new Error("stopped"));
    await expect(answer).rejects.toThrow("stopped");
  });
});

describe("askPassword()", () => {
  test("stops echoing before the question is seen, and starts again when the question cannot be shown", async () => {
    const { input, raw } = keyboard();
    const { deps } = talkOn(input);
    let rawAtQuestion: readonly boolean[] | null = null;
    const prompt = () => {
      rawAtQuestion ??= [...raw];
      throw new Error("no terminal");
    };
    await openTalk({ ...deps, prompt })
      .askPassword("Password:")
      .catch(() => null);
    expect([rawAtQuestion, raw]).toEqual([[true], [true, false]]);
  });
  const rows = [
    { name: "a line, blanks kept", keys: [" pass word \r"], is: " pass word " },
    { name: "corrections", keys: ["ab\u007fc", "é\u007f", "\r"], is: "ac" },
    { name: "a line begun anew", keys: ["wrong\u0015right\r"], is: "right" },
    { name: "no control keys", keys: ["a\u001bb\u0001\u0012\r"], is: "ab" },
    { name: "a word less", keys: ["one two  \u0017three\u0017\u0017\u0017x\r"], is: "x" },
    { name: "no arrows", keys: ["a\u001b[Ab\u001b[1;5C\u001bOPc\u001b[3~\r"], is: "abc" },
    { name: "no arrows in pieces", keys: ["a\u001b", "[", "A", "b\u001b[20", "0~c\r"], is: "abc" },
    { name: "a line that ends in half a sequence", keys: ["a\u001b[\r"], is: "a" },
  ];
  for (const { name, keys, is } of rows) {
    test(`returns ${name}`, async () => {
      const { input, type, raw } = keyboard();
      const { talk, secrets } = talkOn(input);
      const answer = talk.askPassword("Password:");
      keys.forEach(type);
      expect((await answer)?.reveal()).toBe(is);
      expect(secrets.map((secret) => secret.reveal())).toEqual([is]);
      expect(raw).toEqual([true, false]);
    });
  }
  for (const [name, keys] of [
    ["Ctrl-D", "\u0004"],
    ["an empty line", "\r"],
  ] as const) {
    test(`returns null on ${name}`, async () => {
      const { input, type } = keyboard();
      const answer = talkOn(input).talk.askPassword("Password:");
      type(keys);
      expect(await answer).toBeNull();
    });
  }
  test("never takes what follows Ctrl-Z, and asks anew when it goes on", async () => {
    const { input, type, raw } = keyboard();
    const { talk, shown, suspensions, wake, continued } = talkOn(input);
    const answer = talk.askPassword("Password:");
    type("half\u001arest\r");
    expect([suspensions(), raw]).toEqual([1, [true, false]]);
    type("ls -l\r");
    wake();
    expect(raw).toEqual([true, false, true]);
    type("whole\r");
    expect((await answer)?.reveal()).toBe("whole");
    expect(shown).toEqual(["Password: ", "\n", "Password: ", "\n"]);
    expect([raw, continued.size]).toEqual([[true, false, true, false], 0]);
  });
  test("asks anew after Ctrl-Z when nobody could stop it", async () => {
    const { input, type, raw } = keyboard();
    const { talk } = talkOn(input);
    const answer = talk.askPassword("Password:");
    type("half\u001a");
    await until("the question to come again", () => raw.length === 3);
    type("whole\r");
    expect((await answer)?.reveal()).toBe("whole");
  });
  test("forgets what was typed before somebody else stopped it", async () => {
    const { input, type } = keyboard();
    const { talk, wake, shown } = talkOn(input);
    const answer = talk.askPassword("Password:");
    type("half");
    wake();
    type("whole\r");
    expect((await answer)?.reveal()).toBe("whole");
    expect(shown).toEqual(["Password: ", "Password: ", "\n"]);
  });
  test("turns Ctrl-C into the wish to stop, and gives the terminal back", async () => {
    const { input, type, raw } = keyboard();
    const { talk, interrupts } = talkOn(input);
    const answer = talk.askPassword("Password:");
    type("\u0003");
    await expect(answer).rejects.toThrow("stopped");
    expect(interrupts()).toBe(1);
    expect(raw).toEqual([true, false]);
  });
  test("joins a character that arrives in two pieces", async () => {
    const { input } = keyboard();
    const listeners: Listener[] = [];
    const split: TypedInput = {
      ...input,
      on: (event, listen) => event === "data" && listeners.push(listen),
    };
    const answer = talkOn(split).talk.askPassword("Password:");
    for (const byte of Buffer.from("ü\r"))
      listeners.forEach((listen) => listen(Uint8Array.of(byte)));
    expect((await answer)?.reveal()).toBe("ü");
  });
});

describe("askYes()", () => {
  const rows: { keys: string; is: boolean }[] = [
    { keys: "y\n", is: true },
    { keys: " Y \r", is: true },
    { keys: "n\n", is: false },
    { keys: "yes\n", is: false },
    { keys: "\n", is: false },
    { keys: "\u001b[A\u001b[1;5Dy\n", is: true },
  ];
  for (const { keys, is } of rows) {
    test(`takes ${JSON.stringify(keys)} for ${is ? "yes" : "no"}`, async () => {
      const { input, type } = keyboard();
      const { deps, shown } = talkOn(input);
      const answer = askYes("Delete? [y/N] ", deps);
      type(keys);
      expect(await answer).toBe(is);
      expect(shown).toEqual(["Delete? [y/N] "]);
    });
  }
  test("takes the end of input and nobody there for no", async () => {
    const { input, close } = keyboard();
    const answer = askYes("Delete?", talkOn(input).deps);
    close();
    expect(await answer).toBe(false);
    const nobody = talkOn(null);
    expect(await askYes("Delete?", nobody.deps)).toBe(false);
    expect(nobody.shown).toEqual([]);
  });
});
