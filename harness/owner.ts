import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * An owner of whom nothing can be told from here is taken for gone after so long. No rehearsal takes a week, and what is
 * left meanwhile costs room only.
 */
export const UNKNOWN_OWNER_MS = 7 * 24 * 3_600_000;

/** Where a process number means something: one boot of a kernel, and one namespace of it. */
export interface Realm {
  /** Of the kernel; a dash where the system does not tell. */
  readonly boot: string;
  /** Inode of the namespace that process numbers are counted in; a dash where the system has none. */
  readonly pids: string;
}

/** Linux counts the processes of the machine itself in this one (PROC_PID_INIT_INO of include/linux/proc_ns.h). */
const MACHINE_ITSELF = '4026531836';
/** Where there is no /proc, as on macOS, all processes of a machine are in one realm. */
const UNTOLD = '-';

const OWN_REALM: Realm = {
  boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? UNTOLD,
  pids: read(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? UNTOLD,
};

/** A process of this realm, told apart from a later one with the same number by the time it started. */
export function ownerOf(pid: number): string {
  return `${hostname()}/${OWN_REALM.boot}/${OWN_REALM.pids} ${pid} ${startTime(pid) ?? UNTOLD}`;
}

/**
 * Whether the owner is known to be gone. Owners on other machines are never judged, as the engine may be shared. Two
 * containers can have one host name, as with the host's network, and processes of their own: an owner in another
 * namespace of process numbers cannot be seen from here, and is left alone for `UNKNOWN_OWNER_MS`.
 *
 * @param ageMs of what it owns.
 */
export function isGone(owner: string, ageMs: number, realm = OWN_REALM): boolean {
  const [where = '', pid] = owner.split(' ');
  const [host, boot, pids] = where.split('/');
  if (host !== hostname() || !pid) return false;
  if (boot === realm.boot && pids === realm.pids) return !isAlive(Number(pid)) || ownerOf(Number(pid)) !== owner;
  // The machine itself was started again. Of a container with this name it may be another machine's.
  const isSameMachine = pids === MACHINE_ITSELF && realm.pids === MACHINE_ITSELF;
  if (isSameMachine && boot !== realm.boot) return true;
  return ageMs > UNKNOWN_OWNER_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  return read(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  });
}

/** Undefined where the system has no such file. */
function read<T>(file: () => T): T | undefined {
  try {
    return file();
  } catch {
    return undefined;
  }
}
