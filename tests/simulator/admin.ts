/** The control desk under /__admin: clock, code, account, faults and log. For this machine only. */

import type { AccountAdmin } from "./account/account-admin.ts";
import { readWishes } from "./account/account-admin.ts";
import type { Faults } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import type { IncomingRequest, Part, SimulatorClock } from "./types.ts";

export interface AdminTools {
  readonly clock: SimulatorClock;
  readonly account: AccountAdmin;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Answers /__admin/library/*. */
  readonly library: Part;
  readonly newestConnection: () => number;
}

type Deed = (request: IncomingRequest, tools: AdminTools) => unknown;

const DEEDS: Readonly<Record<string, Deed>> = {
  "GET /code": (_request, { account }) => account.shownCode(),
  "GET /clock": (_request, { clock }) => ({ now: clock.now() }),
  "POST /clock": moveClock,
  "GET /log": ({ url }, { log }) => log.read(url.searchParams),
  "GET /log/summary": (_request, { log }) => log.summary(),
  "DELETE /log": (_request, { log }) => (log.clear(), { ok: true }),
  "GET /faults": (_request, { faults }) => faults.list(),
  "POST /faults": (request, { faults }) => (faults.add(JSON.parse(request.body)), faults.list()),
  "DELETE /faults": (_request, { faults }) => (faults.clear(), { ok: true }),
  "GET /account": (_request, tools) => describeAccount(tools),
  "POST /account": changeAccount,
  "POST /reset-sessions": resetSessions,
};

const PREFIX = "/__admin";
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export async function answerAdmin(request: IncomingRequest, tools: AdminTools): Promise<Response> {
  if (!LOOPBACK.has(request.url.hostname)) return reply(404, { error: "Not found" });
  const path = request.url.pathname.slice(PREFIX.length);
  try {
    const deed = DEEDS[`${request.method} ${path}`];
    if (deed) return reply(200, deed(request, tools));
    const answer = path.startsWith("/library/") ? await tools.library(request) : null;
    return answer ?? reply(404, { error: `No ${request.method} ${path} here` });
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) {
      return reply(400, { error: error.message });
    }
    throw error;
  }
}

function moveClock({ body }: IncomingRequest, { clock }: AdminTools) {
  const { advanceMs } = readWishes(JSON.parse(body));
  if (typeof advanceMs !== "number" || !Number.isFinite(advanceMs)) {
    throw new RangeError("Want advanceMs to be a number");
  }
  clock.advance(advanceMs);
  return { now: clock.now() };
}

function changeAccount({ body }: IncomingRequest, tools: AdminTools) {
  tools.account.change(readWishes(JSON.parse(body)), tools.newestConnection());
  return describeAccount(tools);
}

function resetSessions({ body }: IncomingRequest, { account }: AdminTools) {
  const wishes = readWishes(JSON.parse(body || "{}"));
  account.reset({ keepTrust: wishes["keepTrust"] === true });
  return { ok: true };
}

function describeAccount({ account }: AdminTools) {
  const { name, dsid, partition, settings } = account.account;
  return { name, dsid, partition, settings };
}

function reply(status: number, body: unknown): Response {
  return Response.json(body, { status });
}
