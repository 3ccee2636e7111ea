import { expect, test } from "bun:test";
import { hasMeridiem, withoutMeridiemSpace } from "../../../src/plan/meridiem.ts";

test.each(["at 1.40 PM.PNG", "at 1.40\u00a0PM.PNG", "at 1.40\u202fPM.PNG", "at 1.40PM.PNG"])(
  "withoutMeridiemSpace() makes %j one of its variants",
  (name) => {
    expect(withoutMeridiemSpace(name)).toBe("at 1.40PM.PNG");
    expect(hasMeridiem(name)).toBe(true);
  },
);

test.each(["IMG_1.JPG", "PM.JPG", "stamp.jpg"])("hasMeridiem() is false for %j", (name) => {
  expect(hasMeridiem(name)).toBe(false);
});
