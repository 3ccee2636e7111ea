import { expect, test } from "bun:test";
import { openSession } from "../../../src/auth/session.ts";
import type { Send } from "../../../src/lib/http.ts";
import type { Secret } from "../../../src/lib/secret.ts";
import { aScene, init, login, trusted } from "./scripted-apple.ts";

test("ensureSignedIn() tells every secret it hands out or is given, before anything could repeat it", async () => {
  const { apple, clock, talk, options } = aScene([init, trusted, login]);
  const told = new Set<string>();
  const toldBefore: string[] = [];
  const send: Send = async (request) => {
    const { m1, m2, c } = JSON.parse(request.body ?? "{}") as Record<string, string>;
    toldBefore.push(
      ...([m1, m2, c].filter((text) => text !== undefined && !told.has(text)) as string[]),
    );
    return apple.send(request);
  };
  const { signal } = new AbortController();
  const onSecret = (secret: Secret) => void told.add(secret.reveal());
  const session = await openSession(options, { clock, talk, signal, send, onSecret });
  await session.ensureSignedIn();
  session.absorb("https://www.icloud.com", [
    'X-APPLE-NEW="v=2:t=new-cookie-secret"; Domain=icloud.com',
  ]);
  session.close();
  expect(toldBefore).toEqual([]);
  const secrets = ["session-token-secret", "scnt-1", "session-1", "v=2:t=web-token-secret~~"];
  expect([...secrets, "v=2:t=new-cookie-secret"].filter((secret) => !told.has(secret))).toEqual([]);
});
