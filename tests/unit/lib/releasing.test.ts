import { describe, expect, test } from "bun:test";
import { releasing } from "../../../src/lib/releasing.ts";

describe("releasing()", () => {
  const [work, release] = [new Error("work"), new Error("release")];
  const fails = (error: Error) => () => {
    throw error;
  };

  test("lets go after the work, and gives its result", async () => {
    const deeds: string[] = [];
    const result = await releasing(
      async () => deeds.push("work"),
      () => void deeds.push("release"),
    );
    expect([result, deeds]).toEqual([1, ["work", "release"]]);
  });

  test("lets go when the work fails, and throws its error even when letting go fails too", async () => {
    await expect(releasing(async () => fails(work)(), fails(release))).rejects.toBe(work);
  });

  test("throws what goes wrong with letting go after good work", async () => {
    await expect(releasing(async () => 1, fails(release))).rejects.toBe(release);
  });
});
