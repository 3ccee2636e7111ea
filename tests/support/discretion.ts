/**
 * What must not get out: passwords, codes, tokens, cookies and signed addresses that were used while a test ran. They are
 * looked for in all that kei said and in every file it may have written.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { filesBelow } from "./disk.ts";
import { PASSWORD, type Asked, type RunningSimulator } from "./simulator.ts";

/** All that was said in one test. */
export class Hearing {
  readonly #said: string[] = [];
  readonly #shown: string[] = [];

  hear(text: string): void {
    this.#said.push(text);
  }

  /** A terminal shows what is typed, codes too. */
  see(text: string): void {
    this.#shown.push(text);
  }

  /** One line for each secret that got out. `ownFiles` were put there by the test itself. */
  async leaks(
    simulator: RunningSimulator,
    folder: string,
    ownFiles: readonly string[] = [],
  ): Promise<string[]> {
    const { secrets, codes } = secretsOf(await simulator.asked());
    for (const secret of secretsInSessions(folder)) secrets.add(secret);
    const said = this.#said.join("\n");
    const told = [...secrets].filter(
      (one) => said.includes(one) || this.#shown.some((text) => text.includes(one)),
    );
    const toldCodes = [...codes].filter((code) => new RegExp(`(?<!\\d)${code}(?!\\d)`).test(said));
    return [
      ...[...told, ...toldCodes].map((secret) => `kei said ${secret}`),
      ...filesWith([...secrets], folder, ownFiles),
    ];
  }
}

/** Shorter values, as "1", would be found everywhere. */
const LENGTH_MIN = 12;

function secretsOf(asked: readonly Asked[]): { secrets: Set<string>; codes: Set<string> } {
  const secrets = new Set([PASSWORD]);
  const codes = new Set<string>();
  const add = (text: string | undefined) => {
    if (text !== undefined && text.length >= LENGTH_MIN) secrets.add(text);
  };
  for (const { service, headers, body, query } of asked) {
    add(headers["scnt"]);
    add(headers["x-apple-id-session-id"]);
    if (service === "content") add(query.replace(/^\?/, ""));
    if (service !== "auth" && service !== "setup") continue;
    for (const [, token] of body.matchAll(
      /"(?:dsWebAuthToken|trustToken|trustTokens)":\[?"([^"]+)"/g,
    ))
      add(token);
    for (const [, code] of body.matchAll(/"code":"(\d{6})"/g)) codes.add(code!);
  }
  return { secrets, codes };
}

interface StoredSession {
  readonly sessionToken?: string;
  readonly trustToken?: string;
  readonly scnt?: string;
  readonly sessionId?: string;
  readonly cookies?: readonly { readonly value?: string }[];
}

/** Everything secret in the session files. */
export function secretsInSessions(folder: string): string[] {
  const sessions = filesBelow(folder).filter(({ path }) => path.endsWith(".session.json"));
  return sessions.flatMap(({ path }) => {
    const { sessionToken, trustToken, scnt, sessionId, cookies } = readSession(join(folder, path));
    const values = [
      sessionToken,
      trustToken,
      scnt,
      sessionId,
      ...(cookies ?? []).map(({ value }) => value),
    ];
    return values.filter(
      (value) => typeof value === "string" && value.length >= LENGTH_MIN,
    ) as string[];
  });
}

/** A test may have spoiled it. */
function readSession(path: string): StoredSession {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) ?? {}) as StoredSession;
  } catch {
    return {}; // no session any more
  }
}

/** Sessions are kept in files of their own, and photos are large and not ours. */
function filesWith(
  secrets: readonly string[],
  folder: string,
  ownFiles: readonly string[],
): string[] {
  return filesBelow(folder).flatMap(({ path, sizeBytes }) => {
    const isSession = /\.session\.json(\.[0-9a-f-]+\.tmp)?$/.test(path);
    // A link may lead nowhere, or to a folder.
    if (
      sizeBytes < 0 ||
      isSession ||
      ownFiles.includes(path) ||
      sizeBytes > 20_000_000 ||
      isOld(path) ||
      !statSync(join(folder, path)).isFile()
    )
      return [];
    const bytes = readFileSync(join(folder, path));
    return secrets
      .filter((secret) => bytes.includes(secret) && !(secret === PASSWORD && isPlanted(path)))
      .map((secret) => `${path} holds ${secret}`);
  });
}

/** Tests put configurations, commands and password files beside the folders in which kei writes. */
function isPlanted(path: string): boolean {
  return !/^(data|home|photos)\//.test(path);
}

/** Files of the original kei, which are taken over as they are. */
function isOld(path: string): boolean {
  return /\.(session|cache)$/.test(path) || basename(path) === "walrustesterexamplecom";
}
