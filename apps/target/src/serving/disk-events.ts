import type { StoreFault, UnitEvent } from 'lunkit'
import type { Logger } from 'pino'

type Failure = Extract<UnitEvent, { kind: 'operationFailed' }>

/** What a fault means to an administrator. */
const WHY: Readonly<Record<StoreFault, string>> = {
  io: 'the medium failed',
  noSpace: 'no space is left for it',
  readOnly: 'its file system, or the file, cannot be written',
  gone: 'the file is shorter than it was, or gone',
  noMemory: 'memory is short',
  laneLost: 'its worker lane died',
  flushFailed: 'an earlier flush failed',
  unsupported: 'its file system cannot do that',
}

/** Writes what goes wrong with a disk to the log: a line for each change, and for each kind of failure now and then. */
export function logDiskEvent(log: Logger, disk: string, event: UnitEvent): void {
  const { kind } = event
  if (kind === 'operationFailed') logFailure(log, disk, event)
  else if (kind === 'flushFailed')
    log.error(
      { disk },
      `${disk}: a flush failed, acknowledged writes may be lost: it refuses writes and flushes until lunkitd starts again`,
    )
  else if (kind === 'fileChanged')
    log.error({ disk }, `${disk}: its file is not the one that was opened, or shorter: it is not served any more`)
  else if (kind === 'quarantined')
    log.error({ disk }, `${disk}: an operation of an aborted command does not return: it is not ready until it does`)
  else if (kind === 'returned') log.info({ disk }, `${disk}: the operation has returned: it is ready again`)
  else if (kind === 'availability' && !event.available)
    log.warn({ disk }, `${disk}: not ready, its worker lane has died`)
  else if (kind === 'availability') log.info({ disk }, `${disk}: ready again`)
}

function logFailure(log: Logger, disk: string, { operation, fault, offset, lengthBytes, times }: Failure): void {
  const what = times === 1 ? `${operation} failed` : `${times} more of ${operation} failed`
  log.error({ disk, operation, fault, offset, lengthBytes, times }, `${disk}: ${what}: ${WHY[fault]}`)
}
