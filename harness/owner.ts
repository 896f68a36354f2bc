import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * After this time, an owner that cannot be checked from here counts as gone. No rehearsal takes a week, and until then
 * the leftovers only cost space.
 */
export const UNKNOWN_OWNER_MS = 7 * 24 * 3_600_000;

/** Where a process number is unique: one boot of a kernel, and one of its namespaces. */
export interface Realm {
  /** The boot id of the kernel, or a dash if the system does not tell. */
  readonly boot: string;
  /** The inode of the PID namespace, or a dash if the system has none. */
  readonly pids: string;
}

/** Inode of the machine's initial PID namespace on Linux (PROC_PID_INIT_INO of include/linux/proc_ns.h). */
const MACHINE_ITSELF = '4026531836';
/** Where there is no /proc, as on macOS, all processes of a machine are in one realm. */
const UNTOLD = '-';

const OWN_REALM: Realm = {
  boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? UNTOLD,
  pids: read(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? UNTOLD,
};

/** Names a process of this realm, and tells it apart from a later one with the same number by its start time. */
export function ownerOf(pid: number): string {
  return `${hostname()}/${OWN_REALM.boot}/${OWN_REALM.pids} ${pid} ${startTime(pid) ?? UNTOLD}`;
}

/**
 * Whether the owner is known to be gone. Owners on other machines are never judged, because the engine may be shared.
 * Two containers can have the same host name, as with the host's network, and still have processes of their own: an
 * owner in another PID namespace cannot be seen from here, and is left alone for `UNKNOWN_OWNER_MS`.
 *
 * @param ageMs the age of what it owns.
 */
export function isGone(owner: string, ageMs: number, realm = OWN_REALM): boolean {
  const [where = '', pid] = owner.split(' ');
  const [host, boot, pids] = where.split('/');
  if (host !== hostname() || !pid) return false;
  if (boot === realm.boot && pids === realm.pids) return !isAlive(Number(pid)) || ownerOf(Number(pid)) !== owner;
  // The machine itself was restarted. A container with this name may be on another machine.
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

/** Returns field 22 of /proc/PID/stat, the start time in clock ticks since boot; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  return read(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may contain spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  });
}

/** Returns undefined where the system has no such file. */
function read<T>(file: () => T): T | undefined {
  try {
    return file();
  } catch {
    return undefined;
  }
}
