/** The long answer of accountLogin and validate, with the fields that clients read and their neighbours. */

import { serviceUrl } from "../origins.ts";
import type { Origins } from "../types.ts";
import type { Account } from "./account.ts";

interface LoginView {
  readonly account: Account;
  readonly origins: Origins;
  readonly isTrusted: boolean;
  /** Partition this login is told; the CloudKit address carries it. */
  readonly partition: number;
}

export function loginBody({ account, origins, isTrusted, partition }: LoginView) {
  const { settings } = account;
  const hasTwoFactor = settings.twoFactor !== "none";
  return {
    dsInfo: dsInfo(account),
    hasMinimumDeviceForPhotosWeb: true,
    iCDPEnabled: settings.adp,
    webservices: webServices(account, origins, partition),
    pcsEnabled: true,
    termsUpdateNeeded: settings.termsPending,
    configBag: {
      urls: {
        getICloudTerms: `${origins.setup}/setup/ws/1/getTerms`,
        repairDone: `${origins.setup}/setup/ws/1/repairDone`,
        accountRepairUI: `${origins.home}/applications/repair/current/en-us/index.html`,
      },
      accountCreateEnabled: true,
    },
    hsaTrustedBrowser: hasTwoFactor && isTrusted,
    appsOrder: ["mail", "contacts", "calendar", "photos", "iclouddrive", "notes3"],
    version: 2,
    isExtendedLogin: true,
    pcsServiceIdentitiesIncluded: isTrusted,
    hsaChallengeRequired: hasTwoFactor && !isTrusted,
    requestInfo: { country: "NO", timeZone: "CET", region: "03" },
    pcsDeleted: false,
    iCloudInfo: { SafariBookmarksHasMigratedToCloudKit: true },
    apps: { photos: {}, iclouddrive: {}, notes3: {}, mail: {} },
  };
}

function dsInfo({ name, dsid, country, settings }: Account) {
  const hasTwoFactor = settings.twoFactor !== "none";
  return {
    dsid,
    appleId: name,
    primaryEmail: name,
    primaryEmailVerified: true,
    appleIdEntries: [{ isPrimary: true, type: "EMAIL", value: name }],
    appleIdAliases: [],
    appleIdAlias: "",
    iCloudAppleIdAlias: "",
    firstName: "Walrus",
    lastName: "Tester",
    fullName: "Walrus Tester",
    languageCode: "en-us",
    locale: "en-us_US",
    countryCode: country,
    aDsID: `000123-05-${dsid}`,
    notificationId: "00000000-1111-2222-3333-444444444444",
    hsaVersion: hasTwoFactor ? 2 : 0,
    hsaEnabled: hasTwoFactor,
    hasICloudQualifyingDevice: true,
    isWebAccessAllowed: settings.webAccess,
    iCDPEnabled: settings.adp,
    ICDRSCapableDeviceCount: settings.adp ? 1 : 0,
    ICDRSCapableDeviceList: "",
    locked: false,
    statusCode: 2,
    ironcadeMigrated: true,
    notesMigrated: true,
    brMigrated: true,
    familyEligible: true,
    isManagedAppleID: false,
    isPaidDeveloper: false,
    hasPaymentInfo: true,
    pcsDeleted: false,
    beneficiaryInfo: { isBeneficiary: false },
  };
}

/** pcsRequired is true on ordinary accounts too: it is no sign of Advanced Data Protection. */
function webServices(account: Account, origins: Origins, partition: number) {
  const host = (service: string) => serviceUrl(origins, service, partition);
  const active = (service: string) => ({ url: host(service), status: "active" });
  const photos = {
    ckdatabasews: { pcsRequired: true, ...active("ckdatabasews") },
    photos: { pcsRequired: true, uploadUrl: host("uploadphotosws"), ...active("photosws") },
    photosupload: { pcsRequired: true, ...active("uploadphotosws") },
    uploadimagews: active("uploadimagews"),
    sharedstreams: active("sharedstreams"),
  };
  return {
    ...(account.settings.noPhotos ? {} : photos),
    account: { iCloudEnv: { shortId: "p", vipSuffix: "prod" }, ...active("setup") },
    drivews: { pcsRequired: true, ...active("drivews") },
    docws: { pcsRequired: true, ...active("docws") },
    contacts: active("contactsws"),
    calendar: { isMakoAccount: false, ...active("calendarws") },
    reminders: active("remindersws"),
    findme: active("fmipweb"),
    settings: active("settingsws"),
    ubiquity: active("ubiquityws"),
    keyvalue: active("keyvalueservice"),
    push: active("pushws"),
    schoolwork: {},
    cksharews: active("ckshare"),
    ckdeviceservice: { url: host("ckdevice") },
  };
}
