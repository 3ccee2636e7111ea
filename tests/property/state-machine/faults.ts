/** Misfortunes on the wire that a backup must survive: each is spent after a few requests, so a later cycle recovers. */
import { chosen } from "./steps.ts";

type Rule = Readonly<Record<string, unknown>>;

const CONTENT = { service: "content" };
const CLOUDKIT = { service: "cloudkit" };
const path = (text: string) => ({ service: "cloudkit", path: text });

/** The number is the detail of the step. */
const RULES: readonly ((detail: number) => Rule)[] = [
  ...[403, 404, 410, 429, 500, 503].map((status) => (detail: number) => ({
    match: CONTENT,
    times: 1 + (detail % 7),
    action: { status },
  })),
  (detail) => ({
    match: CONTENT,
    action: { status: 429, headers: { "Retry-After": `${detail % 90}` } },
  }),
  (detail) => ({
    match: CONTENT,
    times: 1 + (detail % 4),
    action: { cutAfterBytes: detail % 3000 },
  }),
  (detail) => ({
    match: CONTENT,
    times: 3,
    action: { cutAfterBytes: detail % 3000, chunked: true },
  }),
  (detail) => ({ match: CONTENT, action: { flipByteAt: detail % 900 } }),
  (detail) => ({ match: CONTENT, times: 2, action: { truncateTo: detail % 900 } }),
  () => ({ match: CONTENT, action: { html: true } }),
  () => ({ match: CONTENT, action: { empty: true } }),
  () => ({ match: CONTENT, times: 2, action: { reset: true } }),
  () => ({ match: CONTENT, action: { gzip: true } }),
  () => ({ match: CONTENT, action: { ignoreRange: true } }),
  () => ({ match: CONTENT, times: 2, action: { wrongContentRange: true } }),
  ...["TRY_AGAIN_LATER", "RETRY_LATER", "THROTTLED", "INTERNAL_ERROR", "CAS_OP_LOCK"].map(
    (serverErrorCode) => (detail: number) => ({
      match: CLOUDKIT,
      after: detail % 5,
      times: 1 + (detail % 6),
      action: { serverErrorCode },
    }),
  ),
  (detail) => ({ match: CLOUDKIT, after: detail % 6, times: 4, action: { status: 503 } }),
  (detail) => ({
    match: CLOUDKIT,
    action: { status: 429, headers: { "Retry-After": `${detail % 60}` } },
  }),
  (detail) => ({ match: CLOUDKIT, after: detail % 6, times: 4, action: { reset: true } }),
  (detail) => ({ match: CLOUDKIT, after: detail % 6, action: { html: true } }),
  (detail) => ({ match: CLOUDKIT, after: detail % 6, action: { empty: true } }),
  (detail) => ({
    match: CLOUDKIT,
    after: detail % 9,
    action: { serverErrorCode: "BAD_REQUEST", reason: "odd" },
  }),
  () => ({
    match: path("changes/zone"),
    action: { serverErrorCode: "BAD_REQUEST", reason: "odd" },
  }),
  () => ({
    match: path("changes/database"),
    action: { serverErrorCode: "BAD_REQUEST", reason: "odd" },
  }),
  (detail) => ({
    match: path("changes/zone"),
    after: 1 + (detail % 2),
    times: 4,
    action: { status: 500 },
  }),
  () => ({ match: path("changes/zone"), action: { serverErrorCode: "ZONE_NOT_FOUND" } }),
  (detail) => ({
    match: path("records/lookup"),
    after: detail % 2,
    times: 4,
    action: { status: 500 },
  }),
  (detail) => ({
    match: path("records/query"),
    after: detail % 7,
    times: 4,
    action: { status: 500 },
  }),
  (detail) => ({
    match: path("query/batch"),
    after: detail % 3,
    times: 4,
    action: { status: 500 },
  }),
  (detail) => ({
    match: CLOUDKIT,
    after: detail % 9,
    action: { serverErrorCode: "ACCESS_DENIED" },
  }),
  (detail) => ({ match: CLOUDKIT, after: detail % 6, action: { killSession: true } }),
];

export function faultRule(pick: number, detail: number): Rule {
  return chosen(RULES, pick)!(detail);
}

type Quirk = Readonly<Record<string, unknown>>;

/** Odd shapes of right answers: they must make no difference at all. */
const HARMLESS: readonly Quirk[] = [
  { splitPairs: true },
  { splitPairs: false },
  { halvesReversed: true },
  { halvesReversed: false },
  { masterPerAsset: true },
  { booleanFlags: true },
  { booleanFlags: false },
  { bareRelations: true },
  { bareRelations: false },
  { nullMoreComing: true },
  { zonesWithoutToken: true },
  { lookupReversed: true },
  { emptyDatabasePages: 2 },
  { expiredStatus: 403 },
];

export function harmlessQuirk(pick: number): Quirk {
  return chosen(HARMLESS, pick)!;
}

/** Answers that are wrong for a while; over when a quiet cycle begins. */
const TROUBLES: readonly ((recordName: string, detail: number) => Quirk)[] = [
  (_, detail) => ({ countDelta: (detail % 40) - 20 }),
  () => ({ countsAreMissing: true }),
  () => ({ indexing: "RUNNING" }),
  (recordName) => ({ missingDownloadUrl: [recordName] }),
  (_, detail) => ({ emptyPageAtRank: detail % 2 === 0 ? 0 : 100 }),
  () => ({ addAfterPages: 1 }),
  () => ({ trashAfterPages: 1 }),
  () => ({ lookupFailures: 2 }),
  () => ({ sharedDatabaseFails: true }),
];

export function trouble(pick: number, detail: number, recordName: string): Quirk {
  return chosen(TROUBLES, pick)!(recordName, detail);
}

/** A good page in which some records could not be given just now. */
export function recordError(detail: number, recordName: string): Quirk {
  const name = detail % 4 === 0 ? "*" : recordName;
  return { recordErrors: { [name]: detail % 2 === 0 ? "INTERNAL_ERROR" : "TRY_AGAIN_LATER" } };
}

export const NO_TROUBLE: Quirk = {
  countDelta: 0,
  countsAreMissing: false,
  indexing: "FINISHED",
  recordErrors: {},
  missingDownloadUrl: [],
  emptyPageAtRank: null,
  addAfterPages: 0,
  trashAfterPages: 0,
  lookupFailures: 0,
  sharedDatabaseFails: false,
};
