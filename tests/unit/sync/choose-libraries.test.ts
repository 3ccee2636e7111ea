import { describe, expect, test } from "bun:test";
import { AuthError, UsageError } from "../../../src/lib/errors.ts";
import { chooseLibraries } from "../../../src/sync/choose-libraries.ts";
import { ZONE } from "../../support/engine/records.ts";

const SHARED = { ...ZONE, name: "SharedSync-1", database: "shared" } as const;
const APP = { ...ZONE, name: "AppLibraryZone-1" };

describe("chooseLibraries()", () => {
  test("takes libraries by name, and no zone of another kind", () => {
    expect(chooseLibraries([ZONE, SHARED, APP], ["PrimarySync"])).toEqual([ZONE]);
    expect(chooseLibraries([ZONE, SHARED, APP], ["SharedSync-1"])).toEqual([SHARED]);
    expect(chooseLibraries([ZONE, SHARED, APP], ["all"])).toEqual([ZONE, SHARED]);
    expect(chooseLibraries([ZONE, SHARED], [SHARED.name, ZONE.name])).toEqual([ZONE, SHARED]);
  });

  test("says which there are when a name is wrong", () => {
    const act = () => chooseLibraries([ZONE, SHARED, APP], ["all", "X"]);
    expect(act).toThrow(UsageError);
    expect(act).toThrow('There is no library "X"');
    expect(() => chooseLibraries([], ["X"])).toThrow(UsageError);
    expect(hintOf(act)).toBe(
      "there is PrimarySync, SharedSync-1; kei list libraries shows them all",
    );
    expect(hintOf(() => chooseLibraries([], ["X"]))).toStartWith("there is none;");
  });

  test("says that iCloud Photos is off when the account's own library is missing", () => {
    expect(() => chooseLibraries([SHARED], ["PrimarySync"])).toThrow(AuthError);
    expect(chooseLibraries([], ["all"])).toEqual([]);
  });
});

function hintOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return (error as UsageError).hint;
  }
  return undefined;
}
