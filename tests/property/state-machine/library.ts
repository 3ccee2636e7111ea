/** The simulated library as this test sees it: what it holds now, and everything it ever held. */

export interface Rendition {
  readonly key: string;
  readonly size: number;
  readonly fileChecksum: string;
  readonly sha256: string;
}

export interface Photo {
  readonly zone: string;
  readonly recordName: string;
  readonly masterName: string;
  readonly fileName: string | null;
  readonly kind: string;
  readonly assetDate: number;
  readonly hidden: boolean;
  readonly deleted: boolean;
  readonly burst: { readonly isPick: boolean } | null;
  /** Record names, those of deleted albums too. */
  readonly albums: readonly string[];
  readonly renditions: readonly Rendition[];
}

export interface Album {
  readonly recordName: string;
  readonly title: string;
  readonly isNested: boolean;
}

interface SummaryAlbum {
  readonly recordName: string;
  readonly albumName: string;
  readonly albumType: number;
  readonly parentId: string | null;
}

export const PRIMARY = "PrimarySync";
export const SHARED = "SharedSync-00000000-0000-4000-8000-000000000001";

/** An album the generated library begins with, in the trash already. */
const BORN_DELETED = "Old plans";

export class RemoteLibrary {
  photos: readonly Photo[] = [];
  albums: readonly Album[] = [];
  /** SHA-256 of everything each asset ever had, by zone and record name. */
  readonly history = new Map<string, Set<string>>();
  /** SHA-256 of everything Apple ever had, by Apple's checksum. */
  readonly contents = new Map<string, string>();
  readonly #deletedAlbums = new Set<string>();

  constructor(private readonly url: string) {}

  /** Photos that a person sees in the library. */
  get live(): Photo[] {
    return this.photos.filter(({ hidden, deleted }) => !hidden && !deleted);
  }

  /** Does a deed of the control desk and looks at the result. */
  async change(action: string, body: object): Promise<Record<string, unknown>> {
    const answer = await this.admin(`library/${action}`, body);
    if (action === "album/delete") this.#deletedAlbums.add((body as { album: string }).album);
    await this.look();
    return answer;
  }

  async look(): Promise<void> {
    const zones = await Promise.all([PRIMARY, SHARED].map((zone) => this.#photosOf(zone)));
    this.photos = zones.flat();
    this.albums = await this.#liveAlbums();
    for (const photo of this.photos) {
      const known = this.history.get(idOf(photo)) ?? new Set();
      for (const { sha256, fileChecksum } of photo.renditions) {
        known.add(sha256);
        this.contents.set(fileChecksum, sha256);
      }
      this.history.set(idOf(photo), known);
    }
  }

  async admin(path: string, body?: object): Promise<Record<string, unknown>> {
    const init = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const response = await fetch(`${this.url}/__admin/${path}`, init);
    if (!response.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/__admin/faults`, { method: "DELETE" });
  }

  async #photosOf(zone: string): Promise<Photo[]> {
    const query = new URLSearchParams({ zone, sha256: "1" });
    const answer = await fetch(`${this.url}/__admin/library/manifest?${query}`);
    const lines = (await answer.text()).split("\n").filter((line) => line !== "");
    return lines.map((line) => ({ ...(JSON.parse(line) as Omit<Photo, "zone">), zone }));
  }

  async #liveAlbums(): Promise<Album[]> {
    const { zones } = (await this.admin("library/summary")) as {
      zones: { name: string; albums: SummaryAlbum[] }[];
    };
    const primary = zones.find(({ name }) => name === PRIMARY)!;
    return primary.albums
      .filter(({ albumName, albumType, recordName }) => {
        const isGone = albumName === BORN_DELETED || this.#deletedAlbums.has(recordName);
        return albumType === 0 && !isGone;
      })
      .map(({ recordName, albumName, parentId }) => ({
        recordName,
        title: albumName,
        isNested: parentId !== null,
      }));
  }
}

export function idOf({ zone, recordName }: Photo): string {
  return `${zone}/${recordName}`;
}
