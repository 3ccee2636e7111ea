/**
 * How the halves of an asset are written in their rows: as JSON, without what other columns hold, and with resources as
 * plain lists, because the words would be repeated several times per photo and are half of the database.
 */
import type { AssetHalf, MasterHalf, ResourceField, Resources } from "../photos/page.ts";

type ResourceList = [field: ResourceField, checksum: string, sizeBytes: number, uti: string][];

type MasterBody = [
  name: MasterHalf["name"],
  itemType: MasterHalf["itemType"],
  dataClassType: MasterHalf["dataClassType"],
  resources: ResourceList,
];

type AssetBody = Omit<AssetHalf, "id" | "masterId" | "resources"> & {
  readonly resources?: ResourceList;
};

export function writeMaster({ name, itemType, dataClassType, resources }: MasterHalf): string {
  const body: MasterBody = [name, itemType, dataClassType, listOf(resources)];
  return JSON.stringify(body);
}

export function readMaster(id: string, text: string): MasterHalf {
  const [name, itemType, dataClassType, resources] = JSON.parse(text) as MasterBody;
  return { id, name, itemType, dataClassType, resources: resourcesOf(resources) };
}

export function writeAsset({ id: _, masterId: __, resources, ...fields }: AssetHalf): string {
  const list = listOf(resources);
  const body: AssetBody = list.length === 0 ? fields : { ...fields, resources: list };
  return JSON.stringify(body);
}

export function readAsset(id: string, masterId: string, text: string): AssetHalf {
  const { resources = [], ...fields } = JSON.parse(text) as AssetBody;
  return { id, masterId, ...fields, resources: resourcesOf(resources) };
}

function listOf(resources: Resources): ResourceList {
  const list: ResourceList = [];
  for (const field of Object.keys(resources) as ResourceField[]) {
    const { checksum, sizeBytes, uti } = resources[field]!;
    list.push([field, checksum, sizeBytes, uti]);
  }
  return list;
}

function resourcesOf(list: ResourceList): Resources {
  const resources: Resources = {};
  for (const [field, checksum, sizeBytes, uti] of list) {
    resources[field] = { checksum, sizeBytes, uti };
  }
  return resources;
}
