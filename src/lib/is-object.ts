/** True for an object that is neither null nor an array: what foreign JSON calls one. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
