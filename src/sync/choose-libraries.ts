/** Which of the zones of an account are libraries that were asked for by name. */
import { AuthError, UsageError } from "../lib/errors.ts";
import type { Zone } from "../photos/page.ts";
import { PRIMARY, zoneKind } from "../photos/zones.ts";

/** The libraries of these names, `all` meaning each; throws an error that says what there is when one is missing. */
export function chooseLibraries<One extends Zone>(
  zones: readonly One[],
  names: readonly string[],
): One[] {
  const libraries = zones.filter((zone) => zoneKind(zone) === "library");
  for (const name of names) {
    if (name !== "all" && !libraries.some((zone) => zone.name === name)) {
      throw unknownLibrary(name, libraries);
    }
  }
  return libraries.filter((zone) => names.includes("all") || names.includes(zone.name));
}

function unknownLibrary(name: string, libraries: readonly Zone[]): Error {
  if (name === PRIMARY) {
    return new AuthError("not-set-up", "This account has no iCloud Photos library", {
      hint: "turn on iCloud Photos on a device, or check the account name",
    });
  }
  const names = libraries.map((zone) => zone.name).join(", ");
  const hint = `there is ${names || "none"}; kei list libraries shows them all`;
  return new UsageError(`There is no library "${name}"`, hint, "merged");
}
