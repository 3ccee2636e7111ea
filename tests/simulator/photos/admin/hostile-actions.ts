/** hostile: one text in every place of a library that others can write into. */
import { relate } from "../library/albums.ts";
import { change } from "../library/changes.ts";
import type { Action } from "./admin.ts";
import { albumActions } from "./album-actions.ts";
import { Input } from "./input.ts";
import { newAsset } from "./new-asset.ts";

export const hostileActions: Readonly<Record<string, Action>> = {
  /** {text}: a photo, an album and a folder around it, names of records, and a zone in each database. */
  hostile: (input) => {
    const { library } = input;
    const text = input.text("text");
    for (const database of ["private", "shared"] as const) {
      const name = `SharedSync-${text}-${database}`;
      if (!library.findZone(database, name)) library.addZone({ name, database, assets: 1 });
    }
    const inZone = (values: Record<string, unknown>) => new Input(library, values);
    const [folder] = albumActions["album/create"]!(
      inZone({ name: text, type: "folder" }),
    ).recordNames;
    const [album] = albumActions["album/create"]!(
      inZone({ name: text, parentId: folder }),
    ).recordNames;
    const made = newAsset(
      library,
      inZone({
        name: `${text}.JPG`,
        caption: text,
        description: text,
        keywords: [text],
        date: "2024-01-05T12:00:00Z",
      }),
    );
    const asset = { ...made, name: `${made.name}${text.toWellFormed()}` };
    const relation = relate(asset, album!, 0);
    const zone = input.zone();
    return {
      recordNames: change(zone, library.clock.now(), asset.master, asset, relation),
    };
  },
};
