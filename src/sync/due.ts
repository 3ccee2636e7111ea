/** What became due while something was planned. */
export interface Due {
  files: number;
  bytes: number;
  /** Contents that will be asked for. */
  readonly checksums: Set<string>;
}

export function nothingDue(): Due {
  return { files: 0, bytes: 0, checksums: new Set() };
}
