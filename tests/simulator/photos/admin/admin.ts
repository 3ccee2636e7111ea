/**
 * Switches and questions for tests, under `/__admin/library`.
 *
 * GET   /__admin/library/summary         zones, counts, quirks
 * GET   /__admin/library/manifest        one JSON line for each asset; ?zone= &sha256=1
 * POST  /__admin/library/<action>        changes the library as people and Apple do
 *
 * Every action takes a JSON object and answers with the names of the records it changed.
 */
import type { IncomingRequest, Part } from "../../types.ts";
import type { Library } from "../library/library.ts";
import { albumActions } from "./album-actions.ts";
import { assetActions } from "./asset-actions.ts";
import { hostileActions } from "./hostile-actions.ts";
import { AdminError, Input } from "./input.ts";
import { manifest } from "./manifest.ts";
import { stateActions } from "./state-actions.ts";
import { summary } from "./summary.ts";
import { zoneActions } from "./zone-actions.ts";
import { quirkActions } from "./quirk-actions.ts";

/** Changes the library; the result is sent as JSON. */
export type Action = (input: Input) => ActionResult;
export type ActionResult = { readonly recordNames: readonly string[] } & Readonly<
  Record<string, unknown>
>;

const actions: Readonly<Record<string, Action>> = {
  ...assetActions,
  ...stateActions,
  ...albumActions,
  ...zoneActions,
  ...quirkActions,
  ...hostileActions,
};

const root = "/__admin/library";

export function adminPart(library: Library): Part {
  return (request) => {
    const { pathname } = request.url;
    if (pathname !== root && !pathname.startsWith(`${root}/`)) return null;
    const path = pathname.slice(root.length + 1);
    try {
      return request.method === "GET" ? ask(library, path, request) : act(library, path, request);
    } catch (cause) {
      // A size below the seed's is a RangeError, text that is no JSON a SyntaxError.
      const known = [AdminError, RangeError, SyntaxError];
      if (!known.some((kind) => cause instanceof kind)) throw cause;
      return Response.json({ error: (cause as Error).message }, { status: 400 });
    }
  };
}

function ask(library: Library, path: string, { url }: IncomingRequest): Response {
  if (path === "" || path === "summary") return Response.json(summary(library));
  if (path === "manifest") {
    const values = Object.fromEntries(url.searchParams);
    return manifest(new Input(library, values).zone(), values.sha256 === "1");
  }
  return unknown(path);
}

function act(library: Library, path: string, request: IncomingRequest): Response {
  const action = actions[path];
  if (!action) return unknown(path);
  const values = JSON.parse(request.body || "{}") as Record<string, unknown>;
  return Response.json(action(new Input(library, values)));
}

function unknown(path: string): Response {
  const error = `There is no "${path}"; POST one of ${Object.keys(actions).join(", ")}`;
  return Response.json({ error }, { status: 404 });
}
