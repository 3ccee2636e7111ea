import { describe, expect, test } from "bun:test";
import { Counter } from "../../../src/sync/counter.ts";
import type { Event } from "../../../src/sync/events.ts";

const saved = (how: "downloaded" | "adopted" | "copied" | "linked" | "made"): Event => ({
  kind: "file-saved",
  path: "a",
  sizeBytes: 1,
  how,
});

describe("Counter", () => {
  test("counts files by how they came, and bytes of the network", () => {
    const counter = new Counter(() => undefined);
    const hows = ["downloaded", "downloaded", "adopted", "copied", "linked", "made"] as const;
    for (const how of hows) counter.observe(saved(how));
    counter.observe({ kind: "bytes", path: "a", count: 7 });
    counter.observe({ kind: "bytes", path: "b", count: 5 });
    counter.observe({ kind: "file-moved", from: "a", path: "b", isTrial: false });
    counter.observe({ kind: "file-unverified", path: "a" });
    expect(counter.counted).toEqual({
      filesDownloaded: 2,
      filesAdopted: 3,
      filesMoved: 1,
      filesLeft: 0,
      filesUnverified: 1,
      bytesDownloaded: 12,
    });
  });

  test("hands everything on, but says only once that links are not made here", () => {
    const heard: Event["kind"][] = [];
    const counter = new Counter(({ kind }) => void heard.push(kind));
    const events: Event[] = [
      { kind: "cycle-started", cycle: 1 },
      { kind: "links-unsupported", how: "hardlink" },
      saved("copied"),
      { kind: "links-unsupported", how: "hardlink" },
    ];
    for (const event of events) counter.observe(event);
    expect(heard).toEqual(["cycle-started", "links-unsupported", "file-saved"]);
  });
});
