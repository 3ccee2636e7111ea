/** A client of a few lines that asks for the signed addresses of all originals, as a web page would. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface SessionFile {
  readonly databaseUrl: string;
  readonly dsid: string;
  readonly cookies: readonly { readonly key: string; readonly value: string }[];
}

interface ListingAnswer {
  readonly records: readonly {
    readonly fields: { readonly resOriginalRes?: { readonly value: { downloadURL: string } } };
  }[];
}

const PAGE_ASSETS = 100;
const INDEX = "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted";

/** `dataDir` holds the session of a kei that is signed in. */
export async function readAddresses(dataDir: string): Promise<string[]> {
  const session = readSession(dataDir);
  const addresses: string[] = [];
  for (let rank = 0; ; rank += PAGE_ASSETS) {
    const { records } = await readPage(session, rank);
    if (records.length === 0) return addresses;
    const found = records.flatMap(({ fields }) => fields.resOriginalRes?.value.downloadURL ?? []);
    addresses.push(...found);
  }
}

function readSession(dataDir: string): SessionFile {
  const name = readdirSync(dataDir).find((one) => one.endsWith(".session.json"));
  if (!name) throw new Error(`No session in ${dataDir}`);
  return JSON.parse(readFileSync(join(dataDir, name), "utf8")) as SessionFile;
}

async function readPage(session: SessionFile, startRank: number): Promise<ListingAnswer> {
  const path = "/database/1/com.apple.photos.cloud/production/private/records/query";
  const query = new URLSearchParams({ remapEnums: "true", dsid: session.dsid });
  const response = await fetch(`${session.databaseUrl}${path}?${query}`, {
    method: "POST",
    headers: {
      Origin: "https://www.icloud.com",
      "Content-Type": "text/plain",
      Cookie: session.cookies.map(({ key, value }) => `${key}=${value}`).join("; "),
    },
    body: JSON.stringify(listingBody(startRank)),
  });
  if (!response.ok) throw new Error(`Asking for addresses: ${response.status}`);
  return (await response.json()) as ListingAnswer;
}

function listingBody(startRank: number) {
  const filter = (fieldName: string, type: string, value: string | number) => ({
    fieldName,
    comparator: "EQUALS",
    fieldValue: { type, value },
  });
  return {
    query: {
      recordType: INDEX,
      filterBy: [
        filter("startRank", "INT64", startRank),
        filter("direction", "STRING", "ASCENDING"),
      ],
    },
    resultsLimit: PAGE_ASSETS * 2,
    desiredKeys: ["resOriginalRes", "masterRef"],
    zoneID: { zoneName: "PrimarySync" },
  };
}
