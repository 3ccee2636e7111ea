import { expect, test } from "bun:test";
import { wrongTags } from "../../../src/metadata/read-back.ts";
import type { Tag } from "../../../src/metadata/tags.ts";

const rows: { name: string; value: Tag["value"]; read: unknown; isSame: boolean; tag?: string }[] =
  [
    { name: "a text", value: "a", read: "a", isSame: true },
    { name: "another text", value: "a", read: "a ", isSame: false },
    { name: "a text that is a number", value: "2.50", read: "2.50", isSame: true },
    { name: "nothing", value: "a", read: undefined, isSame: false },
    { name: "a number as a text", value: 5, read: "5", isSame: true },
    { name: "a place a centimetre away", value: 48.12345678, read: "48.1234567", isSame: true },
    { name: "a place a metre away", value: 48.12345, read: "48.12346", isSame: false },
    { name: "a number that is none", value: 5, read: "five", isSame: false },
    { name: "a flag", value: true, read: "True", isSame: true },
    { name: "a list of one", value: ["a"], read: "a", isSame: true },
    { name: "a list", value: ["a", "b"], read: ["a", "b"], isSame: true },
    { name: "a shorter list", value: ["a", "b"], read: ["a"], isSame: false },
    { name: "a longer list", value: ["a"], read: ["a", "b"], isSame: false },
    { name: "another order", value: ["a", "b"], read: ["b", "a"], isSame: false },
    {
      name: "a place in other digits",
      value: "27.75720 -5.00000 0.000",
      read: "27.7572 -5 0",
      isSame: true,
    },
    { name: "a place near nowhere", value: "-0.00001 0.00000", read: "-1e-05 0", isSame: true },
    { name: "another place", value: "27.75720 5.00000", read: "27.7573 5", isSame: false },
    {
      name: "a place without its height",
      value: "1.00000 2.00000 3.000",
      read: "1 2",
      isSame: false,
    },
    { name: "another number", value: "007", read: "7", isSame: false },
    {
      name: "the same moment in another zone",
      value: "2024:05:06 05:08:09+00:00",
      read: "2024:05:06 07:08:09+02:00",
      isSame: true,
    },
    {
      name: "another moment",
      value: "2024:05:06 05:08:09+00:00",
      read: "2024:05:06 05:08:09+02:00",
      isSame: false,
    },
    { name: "what should be gone and is", value: null, read: undefined, isSame: true },
    { name: "what should be gone and is not", value: null, read: "a", isSame: false },
    {
      name: "the date of a movie, which cannot go",
      value: null,
      read: "0000:00:00",
      isSame: true,
      tag: "QuickTime:CreateDate",
    },
  ];
for (const { name, value, read, isSame, tag = "XMP-dc:Title" } of rows) {
  test(`wrongTags() takes ${name} for ${isSame ? "right" : "wrong"}`, () => {
    expect(wrongTags([{ name: tag, value }], { [tag]: read })).toEqual(isSame ? [] : [tag]);
  });
}
