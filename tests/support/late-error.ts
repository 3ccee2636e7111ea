/**
 * A computer on which an error comes that nobody waits for. This file is loaded into the executable before its own
 * code, by BUN_OPTIONS. LATE_ERROR says what the error says, and whether it is thrown or a promise rejected by it.
 */
const [how = "", ...words] = (process.env["LATE_ERROR"] ?? "").split(" ");
const error = new Error(JSON.parse(words.join(" ")) as string);

const hold = setInterval(() => undefined, 1000);
setTimeout(() => {
  clearInterval(hold);
  if (how === "rejected") void Promise.reject(error);
  else throw error;
}, 300);
export {};
