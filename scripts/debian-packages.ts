/** The Debian packages that a release takes its perl from, pinned; fetched and taken apart by Debian's own programs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type DebianArch = "amd64" | "arm64";

type Pin = readonly [name: string, version: string, sha256: string];

const MODULES: Pin = [
  "perl-modules-5.36",
  "5.36.0-7+deb12u4",
  "3ed38ffa8320e9bf7597cefa01b6a6ace4a08ccc77cdfd15ef7d8b711dea7166",
];

const PINS: Readonly<Record<DebianArch, readonly Pin[]>> = {
  amd64: [
    [
      "libc6",
      "2.36-9+deb12u14",
      "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf",
    ],
    ["libcrypt1", "1:4.4.33-2", "f5f60a5cdfd4e4eaa9438ade5078a57741a7a78d659fcb0c701204f523e8bd29"],
    [
      "perl-base",
      "5.36.0-7+deb12u4",
      "d7d1943aec9597629bf73075efcc5ef6dc9bda96d78e80d843156ecd448478b8",
    ],
    MODULES,
  ],
  arm64: [
    [
      "libc6",
      "2.36-9+deb12u14",
      "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4",
    ],
    ["libcrypt1", "1:4.4.33-2", "eea0ad76ea5eb507127fea0c291622ea4ecdbb71c4b9a8ed9c76ae33fc1a0127"],
    [
      "perl-base",
      "5.36.0-7+deb12u4",
      "03d979b849a1a0a8955eee28b988dbc25a407fd3a0581df5c94e6ae7bcc01ddf",
    ],
    MODULES,
  ],
};

const MIRROR = "http://deb.debian.org";

/**
 * Unpacks the packages of a processor into a new folder and gives it to `use`; the folder is gone afterwards. Throws when
 * they cannot be fetched, or are not the ones that are pinned.
 */
export function withDebianRoot<T>(arch: DebianArch, use: (root: string) => T): T {
  const work = mkdtempSync(join(tmpdir(), "kei-debian-"));
  try {
    const root = join(work, "root");
    mkdirSync(root);
    for (const path of fetchPackages(arch, work)) run(["dpkg-deb", "-x", path, root], work);
    return use(root);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fetchPackages(arch: DebianArch, work: string): string[] {
  for (const folder of ["state/lists/partial", "cache/archives/partial", "etc"]) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
  const sources = [
    `deb ${signed} ${MIRROR}/debian bookworm main`,
    `deb ${signed} ${MIRROR}/debian bookworm-updates main`,
    `deb ${signed} ${MIRROR}/debian-security bookworm-security main`,
  ];
  writeFileSync(join(work, "etc/sources.list"), `${sources.join("\n")}\n`);
  const options = [
    `APT::Architecture=${arch}`,
    `APT::Architectures=${arch}`,
    "APT::Sandbox::User=root",
    `Dir::State=${work}/state`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${work}/cache`,
    `Dir::Etc::sourcelist=${work}/etc/sources.list`,
    "Dir::Etc::sourceparts=/dev/null",
  ].flatMap((option) => ["-o", option]);
  run(["apt-get", ...options, "-qq", "update"], work);
  return PINS[arch].map(([name, version, sha256]) => {
    run(["apt-get", ...options, "-qq", "download", `${name}=${version}`], work);
    const [file] = [...new Bun.Glob(`${name}_*.deb`).scanSync({ cwd: work })];
    const path = join(work, file ?? "");
    const found = new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
    if (found !== sha256)
      throw new Error(`${name} for ${arch} has the hash ${found}, not ${sha256}`);
    return path;
  });
}

function run(argv: string[], cwd: string): void {
  const { exitCode, stderr } = Bun.spawnSync(argv, { cwd, timeout: 300_000 });
  if (exitCode !== 0) throw new Error(`${argv[0]} failed: ${stderr.toString().trim()}`);
}
