/**
 * Download addresses: `/B/<fileChecksum><referenceChecksum>/${f}?o=..&e=..&k=..&s=..`.
 *
 * They are valid for one hour and signed over path and query. The parameter `o`, opaque to clients, says how to
 * make the file again, so the content host needs no table of files.
 */
import { referenceChecksum } from "../../media/checksum.ts";
import type { Content } from "../../media/content.ts";
import { seedNames } from "../../media/seeds.ts";

export interface LinkIssue {
  /** Address of the content host. */
  readonly origin: string;
  readonly zoneName: string;
  readonly partition: number;
  readonly nowMs: number;
  /** UUID of the CloudKit request that issues the links. */
  readonly requestId: string;
}

const lifeSeconds = 3600;
const signingKey = Buffer.from("simulated content host");

/** The value of an ASSETID field. */
export type LinkMaker = (content: Content, checksum: string, sizeBytes: number) => string;

export function makeLinks(issue: LinkIssue): LinkMaker {
  const expires = Math.floor(issue.nowMs / 1000) + lifeSeconds;
  const account = issue.requestId.replaceAll("-", "").slice(0, 20);
  const rest = `&fl=&r=${issue.requestId}-1&ckc=com.apple.photos.cloud&ckz=${encodeURIComponent(issue.zoneName.toWellFormed())}&y=1&p=${issue.partition}`;
  return (content, checksum, sizeBytes) => {
    const key = wrappingKeys[content.number % wrappingKeys.length] ?? firstKey;
    const file = urlSafe(checksum);
    const path = `/B/${file}${key.reference}/`;
    const query = `?o=${recipe(content)}${file.slice(2, 22)}&v=1&x=3&a=B${file.slice(6, 28)}${account}&e=${expires}&k=${key.urlKey}${rest}`;
    const url = `${issue.origin}${path}\${f}${query}&s=${signature(path, query)}`;
    return `{"fileChecksum":"${checksum}","size":${sizeBytes},"wrappingKey":"${key.text}","referenceChecksum":"${key.referenceText}","downloadURL":"${url}"}`;
  };
}

export type LinkReading =
  | { readonly content: Content; readonly checksum: string }
  | { readonly refusal: "unknown" | "expired" | "forged" };

/** Reads the address a client asks for; what it put in place of `${f}` does not matter. */
export function readLink(url: URL, nowMs: number): LinkReading {
  const [, head = "", file = ""] = /^(\/B\/([\w-]{56})\/)[^/]*$/.exec(url.pathname) ?? [];
  const [, query = "", sent = ""] = /^(\?.*)&s=([\w-]{27})$/.exec(url.search) ?? [];
  if (!file) return { refusal: "unknown" };
  if (!query || signature(head, query) !== sent) return { refusal: "forged" };
  if (Number(url.searchParams.get("e")) * 1000 <= nowMs) return { refusal: "expired" };
  const content = readRecipe(url.searchParams.get("o") ?? "");
  if (!content) return { refusal: "unknown" };
  return { content, checksum: Buffer.from(file.slice(0, 28), "base64url").toString("base64") };
}

function signature(path: string, query: string): string {
  return new Bun.CryptoHasher("sha1", signingKey).update(path).update(query).digest("base64url");
}

/** Seed, number and size in 24 characters of the base64 alphabet. */
function recipe({ seed, number, sizeBytes }: Content): string {
  return `A${digits(seedNames.indexOf(seed), 2)}${digits(number, 11)}${digits(sizeBytes, 10)}`;
}

function digits(value: number, width: number): string {
  const text = value.toString(36);
  return "00000000000".slice(0, width - text.length) + text;
}

function readRecipe(text: string): Content | null {
  const [, place = "", number = "", size = ""] = /^A(\w{2})(\w{11})(\w{10})/.exec(text) ?? [];
  const seed = seedNames[Number.parseInt(place, 36)];
  if (!seed) return null;
  return { seed, number: Number.parseInt(number, 36), sizeBytes: Number.parseInt(size, 36) };
}

interface WrappingKey {
  readonly text: string;
  readonly urlKey: string;
  readonly reference: string;
  readonly referenceText: string;
}

/** A few thousand keys serve all files: nothing is encrypted with them here. */
const wrappingKeys: readonly WrappingKey[] = Array.from({ length: 4093 }, (_, place) => {
  const bytes = new Bun.CryptoHasher("md5").update(`wrapping key ${place}`).digest();
  const referenceText = referenceChecksum(bytes);
  const text = bytes.toString("base64");
  return {
    text,
    urlKey: bytes.toString("base64url"),
    reference: urlSafe(referenceText),
    referenceText,
  };
});
const [firstKey] = wrappingKeys as [WrappingKey];

function urlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}
