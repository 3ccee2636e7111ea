/** Values as a configuration file writes them. */

export type TomlValue = string | number | boolean | readonly string[];

export function tomlValue(value: TomlValue): string {
  if (typeof value === "object") return `[${value.map(tomlText).join(", ")}]`;
  return typeof value === "string" ? tomlText(value) : String(value);
}

/** A text in quotes; what a terminal would obey, or nobody can see, is escaped. */
function tomlText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu,
    (character) => {
      const code = character.codePointAt(0)!.toString(16);
      return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
    },
  );
}

/** `retry.delay` of `download.retry.delay` is in the section `download.retry`; the top level has the empty name. */
export function splitKey(key: string): { section: string; name: string } {
  const dot = key.lastIndexOf(".");
  return { section: key.slice(0, Math.max(dot, 0)), name: key.slice(dot + 1) };
}
