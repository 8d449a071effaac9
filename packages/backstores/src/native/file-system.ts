import { statfsSync } from 'node:fs'

/**
 * File systems of a disk of this machine, or of its memory, by the number that statfs(2) has for them. On any other one
 * (a network's, FUSE) even a write into the page cache may wait for somebody who does not answer.
 */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs
])

/** Whether a file lies on a file system of this machine alone; false where that cannot be told. */
export function isOnLocalFileSystem(fd: number): boolean {
  try {
    return LOCAL.has(statfsSync(`/proc/self/fd/${fd}`).type)
  } catch {
    return false
  }
}
