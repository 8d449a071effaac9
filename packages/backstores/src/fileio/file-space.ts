import type { SpaceOperations } from '../descriptor/descriptor-options.ts'
import { LaneOperation } from '../lanes/lane-job.ts'
import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { type Libc, Seek } from '../native/libc.ts'

/** How a file's space is zeroed, given back and looked for: fallocate(2) and lseek(2). */
export const FILE_SPACE: SpaceOperations = {
  zero: LaneOperation.zero,
  discard: LaneOperation.discard,
  extents: LaneOperation.extents,
}

/** A file that is tried. */
export interface SpaceProbe {
  readonly fd: number
  /** All of the file, which may be more than is served. */
  readonly fileBytes: number
  readonly libc: Libc | undefined
}

/** Punches a hole behind the end of the file, where there is nothing: only the answer counts. */
export function canPunchHoles({ fd, fileBytes, libc }: SpaceProbe): boolean {
  const pageBytes = storeLimits.ramPageBytes
  const behind = Math.ceil(fileBytes / pageBytes) * pageBytes
  return libc !== undefined && libc.punchHole(fd, behind, pageBytes) === 0
}

/** Whether the file system finds data and holes. */
export function canSeekData({ fd, libc }: SpaceProbe): boolean {
  if (!libc) return false
  const result = libc.seek(fd, 0, Seek.data)
  return result >= 0 || result === -errno.ENXIO
}
