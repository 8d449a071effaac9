import type { DiskEvent, StoreFault, StoreOpeningEvent } from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { saidBy } from './fault-words.ts'

type DeviceNews = Extract<DiskEvent, { kind: 'deviceGone' | 'deviceBack' | 'deviceRefused' }>
type Failure = Extract<DiskEvent, { kind: 'operationFailed' }>

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

/**
 * Writes how a disk was opened and what goes wrong with it to the log: a line for each change, and for each kind of failure
 * now and then.
 */
export function logDiskEvent(log: Pick<Logger, 'info' | 'warn' | 'error'>, disk: string, event: DiskEvent): void {
  const { kind } = event
  if (kind === 'fileCreated' || kind === 'sizeDiffers' || kind === 'sizeRounded') return logOpening(log, disk, event)
  if (kind === 'deviceGone' || kind === 'deviceBack' || kind === 'deviceRefused') return logDevice(log, disk, event)
  if (kind === 'operationFailed') logFailure(log, disk, event)
  else if (kind === 'flushFailed')
    log.error(
      { event: 'flushFailed', disk, cause: event.cause },
      `${disk}: a flush failed${saidBy(event.cause)}, acknowledged writes may be lost: it refuses writes and flushes until the fault is cleared`,
    )
  else if (kind === 'faultCleared')
    log.warn({ event: 'faultCleared', disk }, `${disk}: its fault was cleared: it serves writes and flushes again`)
  else if (kind === 'fileChanged')
    log.error(
      { event: 'fileChanged', disk },
      `${disk}: its file is not the one that was opened, or shorter: it is not served any more`,
    )
  else if (kind === 'quarantined')
    log.error(
      { event: 'unitQuarantined', disk },
      `${disk}: an operation of an aborted command does not return: it is not ready until it does`,
    )
  else if (kind === 'returned')
    log.info({ event: 'unitReturned', disk }, `${disk}: the operation has returned: it is ready again`)
  else if (kind === 'availability' && !event.available)
    log.warn({ event: 'unitWithoutLane', disk }, `${disk}: not ready, its worker lane has died`)
  else if (kind === 'availability') log.info({ event: 'unitReady', disk }, `${disk}: ready again`)
}

function logDevice(log: Pick<Logger, 'info' | 'warn' | 'error'>, disk: string, event: DeviceNews): void {
  if (event.kind === 'deviceGone')
    log.error({ event: 'deviceGone', disk }, `${disk}: its device has gone: it is not served until that is back`)
  else if (event.kind === 'deviceBack')
    log.warn(
      { event: 'deviceBack', disk, path: event.path },
      `${disk}: its device is back, ${event.path}: it is served again`,
    )
  else
    log.error({ event: 'deviceRefused', disk, why: event.why }, `${disk}: its device is not taken back: ${event.why}`)
}

function logFailure(log: Pick<Logger, 'info' | 'warn' | 'error'>, disk: string, failure: Failure): void {
  const { operation, fault, cause, offset, lengthBytes, times } = failure
  const what = times === 1 ? `${operation} failed` : `${times} more of ${operation} failed`
  const facts = { disk, operation, fault, cause, offset, lengthBytes, times }
  log.error({ event: 'operationFailed', ...facts }, `${disk}: ${what}: ${WHY[fault]}${saidBy(cause)}`)
}

function logOpening(
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  disk: string,
  { kind, ...facts }: StoreOpeningEvent,
): void {
  log.warn(
    { event: 'diskOpening', disk, opening: kind, ...facts },
    `${disk}: ${describeOpening({ kind, ...facts } as StoreOpeningEvent)}`,
  )
}

function describeOpening(event: StoreOpeningEvent): string {
  if (event.kind === 'fileCreated')
    return `${event.path} was missing and has been created, empty, with ${event.sizeBytes} bytes`
  if (event.kind === 'sizeRounded')
    return `${event.sizeBytes} bytes are no whole number of 512-byte blocks: ${event.servedBytes} are served`
  const { path, fileBytes, askedBytes, servedBytes } = event
  const differ = `${path} has ${fileBytes} bytes and the configuration says ${askedBytes}`
  if (fileBytes < servedBytes) return `${differ}: it has been made longer, and reads as zeroes beyond its old end`
  return `${differ}: ${servedBytes} are served, as LIO does`
}
