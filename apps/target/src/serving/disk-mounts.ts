import type { Logger } from '../log/logger.ts'
import type { Mount } from '../state/mount-table.ts'

/** Says that a disk's file lies on another mount than before. */
export function noteMount(disk: string, before: Mount, log: Pick<Logger, 'warn'>): void {
  const { mountPoint, source } = before
  const text = `${disk}: its file lies elsewhere than before: it was on the mount ${mountPoint} (${source})`
  log.warn({ event: 'mountChanged', disk, mountPoint, source }, text)
}
