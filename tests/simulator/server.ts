/**
 * A pretend iCloud on 127.0.0.1: sign-in, setup, CloudKit and content behind one port, told apart by path.
 *
 * It promises that a client which works with Apple works with it, that each request is counted before it is answered,
 * and that faults come exactly where the script puts them. It never imports the program under test, never listens on
 * another interface, and keeps all state in memory: stopping forgets everything.
 *
 * account/ is the sign-in and setup hosts and the gate of CloudKit; photos/ is the library, CloudKit and the content
 * host; what stands beside this file is the wire, the faults, the log and the control desk under /__admin.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAccountParts } from "./account/create-account-parts.ts";
import { answerAdmin, type AdminTools } from "./admin.ts";
import { answer, type Services } from "./answer.ts";
import { createClock } from "./clock.ts";
import { Faults } from "./faults.ts";
import { hostileFaults, hostilePhotos } from "./hostile.ts";
import { readRequest, serviceOf } from "./incoming.ts";
import { DEFAULT_OPTIONS, type SimulatorOptions } from "./options.ts";
import { createPhotos } from "./photos/index.ts";
import { RequestLog, type LogEntry } from "./request-log.ts";
import { closed, send } from "./send.ts";
import type { IncomingRequest } from "./types.ts";

export interface Simulator {
  /** As in http://127.0.0.1:8080, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Desk extends AdminTools {
  readonly options: SimulatorOptions;
  readonly services: Services;
}

export async function startSimulator(wishes: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const options = { ...DEFAULT_OPTIONS, ...wishes };
  const connections = new Connections();
  const desk = await createDesk(options, connections);
  const server = createServer((message, out) => {
    const connection = connections.numberOf(message.socket);
    void serve(message, out, { desk, connection }).catch((error: unknown) => giveUp(out, error));
  });
  // Pooled connections outlive any pause of a test; Node's five seconds would look like faults.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(server) };
}

async function createDesk(options: SimulatorOptions, connections: Connections): Promise<Desk> {
  const clock = createClock();
  const account = createAccountParts(options, clock);
  const wishes = { ...options, ...hostilePhotos(options.hostile) };
  const photos = createPhotos({ options: wishes, clock, gate: account.gate });
  const faults = new Faults();
  faults.add(hostileFaults(options.hostile));
  return {
    options,
    clock,
    account: account.admin,
    faults,
    log: new RequestLog(options.logLimit),
    library: photos.admin,
    services: { account, cloudkit: photos.cloudkit, content: photos.content },
    newestConnection: () => connections.newest,
  };
}

async function serve(
  message: IncomingMessage,
  out: ServerResponse,
  { desk, connection }: { desk: Desk; connection: number },
): Promise<void> {
  const { cookieDomain } = desk.options;
  const request = await readRequest(message, { cookieDomain, connection });
  const service = serviceOf(request.url.pathname);
  if (service === "admin") {
    await send(await answerAdmin(request, desk), out, {});
    return;
  }
  const entry = desk.log.start(service, request, desk.clock.now());
  try {
    await serveLogged(request, out, { desk, entry });
  } catch (error) {
    entry.error = String(error);
    throw error;
  }
}

/** A client that went away is none of our business; anything else is a bug of the simulator, told aloud. */
function giveUp(out: ServerResponse, error: unknown): void {
  if (out.destroyed || out.req.destroyed) return;
  console.error(`simulator: ${out.req.method} ${out.req.url}:`, error);
  if (!out.headersSent) out.writeHead(500);
  out.end();
}

async function serveLogged(
  request: IncomingRequest,
  out: ServerResponse,
  { desk, entry }: { desk: Desk; entry: LogEntry },
): Promise<void> {
  const { service } = entry;
  const rule = desk.faults.choose(service, request);
  if (rule) entry.fault = rule.name || Object.keys(rule.action).join("+");
  const { services } = desk;
  const outcome = await answer(service, request, { services, action: rule?.action ?? null });
  if (outcome === "drop") {
    out.socket?.destroy();
    return;
  }
  if (outcome === "hang") return closed(out);
  entry.status = outcome.response.status;
  desk.log.finish(entry, await send(outcome.response, out, outcome.wire));
}

/** Numbers connections in the order they were opened. */
class Connections {
  readonly #numbers = new WeakMap<Socket, number>();
  newest = 0;

  numberOf(socket: Socket): number {
    const known = this.#numbers.get(socket);
    if (known !== undefined) return known;
    this.newest += 1;
    this.#numbers.set(socket, this.newest);
    return this.newest;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
