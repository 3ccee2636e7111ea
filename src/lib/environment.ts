/** Environment variables by name; read through a parameter everywhere, never from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;
