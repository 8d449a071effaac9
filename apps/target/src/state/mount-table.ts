import { readFileSync } from 'node:fs'

/** A file system where it is mounted. */
export interface Mount {
  readonly mountPoint: string
  /** `ext4`, `nfs4`. */
  readonly fileSystem: string
  /** `/dev/vdb1`, `server:/export`. */
  readonly source: string
}

/** What is mounted now, in the order in which it was: proc(5), /proc/PID/mountinfo. */
export function readMountTable(text = readFileSync('/proc/self/mountinfo', 'utf8')): readonly Mount[] {
  return text.split('\n').flatMap(line => {
    const [before = '', after] = line.split(' - ')
    const mountPoint = before.split(' ')[4]
    const [fileSystem, source] = after?.split(' ') ?? []
    if (mountPoint === undefined || fileSystem === undefined || source === undefined) return []
    return [{ mountPoint: unescaped(mountPoint), fileSystem, source: unescaped(source) }]
  })
}

/** The mount that a path without links lies on: the last one of those that lead deepest to it. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.reduce<Mount | undefined>((deepest, mount) => {
    if (!isWithin(path, mount.mountPoint)) return deepest
    return deepest === undefined || mount.mountPoint.length >= deepest.mountPoint.length ? mount : deepest
  }, undefined)
}

/** Whether a path is a directory, or lies in it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)
}

/** Space, tab, line feed and backslash stand there as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
