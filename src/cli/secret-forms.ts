/** How a secret may look when somebody else repeats it: quoted, escaped, encoded, cut or broken over lines. */

/** Shorter texts stand in many words; encoded they would be found everywhere. */
const CORE_MIN = 8;
const SPLIT_MIN = 8;

/** A break within a word, as it stands in a text and as it is shown: `\n`, `\x0a`, `\u200b`, a blank. */
const BREAK =
  "(?:\\s|[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]|\\\\[nrt]|\\\\x[0-9a-f]{2}|\\\\u[0-9a-f]{4}){0,8}";

/** The secret as it is, and as it stands inside of quotes, of an address, of a page. */
export function plainForms(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
    encoded,
    encoded.replace(/%../g, (code) => code.toLowerCase()),
    encoded.replaceAll("%20", "+"),
    encodeURIComponent(encoded),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
  ];
  return [...new Set(forms)];
}

/** The secret in base64, wherever in an encoded text it begins, and in hexadecimal digits. */
export function encodedForms(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(2)]);
    const [from, to] = [Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3)];
    return [whole.toString("base64").slice(from, to), whole.toString("base64url").slice(from, to)];
  });
  const hex = bytes.toString("hex");
  return [...new Set([...forms, hex, hex.toUpperCase()])].filter(
    ({ length }) => length >= CORE_MIN,
  );
}

/** The secret broken over lines or by characters nobody sees; null for one too short to be told from chance. */
export function splitForm(text: string): RegExp | null {
  const letters = [...text];
  if (letters.length < SPLIT_MIN || letters.some((letter) => /\s/.test(letter))) return null;
  return new RegExp(letters.map((letter) => RegExp.escape(letter)).join(BREAK), "g");
}
