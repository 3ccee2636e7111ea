/** A few ExifTool processes, started when there is work for them; a file takes whichever is free. */
import type { Limits, TagWriter } from "../embed.ts";
import { Slots } from "../../lib/slots.ts";
import type { Tag } from "../tags.ts";

/** One of the processes of a pool. */
export interface PooledWriter extends TagWriter {
  close(): Promise<void>;
}

export class TagWriterPool implements TagWriter {
  readonly #slots: Slots;
  readonly #idle: PooledWriter[] = [];
  readonly #all: PooledWriter[] = [];

  constructor(
    private readonly start: () => PooledWriter,
    size: number,
  ) {
    this.#slots = new Slots(size);
  }

  write(path: string, tags: readonly Tag[], limits: Limits): Promise<unknown> {
    return this.#with((writer) => writer.write(path, tags, limits));
  }

  read(
    path: string,
    names: readonly string[],
    limits: Limits,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#with((writer) => writer.read(path, names, limits));
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((writer) => writer.close()));
  }

  #with<Result>(work: (writer: PooledWriter) => Promise<Result>): Promise<Result> {
    return this.#slots.hold(async () => {
      const writer = this.#idle.pop() ?? this.#another();
      try {
        return await work(writer);
      } finally {
        this.#idle.push(writer);
      }
    });
  }

  #another(): PooledWriter {
    const writer = this.start();
    this.#all.push(writer);
    return writer;
  }
}
