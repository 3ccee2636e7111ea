/** What perl runs: first our own lines, then ExifTool. */

/** The system call that ends a process together with the one that started it, by processor; Linux only. */
const PRCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };

/** Tags of our own in XMP; ExifTool knows them by these names. */
const OWN_TAGS = `%Image::ExifTool::UserDefined = ('Image::ExifTool::XMP::Main' => { kei => {
  SubDirectory => { TagTable => 'Image::ExifTool::UserDefined::kei' } } });
%Image::ExifTool::UserDefined::kei = (GROUPS => { 0 => 'XMP', 1 => 'XMP-kei', 2 => 'Image' },
  NAMESPACE => { kei => 'https://github.com/rhoopr/kei/ns/1.0/' }, WRITABLE => 'string',
  hidden => { Name => 'KeiHidden', Writable => 'boolean' },
  mediaSubtype => { Name => 'KeiMediaSubtype' }, burstId => { Name => 'KeiBurstId' });`;

/** Without these a write would leave things out with no more than a warning. */
const NEEDED = "require Time::Local; require Fcntl; require File::Glob; require IO::Handle;";

/** Arguments of perl that run ExifTool; what follows them are ExifTool's own. */
export function bootArguments(script: string, system = process): string[] {
  const prctl = system.platform === "linux" ? PRCTL[system.arch] : undefined;
  // PR_SET_PDEATHSIG, SIGKILL: a perl in the middle of a large file would else go on with it.
  const endTogether = prctl === undefined ? "" : `syscall(${prctl}, 1, 9);`;
  const lines = [endTogether, OWN_TAGS, NEEDED, "$0 = shift; do $0; die $@ if $@;"];
  // An empty configuration keeps ExifTool from running the one in somebody's home.
  return ["-e", lines.join("\n"), script, "-config", ""];
}

/** All that the process may know of its surroundings: nothing that could make perl load or do anything else. */
export const BARE_ENVIRONMENT: Readonly<Record<string, string>> = { LC_ALL: "C" };
