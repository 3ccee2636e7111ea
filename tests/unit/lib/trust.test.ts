import { expect, test } from "bun:test";
import { distrustOf } from "../../../src/lib/trust.ts";

const rows = [
  { name: "our own", uid: 1000, mode: 0o100644, me: 1000, remedy: null },
  { name: "root's", uid: 0, mode: 0o100644, me: 1000, remedy: null },
  { name: "another user's", uid: 1001, mode: 0o100600, me: 1000, remedy: "chown 1000 /c.toml" },
  { name: "a user's, read by root", uid: 1000, mode: 0o100600, me: 0, remedy: "chown 0 /c.toml" },
  { name: "open to the group", uid: 1000, mode: 0o100664, me: 1000, remedy: "chmod go-w /c.toml" },
  { name: "open to all", uid: 1000, mode: 0o100602, me: 1000, remedy: "chmod go-w /c.toml" },
  { name: "root's, open to all", uid: 0, mode: 0o100666, me: 1000, remedy: "chmod go-w /c.toml" },
  { name: "on a system without users", uid: 7, mode: 0o100666, me: null, remedy: null },
];

for (const { name, uid, mode, me, remedy } of rows) {
  test(`distrustOf() a file that is ${name}`, () => {
    expect(distrustOf({ path: "/c.toml", uid, mode }, me)?.remedy ?? null).toBe(remedy);
  });
}
