/** Codes on their way to the person: one per device or phone, with the limits Apple puts on asking and guessing. */

import type { SimulatorClock } from "../types.ts";
import { sixDigitCode } from "./random.ts";

/** "device", or the id of a phone. */
export type Channel = "device" | number;

type Attempt = "right" | "wrong" | "too-many";

/** Our figures: Apple's are not known. */
const SENT_MAX = 5;
const WRONG_MAX = 3;
const LOCK_MS = 3_600_000;

export class Codes {
  readonly #codes = new Map<Channel, string>();
  readonly #clock: SimulatorClock;
  readonly #fixedCode: string | null;
  #newest: Channel | null = null;
  #sent = 0;
  #wrong = 0;
  #lockedUntil = 0;

  constructor(clock: SimulatorClock, fixedCode: string | null) {
    this.#clock = clock;
    this.#fixedCode = fixedCode;
  }

  /** Sends a code, which makes the one shown before worthless; false when too many were asked for. */
  send(channel: Channel): boolean {
    this.#unlockInTime();
    if (this.#sent >= SENT_MAX) {
      if (this.#lockedUntil === 0) this.#lockedUntil = this.#clock.now() + LOCK_MS;
      return false;
    }
    this.#sent += 1;
    this.push(channel);
    return true;
  }

  /** Shows a code nobody asked for, as Apple did on every sign-in until spring 2026. */
  push(channel: Channel): void {
    this.#codes.set(channel, this.#fixedCode ?? this.#differentCode(channel));
    this.#newest = channel;
  }

  /** Judges a code. A right one is used up and clears all counts. */
  submit(channel: Channel, code: string): Attempt {
    this.#unlockInTime();
    if (this.#wrong >= WRONG_MAX) return "too-many";
    if (this.#codes.get(channel) === code) {
      this.reset();
      return "right";
    }
    this.#wrong += 1;
    if (this.#wrong >= WRONG_MAX) this.#lockedUntil = this.#clock.now() + LOCK_MS;
    return "wrong";
  }

  wasSentTo(channel: Channel): boolean {
    return this.#codes.has(channel);
  }

  /** The securityCode object that most answers carry. */
  describe() {
    this.#unlockInTime();
    return {
      length: 6,
      tooManyCodesSent: this.#sent >= SENT_MAX,
      tooManyCodesValidated: this.#wrong >= WRONG_MAX,
      securityCodeLocked: this.#lockedUntil > 0,
      securityCodeCooldown: false,
    };
  }

  /** What the person would read on the screen now. */
  shown() {
    const code = this.#newest === null ? null : (this.#codes.get(this.#newest) ?? null);
    return { code, channel: this.#newest, codes: Object.fromEntries(this.#codes) };
  }

  reset(): void {
    this.#codes.clear();
    this.#newest = null;
    this.#sent = 0;
    this.#wrong = 0;
    this.#lockedUntil = 0;
  }

  #differentCode(channel: Channel): string {
    for (;;) {
      const code = sixDigitCode();
      if (code !== this.#codes.get(channel)) return code;
    }
  }

  #unlockInTime(): void {
    if (this.#lockedUntil > 0 && this.#clock.now() >= this.#lockedUntil) {
      this.#sent = 0;
      this.#wrong = 0;
      this.#lockedUntil = 0;
    }
  }
}
