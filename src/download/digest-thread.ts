/** The thread behind DigestThread: digests the bytes it is sent. The build makes it an entry point of its own. */
import { Digester } from "../photos/checksum.ts";
import type { Answer, Order } from "./thread-digester.ts";

declare const self: Worker;

const digesters = new Map<number, Digester>();

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  const { id } = order;
  const digester = digesters.get(id) ?? new Digester(order.kind === "close" ? [] : order.digests);
  if (order.kind === "update") digesters.set(id, digester);
  else digesters.delete(id);
  if (order.kind === "close") return;
  let doneBytes = 0;
  for (const chunk of order.chunks) {
    digester.update(chunk);
    doneBytes += chunk.length;
  }
  const finished = order.kind === "finish" ? { id, digests: digester.finish() } : null;
  self.postMessage({ doneBytes, finished } satisfies Answer);
};
