import { afterAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { FACETS } from "../../../src/metadata/facets.ts";
import { momentOf } from "../../../src/metadata/moment.ts";
import { fitnessOf } from "../../../src/metadata/payload/format.ts";
import { payloadDifference } from "../../../src/metadata/payload/compare.ts";
import { wrongTags } from "../../../src/metadata/read-back.ts";
import { tagsOf } from "../../../src/metadata/tags.ts";
import { ExifToolProcess } from "../../../src/metadata/tool/exiftool.ts";
import { locateTool, SYSTEM_PERLS } from "../../../src/metadata/tool/locate.ts";
import { folderOfTest } from "../../support/temp-folder.ts";

const MEDIA = join(import.meta.dir, "../../fixtures/media");
const PLACES = {
  packs: { exiftool: null, perl: null },
  caches: [],
  perls: SYSTEM_PERLS,
  nowMs: 0,
};
const LIMITS = { deadlineMs: 30_000, signal: new AbortController().signal };

const tool = await locateTool(PLACES);
const process_ = new ExifToolProcess(tool);
afterAll(() => process_.close());

const VALUES = {
  datetime: momentOf(Date.UTC(2024, 4, 6, 5, 8, 9), 7200, "UTC"),
  gps: { latitude: -33.12345678901234, longitude: -0.0000012, altitude: -4.5678901 },
  rating: 5,
  description: 'Grüße 🙂\nשלום <a b="c"> &amp; &#65; 100% ]]>',
  title: "2.50",
  keywords: ["k", "two words", "007", "true", "a,b;c", "&lt;"],
  hidden: true,
  subtype: "portrait",
  burst: "B-1",
} as const;

const names =
  "photo.jpg photo.heic screenshot.png movie.mov movie.mp4 live.mov live-hevc.mov plain.jpg";
for (const name of names.split(" ")) {
  test(`ExifToolProcess.write() puts every facet into ${name}, reads it back, and takes it out again`, async () => {
    const folder = folderOfTest("kei-exiftool");
    const path = join(folder, "100% ü'\"$(x).kei-tmp");
    copyFileSync(join(MEDIA, name), path);
    const fitness = fitnessOf(path, extname(name));
    if (fitness.kind === "unfit") throw new Error(fitness.reason);
    const { format, medium } = fitness;
    const signal = new AbortController().signal;
    const tags = FACETS.flatMap((facet) => tagsOf(facet, VALUES[facet] as never, medium));
    await process_.write(path, tags, LIMITS);
    const tagNames = tags.map((tag) => tag.name);
    const read = await process_.read(path, tagNames, LIMITS);
    expect(wrongTags(tags, read)).toEqual([]);
    expect(await payloadDifference(join(MEDIA, name), path, format, signal)).toBeNull();

    const none = FACETS.flatMap((facet) => tagsOf(facet, undefined, medium));
    await process_.write(path, none, LIMITS);
    const left = await process_.read(path, tagNames, LIMITS);
    expect(wrongTags(none, left)).toEqual([]);
    expect(await payloadDifference(join(MEDIA, name), path, format, signal)).toBeNull();
    expect(existsSync(`${path}_exiftool_tmp`)).toBeFalse();
  });
}

test("ExifToolProcess.write() leaves a file alone that it cannot write, and says why", async () => {
  const path = join(folderOfTest("kei-exiftool"), "file");
  const cut = readFileSync(join(MEDIA, "movie.mov")).subarray(0, 3000);
  writeFileSync(path, cut);
  const tags = tagsOf("title", "t", "movie");
  await expect(process_.write(path, tags, LIMITS)).rejects.toThrow(/ExifTool says: .*[Tt]runcated/);
  expect(readFileSync(path)).toEqual(cut);
});

test("ExifToolProcess.write() of what is there already is no fault", async () => {
  const path = join(folderOfTest("kei-exiftool"), "file");
  copyFileSync(join(MEDIA, "photo.jpg"), path);
  for (let time = 0; time < 2; time++)
    await process_.write(path, tagsOf("title", "t", "picture"), LIMITS);
});

test("ExifToolProcess kills one that hangs by the deadline, and the next call has another", async () => {
  const folder = folderOfTest("kei-exiftool");
  const path = join(folder, "file");
  copyFileSync(join(MEDIA, "photo.jpg"), path);
  // Answers to the version, then hangs at the first file; the second process is the real one.
  const script = join(folder, "hangs");
  const started = join(folder, "started");
  writeFileSync(
    script,
    `if [ -e '${started}' ]; then exec "$@"; fi
     while read line; do
       if [ "$line" = -ver ]; then echo 13.59; fi
       if [ "$line" = '${path}' ]; then touch '${started}'; echo $$ > '${folder}/pid'; sleep 100; fi
       if [ "$line" = -execute ]; then echo '{ready}'; fi
     done`,
  );
  const hanging = new ExifToolProcess({ ...tool, argv: ["/bin/sh", script, ...tool.argv] });
  const tags = tagsOf("title", "t", "picture");
  await expect(hanging.write(path, tags, { ...LIMITS, deadlineMs: 1500 })).rejects.toThrow(
    "ExifTool did not answer",
  );
  expect(await hanging.write(path, tags, LIMITS)).toEqual([]);
  await hanging.close();
});

test("locateTool() is not led astray by what is planted around it", async () => {
  const folder = folderOfTest("kei-planted");
  const trap = `open(F, '>', '${folder}/sprung'); print F 'x'; close F; 1;`;
  writeFileSync(join(folder, ".ExifTool_config"), trap);
  writeFileSync(join(folder, "Trap.pm"), trap);
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/perl"), `#!/bin/sh\ntouch ${folder}/sprung\n`, { mode: 0o755 });
  const script = join(folder, "run.ts");
  const room = join(import.meta.dir, "../../../src/metadata/tool");
  writeFileSync(
    script,
    `import { locateTool, SYSTEM_PERLS } from ${JSON.stringify(join(room, "locate.ts"))};
     import { ExifToolProcess } from ${JSON.stringify(join(room, "exiftool.ts"))};
     const places = { packs: { exiftool: null, perl: null }, caches: [], perls: SYSTEM_PERLS, nowMs: 0 };
     const tool = new ExifToolProcess(await locateTool(places));
     console.log((await tool.read(${JSON.stringify(join(MEDIA, "photo.jpg"))}, ["IFD0:Make"], { deadlineMs: 20000, signal: new AbortController().signal }))["IFD0:Make"]);
     await tool.close();`,
  );
  const env = {
    HOME: folder,
    PATH: `${folder}/bin:/usr/bin`,
    PERL5OPT: `-I${folder} -MTrap`,
    PERL5LIB: folder,
  };
  const child = Bun.spawn([process.execPath, script], { cwd: folder, env, stdout: "pipe" });
  expect((await new Response(child.stdout).text()).trim()).not.toBe("");
  expect(existsSync(join(folder, "sprung"))).toBeFalse();
});

const perls: Record<string, string> = {
  "there is none": "",
  "it is no perl": "#!/bin/sh\nexit 3\n",
  "it does not start": "#!/no/such/program\n",
};
for (const [name, text] of Object.entries(perls)) {
  test(`locateTool() says what to do when ${name}`, async () => {
    const path = join(folderOfTest("kei-perl"), "perl");
    if (text) writeFileSync(path, text, { mode: 0o755 });
    await expect(locateTool({ ...PLACES, perls: [path] })).rejects.toMatchObject({
      code: "local/missing",
      hint: expect.stringContaining("install perl"),
    });
  });
}
