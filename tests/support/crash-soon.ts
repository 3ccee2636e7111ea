/** A runtime that crashes while kei waits. This file is loaded into the executable before its own code, by BUN_OPTIONS. */
const { read } = require("bun:ffi") as { read: { u8(address: number): number } };

const CRASH_AFTER_MS = 1000;
const NOWHERE = 16;

setTimeout(() => read.u8(NOWHERE), CRASH_AFTER_MS);
