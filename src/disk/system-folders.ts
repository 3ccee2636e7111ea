/** Folders of the operating system: no place for photos. */

/** Neither these nor anything below them. */
const WHOLE = "/bin /sbin /lib /lib64 /etc /dev /proc /sys /boot /usr /System /private/etc".split(
  " ",
);
/** Those below are a person's. */
const ITSELF = ["/", "/var", "/root", "/usr/local", "/dev/shm", "/private/var"];
const EXCEPT = ["/usr/local", "/dev/shm"];

/** True for a folder of the system and for what lies in one; `path` is absolute, without links. Pure. */
export function isSystemFolder(path: string): boolean {
  const isIn = (folder: string) => path === folder || path.startsWith(`${folder}/`);
  return ITSELF.includes(path) || (WHOLE.some(isIn) && !EXCEPT.some(isIn));
}
