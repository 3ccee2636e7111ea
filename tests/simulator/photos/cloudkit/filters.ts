/** Reads `filterBy`, which is an array in queries and a single object in count batches. */
import { asObject } from "./call.ts";

export interface Filters {
  number(field: string): number | null;
  text(field: string): string | null;
  texts(field: string): readonly string[];
}

export function readFilters(filterBy: unknown): Filters {
  const values = new Map<string, unknown>();
  for (const filter of Array.isArray(filterBy) ? filterBy : [filterBy]) {
    const { fieldName, fieldValue } = asObject(filter);
    if (typeof fieldName === "string") values.set(fieldName, asObject(fieldValue).value);
  }
  return {
    number(field) {
      const value = Number(values.get(field));
      return values.has(field) && Number.isFinite(value) ? value : null;
    },
    text(field) {
      const value = values.get(field);
      return typeof value === "string" ? value : null;
    },
    texts(field) {
      const value = values.get(field);
      const list: unknown[] = Array.isArray(value) ? value : [value];
      return list.filter((each) => typeof each === "string");
    },
  };
}
