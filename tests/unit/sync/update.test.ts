import { describe, expect, test } from "bun:test";
import type { Event } from "../../../src/sync/events.ts";
import type { Moved } from "../../../src/sync/relayout.ts";
import { Update } from "../../../src/sync/update.ts";

const ZONE = {
  id: 1,
  name: "PrimarySync",
  owner: null,
  database: "private",
  token: "t",
  listing: 1,
};

interface Wish {
  readonly relayout?: boolean;
  readonly retryFailed?: boolean;
  readonly isReplanned?: boolean;
  readonly isRearranged?: boolean;
  readonly hasNews?: boolean;
  readonly listingFaults?: number;
  readonly renamedFiles?: number;
  /** What each pass of moving comes to. */
  readonly passes?: readonly Moved[];
  /** How many files would be named otherwise. */
  readonly otherwise?: number;
}

/** Runs an update of one zone, and tells what was done, in order, and what was said. */
async function deedsOf(wish: Wish): Promise<{ deeds: string[]; said: string[] }> {
  const deeds: string[] = [];
  const events: Event[] = [];
  const passes = [...(wish.passes ?? [])];
  const zone = { ...ZONE, database: "private" as const };
  await new Update({
    memory: { zones: { all: () => [zone] } },
    options: {
      relayout: wish.relayout ?? false,
      retryFailed: wish.retryFailed ?? false,
      isRepair: false,
    },
    settings: {
      isReplanned: wish.isReplanned ?? false,
      isRearranged: wish.isRearranged ?? false,
      note: () => void deeds.push("note settings"),
    },
    scope: { zones: () => [zone] },
    refresh: {
      counts: { listingFaults: wish.listingFaults ?? 0 },
      hasNews: wish.hasNews ?? false,
      renamedFiles: wish.renamedFiles ?? 0,
      run: async () => void deeds.push("ask Apple"),
      zone: () => ({ replan: (isAnew) => void deeds.push(`replan${isAnew ? " anew" : ""}`) }),
    },
    relayout: {
      all: async () => {
        deeds.push("move");
        return passes.shift() ?? { moved: 0, left: 0 };
      },
      count: () => {
        deeds.push("count moves");
        return wish.otherwise ?? 0;
      },
    },
    observe: (event) => void events.push(event),
  }).run();
  const said = events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
  return { deeds, said };
}

describe("Update.run()", () => {
  const moved = (files: number, left = 0): Moved => ({ moved: files, left });
  const rows: { name: string; wish: Wish; deeds: string[] }[] = [
    { name: "asks Apple and notes the settings", wish: {}, deeds: ["ask Apple", "note settings"] },
    { name: "asks nobody for what is known", wish: { retryFailed: true }, deeds: [] },
    {
      name: "keeps the settings new when a zone could not be refreshed",
      wish: { listingFaults: 1, isReplanned: true },
      deeds: ["ask Apple"],
    },
    {
      name: "counts what other settings would name otherwise",
      wish: { isReplanned: true },
      deeds: ["ask Apple", "note settings", "count moves"],
    },
    {
      name: "plans nothing again after moving nothing",
      wish: { relayout: true },
      deeds: ["move", "ask Apple", "note settings"],
    },
    {
      name: "plans again what joins files that moved",
      wish: { relayout: true, passes: [moved(1)] },
      deeds: ["move", "ask Apple", "note settings", "replan anew"],
    },
    {
      name: "leaves that to the refresh when the settings are new",
      wish: { relayout: true, isReplanned: true, passes: [moved(1)] },
      deeds: ["move", "ask Apple", "note settings"],
    },
    {
      name: "plans again by new settings when nobody is asked",
      wish: { relayout: true, isReplanned: true, retryFailed: true, passes: [moved(1)] },
      deeds: ["move", "replan anew"],
    },
    {
      name: "moves again what news brought",
      wish: { relayout: true, hasNews: true, passes: [moved(0), moved(2)] },
      deeds: ["move", "ask Apple", "note settings", "move", "replan anew"],
    },
    {
      name: "moves only after listing when files are arranged in another way",
      wish: { relayout: true, isReplanned: true, isRearranged: true, passes: [moved(2)] },
      deeds: ["ask Apple", "note settings", "move", "replan anew"],
    },
    {
      name: "moves nothing more when a zone could not be refreshed",
      wish: { relayout: true, hasNews: true, listingFaults: 1, passes: [moved(1)] },
      deeds: ["move", "ask Apple"],
    },
  ];
  for (const { name, wish, deeds } of rows) {
    test(name, async () => expect((await deedsOf(wish)).deeds).toEqual(deeds));
  }

  const remarks: { name: string; wish: Wish; said: string[] }[] = [
    { name: "nothing", wish: { isReplanned: true }, said: [] },
    {
      name: "places by other settings",
      wish: { isReplanned: true, otherwise: 2 },
      said: ["Saved files that today's settings would name otherwise, left where they are: 2"],
    },
    {
      name: "renamed albums",
      wish: { renamedFiles: 1 },
      said: ["Saved files of renamed albums, left where they are: 1"],
    },
    {
      name: "files that could not be moved",
      wish: { relayout: true, passes: [moved(1, 3)] },
      said: ["Saved files that could not be moved, left where they are: 3"],
    },
    {
      name: "files that could not be moved in the end",
      wish: { relayout: true, hasNews: true, passes: [moved(1, 3), moved(1, 0)] },
      said: [],
    },
  ];
  for (const { name, wish, said } of remarks) {
    test(`says of ${name} what is so`, async () =>
      expect((await deedsOf(wish)).said).toEqual(said));
  }
});
