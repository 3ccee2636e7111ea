/** Collects the fields of one record as JSON text, leaving out what the client did not ask for. */
import { checksumOf, sizeOf } from "../../media/content.ts";
import { seeds } from "../../media/seeds.ts";
import type { Rendition } from "../library/records.ts";
import type { LinkMaker } from "./links.ts";

export class FieldWriter {
  #text = "";

  /** `wanted` null asks for everything. */
  constructor(
    readonly wanted: ReadonlySet<string> | null,
    readonly links: LinkMaker,
  ) {}

  get json(): string {
    return `{${this.#text.slice(1)}}`;
  }

  int(name: string, value: number): void {
    this.#write(name, String(value), "INT64");
  }

  time(name: string, ms: number): void {
    this.#write(name, String(ms), "TIMESTAMP");
  }

  text(name: string, value: string): void {
    this.#write(name, JSON.stringify(value), "STRING");
  }

  /** Base64 of plain bytes, whatever the type's name promises. */
  bytes(name: string, base64: string): void {
    this.#write(name, `"${base64}"`, "ENCRYPTED_BYTES");
  }

  raw(name: string, json: string, type: string): void {
    this.#write(name, json, type);
  }

  /** The five fields of a resource. */
  resource({ key, content }: Rendition): void {
    const seed = seeds[content.seed];
    this.int(`${key}Width`, seed.width);
    this.int(`${key}Height`, seed.height);
    this.text(`${key}FileType`, seed.uti);
    if (!this.#wants(`${key}Res`) && !this.#wants(`${key}Fingerprint`)) return;
    const checksum = checksumOf(content);
    this.text(`${key}Fingerprint`, checksum);
    const link = this.links(content, checksum, sizeOf(content));
    this.#write(`${key}Res`, link, "ASSETID");
  }

  #wants(name: string): boolean {
    return this.wanted === null || this.wanted.has(name);
  }

  #write(name: string, json: string, type: string): void {
    if (this.#wants(name)) this.#text += `,"${name}":{"value":${json},"type":"${type}"}`;
  }
}
