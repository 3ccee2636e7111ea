/** Decides what one request is answered: the true answer, a fault's, or a mixture of both. */

import type { AccountParts } from "./account/create-account-parts.ts";
import { addCloudKitHeaders } from "./cloudkit-headers.ts";
import { falseAnswer, spoil, withoutRange } from "./fault-answer.ts";
import { replacesAnswer, type FaultAction } from "./fault-action.ts";
import type { Service } from "./incoming.ts";
import type { Wire } from "./send.ts";
import type { IncomingRequest, Part } from "./types.ts";

export interface Services {
  readonly account: AccountParts;
  readonly cloudkit: Part;
  readonly content: Part;
}

/** "drop" ends the connection without an answer, "hang" never answers. */
export type Answer = { readonly response: Response; readonly wire: Wire } | "drop" | "hang";

export async function answer(
  service: Service,
  request: IncomingRequest,
  { services, action }: { services: Services; action: FaultAction | null },
): Promise<Answer> {
  if (!action) return { response: await trueAnswer(service, request, services), wire: {} };
  if (action.delayMs !== undefined) await Bun.sleep(action.delayMs);
  if (action.killSession) services.account.admin.killSessions();
  const isReplaced = replacesAnswer(action);
  const asked = action.ignoreRange ? withoutRange(request) : request;
  const truth = isReplaced && !action.process ? null : await trueAnswer(service, asked, services);
  if (action.reset) return "drop";
  if (action.hang === true) return "hang";
  const response = isReplaced || !truth ? falseAnswer(action) : truth;
  return { response: await spoil(response, action, request), wire: wireOf(action) };
}

async function trueAnswer(
  service: Service,
  request: IncomingRequest,
  { account, cloudkit, content }: Services,
): Promise<Response> {
  const notFound = () => new Response("", { status: 404 });
  switch (service) {
    case "auth":
      return (await account.auth(request)) ?? notFound();
    case "setup":
      return (await account.setup(request)) ?? notFound();
    case "content":
      return (await content(request)) ?? notFound();
    case "cloudkit": {
      const response = (await cloudkit(request)) ?? notFound();
      return addCloudKitHeaders(response, { partition: account.gate.partition });
    }
  }
}

function wireOf({ cutAfterBytes, chunked, drip, hang, endlessBody }: FaultAction): Wire {
  return {
    cutAfterBytes,
    chunked,
    dripBytesPerSecond: drip,
    isEndless: endlessBody,
    hangAfterBytes: typeof hang === "number" ? hang : undefined,
  };
}
