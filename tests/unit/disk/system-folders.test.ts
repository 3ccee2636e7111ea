import { expect, test } from "bun:test";
import { isSystemFolder } from "../../../src/disk/system-folders.ts";

const SYSTEM = [
  "/",
  "/etc",
  "/etc/photos",
  "/usr",
  "/usr/share/photos",
  "/dev/disk",
  "/proc/1",
  "/var",
  "/root",
];
const PERSONAL = [
  "/home/me/photos",
  "/root/photos",
  "/var/lib/photos",
  "/usr/local/photos",
  "/dev/shm/photos",
  "/mnt",
  "/etcetera",
  "/volume1/photo",
];

test("isSystemFolder() knows folders of the system and what is below them", () => {
  expect(SYSTEM.filter((path) => !isSystemFolder(path))).toEqual([]);
  expect(PERSONAL.filter(isSystemFolder)).toEqual([]);
});
