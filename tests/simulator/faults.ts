/** The script of faults: which request gets which misfortune, and when. */

import { readAction, type FaultAction } from "./fault-action.ts";
import type { Service } from "./incoming.ts";
import type { IncomingRequest } from "./types.ts";

interface FaultRule {
  readonly name: string;
  readonly match: FaultMatch;
  /** Matching requests to let pass first. */
  readonly after: number;
  /** Matching requests to spoil then. */
  readonly times: number;
  readonly action: FaultAction;
}

/** Every given part must fit; path, body and query match when they contain the text. */
interface FaultMatch {
  readonly service?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly query?: string;
}

const MATCH_PARTS = ["service", "method", "path", "body", "query"] as const;

export class Faults {
  #rules: { rule: FaultRule; seen: number }[] = [];

  /** Takes one rule or a list as JSON brought them; throws a RangeError that says what is wrong. */
  add(wishes: unknown): void {
    const rules = (Array.isArray(wishes) ? wishes : [wishes]).map(readRule);
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  list() {
    return this.#rules.map(({ rule, seen }) => ({
      ...rule,
      times: Number.isFinite(rule.times) ? rule.times : "always",
      seen,
      isSpent: seen >= rule.after + rule.times,
    }));
  }

  /** The first rule whose turn it is; every rule that matches counts the request. */
  choose(service: Service, request: IncomingRequest): FaultRule | null {
    let chosen: FaultRule | null = null;
    for (const entry of this.#rules) {
      if (!isMatch(entry.rule.match, service, request)) continue;
      const isDue =
        entry.seen >= entry.rule.after && entry.seen < entry.rule.after + entry.rule.times;
      if (isDue && chosen !== null) continue;
      entry.seen += 1;
      if (isDue) chosen = entry.rule;
    }
    return chosen;
  }
}

function isMatch(match: FaultMatch, service: Service, request: IncomingRequest): boolean {
  if (match.service !== undefined && match.service !== service) return false;
  if (match.method !== undefined && match.method !== request.method) return false;
  if (match.path !== undefined && !request.url.pathname.includes(match.path)) return false;
  if (match.query !== undefined && !request.url.search.includes(match.query)) return false;
  return match.body === undefined || request.body.includes(match.body);
}

function readRule(wish: unknown): FaultRule {
  const { name = "", match = {}, after = 0, times = 1, action, ...rest } = readObject(wish, "rule");
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new RangeError(`Unknown part of a rule "${unknown}"`);
  return {
    name: String(name),
    match: readMatch(match),
    after: readCount(after, "after"),
    times: times === "always" ? Number.POSITIVE_INFINITY : readCount(times, "times"),
    action: readAction(action),
  };
}

function readMatch(value: unknown): FaultMatch {
  const match = readObject(value, "match");
  for (const [part, text] of Object.entries(match)) {
    if (!MATCH_PARTS.some((each) => each === part)) throw new RangeError(`Unknown match "${part}"`);
    if (typeof text !== "string") throw new RangeError(`Want match.${part} to be text`);
  }
  return match;
}

function readObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new RangeError(`Want ${what} to be an object`);
}

function readCount(value: unknown, what: string): number {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw new RangeError(`Want ${what} to be a whole number`);
}
