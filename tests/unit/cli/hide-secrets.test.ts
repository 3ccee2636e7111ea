import { expect, test } from "bun:test";
import { hideSecrets } from "../../../src/cli/flags.ts";
import { takeArguments } from "../../../src/cli/hidden-arguments.ts";

const rows: readonly (readonly [string[], string[]])[] = [
  [
    ["sync", "-p", "hunter2"],
    ["sync", "-p", "********"],
  ],
  [
    ["sync", "-phunter2"],
    ["sync", "-p********"],
  ],
  [
    ["sync", "-p=hunter2"],
    ["sync", "-p********"],
  ],
  [
    ["--password", "hunter2", "login"],
    ["--password", "********", "login"],
  ],
  [
    ["login", "--password=hunter2"],
    ["login", "--password=********"],
  ],
  [
    ["-p", "one", "-p", "two"],
    ["-p", "********", "-p", "********"],
  ],
  [
    ["-hp", "hunter2"],
    ["-hp", "********"],
  ],
  [
    ["-p", "-dashed"],
    ["-p", "********"],
  ],
  [
    ["-p", "Ä \u{1F511}x", "-u", "me"],
    ["-p", "********", "-u", "me"],
  ],
  [
    ["sync", "-u", "hunter2", "--", "-p", "x"],
    ["sync", "-u", "hunter2", "--", "-p", "x"],
  ],
  [
    ["sync", "--password"],
    ["sync", "--password"],
  ],
  [
    ["sync", "--password-file", "hunter2"],
    ["sync", "--password-file", "hunter2"],
  ],
  [[], []],
];

for (const [argv, shown] of rows) {
  test(`hideSecrets() of ${JSON.stringify(argv)}`, () => {
    expect(hideSecrets(argv)).toEqual(shown);
  });
}

test("takeArguments() of a kei that is no executable gives the words as they are", () => {
  const env = { HOME: "/" };
  expect(takeArguments(["-p", "hunter2"], env)).toEqual(["-p", "hunter2"]);
});

for (const pipe of ["", "0", "1", "no number", "-1", "999999"]) {
  test(`takeArguments() is not misled by a variable that names "${pipe}" as the pipe`, () => {
    const env: NodeJS.ProcessEnv = { KEI_ARGUMENTS_PIPE: pipe };
    expect(takeArguments(["login"], env)).toEqual(["login"]);
    expect(env).toEqual({});
  });
}
