/** Collects the fields of one record as JSON text, leaving out what the client did not ask for. */
import { checksumOf, sizeOf } from "../../media/content.ts";
import { seeds } from "../../media/seeds.ts";
import type { Rendition } from "../library/records.ts";
import type { LinkMaker } from "./links.ts";
import type { Selection } from "./selection.ts";

export class FieldWriter {
  #text = "";

  constructor(
    readonly selection: Selection,
    readonly links: LinkMaker,
  ) {}

  get json(): string {
    return `{${this.#text.slice(1)}}`;
  }

  int(name: string, value: number): void {
    this.raw(name, value, "INT64");
  }

  time(name: string, ms: number): void {
    this.raw(name, ms, "TIMESTAMP");
  }

  text(name: string, value: string): void {
    this.raw(name, JSON.stringify(value), "STRING");
  }

  /** Base64 of plain bytes, whatever the type's name promises. */
  bytes(name: string, base64: string): void {
    this.raw(name, `"${base64}"`, "ENCRYPTED_BYTES");
  }

  /** Fields that depend on nothing but the id are written once and kept. */
  constant(id: string, write: (writer: FieldWriter) => void): void {
    this.#text += this.selection.kept(id, () => {
      const writer = new FieldWriter(this.selection, this.links);
      write(writer);
      return writer.#text;
    });
  }

  /** The five fields of a resource. */
  resource({ key, content, checksum }: Rendition): void {
    this.constant(`${key} ${content.seed}`, (writer) => {
      const { width, height, uti } = seeds[content.seed];
      writer.int(`${key}Width`, width);
      writer.int(`${key}Height`, height);
      writer.text(`${key}FileType`, uti);
    });
    const resource = `${key}Res`;
    const fingerprint = `${key}Fingerprint`;
    if (!this.selection.wants(resource) && !this.selection.wants(fingerprint)) return;
    const known = checksum ?? checksumOf(content);
    this.raw(fingerprint, `"${known}"`, "STRING");
    if (!this.selection.wants(resource)) return;
    this.raw(resource, this.links(content, known, sizeOf(content)), "ASSETID");
  }

  raw(name: string, json: string | number, type: string): void {
    this.#text += this.selection.field(name, json, type);
  }
}
