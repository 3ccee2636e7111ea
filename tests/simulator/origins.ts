/** Which addresses to name in answers, judged by the Host header the client came with. */

import type { CookieDomain } from "./options.ts";
import type { Origins } from "./types.ts";

/** Partition of every account until a test moves it. */
export const FIRST_PARTITION = 61;

const APPLE_HOST = /\.(icloud|apple|icloud-content)\.com(\.cn)?$/;

/** Apple's names when somebody put a TLS proxy in front of us, else the one address the client used. */
export function originsFor(host: string, cookieDomain: CookieDomain): Origins {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const apple = APPLE_HOST.exec(name);
  const isApple = cookieDomain === "apple" || (cookieDomain === "auto" && apple !== null);
  if (!apple) {
    const here = `http://${host}`;
    return { cloudkit: here, content: here, setup: here, home: here, isApple };
  }
  const cn = apple[2] ?? "";
  return {
    cloudkit: `https://p${FIRST_PARTITION}-ckdatabasews.icloud.com${cn}:443`,
    content: `https://cvws.icloud-content.com${cn}`,
    setup: `https://setup.icloud.com${cn}`,
    home: `https://www.icloud.com${cn}`,
    isApple,
  };
}

/** Address of one service in one partition; on our own address a partition other than the first is a path. */
export function serviceUrl(origins: Origins, service: string, partition: number): string {
  if (origins.home.startsWith("https:")) {
    const cn = origins.home.endsWith(".cn") ? ".cn" : "";
    return `https://p${partition}-${service}.icloud.com${cn}:443`;
  }
  return partition === FIRST_PARTITION ? origins.home : `${origins.home}/p${partition}`;
}

/** Reads the partition out of an address and gives the path without it. */
export function readPartition(host: string, path: string): { partition: number; path: string } {
  const inHost = /^p(\d+)-/.exec(host);
  if (inHost) return { partition: Number(inHost[1]), path };
  const inPath = /^\/p(\d+)(\/.*)$/.exec(path);
  if (inPath) return { partition: Number(inPath[1]), path: inPath[2] ?? "/" };
  return { partition: FIRST_PARTITION, path };
}
