/** Makes one asset and its master from an admin's wish; what is not said is ordinary. */
import { sizeMin } from "../../media/content.ts";
import { kindNames, kinds, type Kind } from "../library/kinds.ts";
import { uuid } from "../library/random.ts";
import type { Library } from "../library/library.ts";
import { masterName } from "../library/renditions.ts";
import type { Asset, Master, NameForm, Sizes } from "../library/records.ts";
import { AdminError, type Input } from "./input.ts";

export function newAsset(library: Library, wish: Input): Asset {
  const nowMs = library.clock.now();
  const addedMs = wish.time("addedDate", nowMs);
  const burstId = wish.text("burstId", "");
  return {
    type: "CPLAsset",
    name: uuid(library.seed + 61, library.nextContentNumber()),
    seq: 0,
    createdMs: nowMs,
    modifiedMs: nowMs,
    isGone: false,
    master: newMaster(library, wish, addedMs),
    assetMs: wish.time("date", nowMs),
    addedMs,
    offsetSeconds: wish.values.offsetSeconds === null ? null : wish.number("offsetSeconds", 3600),
    isFavorite: wish.flag("favorite", false),
    isHidden: wish.flag("hidden", false),
    trash: null,
    edit: null,
    burst: burstId ? { id: burstId, isPick: wish.flag("burstPick", false) } : null,
    caption: wish.text("caption", ""),
    description: wish.text("description", ""),
    keywords: wish.texts("keywords"),
    location: readLocation(wish),
  };
}

function newMaster(library: Library, wish: Input, addedMs: number): Master {
  const kind = readKind(wish);
  // The same number, kind and sizes are the same bytes, as of a photo that is in two libraries.
  const contentNumber = wish.number("content", library.nextContentNumber());
  const sizes = readSizes(kind, wish);
  return {
    type: "CPLMaster",
    name: wish.text("masterName", "") || masterName(kind, contentNumber, sizes),
    seq: 0,
    createdMs: addedMs,
    modifiedMs: addedMs,
    isGone: false,
    kind,
    givenName: wish.text("name", "") || null,
    nameNumber: contentNumber,
    nameForm: readNameForm(wish),
    contentNumber,
    sizes,
    trash: null,
  };
}

function readKind(wish: Input): Kind {
  const asked = wish.text("kind", "jpeg");
  const name = kindNames.find((each) => each === asked);
  if (name) return kinds[name];
  throw new AdminError(`Cannot use kind "${asked}", want one of ${kindNames.join(", ")}`);
}

function readNameForm(wish: Input): NameForm {
  const form = wish.text("nameForm", "bytes");
  if (form === "bytes" || form === "string" || form === "missing") return form;
  throw new AdminError(`Cannot use nameForm "${form}", want bytes, string or missing`);
}

function readSizes(kind: Kind, wish: Input): Sizes {
  const sizes = {
    originalBytes: wish.number("bytes", 0),
    liveBytes: wish.number("liveBytes", 0),
  };
  const [original] = kind.parts;
  const least = original ? sizeMin(original.seed) : 0;
  if (sizes.originalBytes !== 0 && sizes.originalBytes < least) {
    throw new AdminError(`A ${kind.name} has at least ${least} bytes`);
  }
  return sizes;
}

function readLocation(wish: Input) {
  if (!wish.values.location) return null;
  const place = wish.object("location");
  return { latitude: Number(place.latitude), longitude: Number(place.longitude) };
}
