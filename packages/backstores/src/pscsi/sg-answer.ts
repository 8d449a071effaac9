import { errno } from '../native/errno.ts'
import { type DeviceAnswer, DeviceFailure } from '../store/scsi-device.ts'
import type { SgResult } from './sg-header.ts'

/** <scsi/scsi_status.h>: how the host adapter fared; each that is no row of its own is `host`. */
const HOST_FAILURES: ReadonlyMap<number, DeviceFailure> = new Map([
  [0x01, DeviceFailure.gone], // DID_NO_CONNECT
  [0x02, DeviceFailure.busy], // DID_BUS_BUSY
  [0x03, DeviceFailure.timedOut], // DID_TIME_OUT
  [0x04, DeviceFailure.gone], // DID_BAD_TARGET
  [0x05, DeviceFailure.aborted], // DID_ABORT
  [0x06, DeviceFailure.damaged], // DID_PARITY
  [0x08, DeviceFailure.aborted], // DID_RESET
  [0x0b, DeviceFailure.busy], // DID_SOFT_ERROR
  [0x0c, DeviceFailure.busy], // DID_IMM_RETRY
  [0x0d, DeviceFailure.busy], // DID_REQUEUE
  [0x0e, DeviceFailure.busy], // DID_TRANSPORT_DISRUPTED
  [0x0f, DeviceFailure.gone], // DID_TRANSPORT_FAILFAST
  [0x11, DeviceFailure.reserved], // DID_NEXUS_FAILURE
  [0x12, DeviceFailure.noMemory], // DID_ALLOC_FAILURE
])

/** DID_OK, and DID_PASSTHROUGH: the host adapter has nothing to say beside the status. */
const HOST_IS_FINE: ReadonlySet<number> = new Set([0x00, 0x0a])

/** The low four bits of the driver's status, of former kernels. The high ones say what was to be done about it. */
const DRIVER_BITS = 0x0f
const DRIVER_OK = 0x00
const DRIVER_SENSE = 0x08
const DRIVER_FAILURES: ReadonlyMap<number, DeviceFailure> = new Map([
  [0x01, DeviceFailure.busy], // DRIVER_BUSY
  [0x02, DeviceFailure.busy], // DRIVER_SOFT
  [0x06, DeviceFailure.timedOut], // DRIVER_TIMEOUT
])

/** What error numbers of the call itself mean: the command was not begun. */
const CALL_FAILURES: ReadonlyMap<number, DeviceFailure> = new Map([
  [errno.ENODEV, DeviceFailure.gone],
  [errno.ENXIO, DeviceFailure.gone],
  [errno.EBADF, DeviceFailure.gone],
  [errno.ENOMEM, DeviceFailure.noMemory],
  [errno.EAGAIN, DeviceFailure.busy],
  [errno.EBUSY, DeviceFailure.busy],
  [errno.EPERM, DeviceFailure.refused],
  [errno.EACCES, DeviceFailure.refused],
  [errno.EINVAL, DeviceFailure.refused],
  [errno.EIO, DeviceFailure.refused], // the block layer's word for more data than the queue takes
])

/** The bits of a status byte that a status may have set: bits 0 and 7 were vendors' own. */
const STATUS_BITS = 0x7e

const NOTHING = { status: 0, sense: new Uint8Array(0), residualBytes: 0 }

/** A command that was not answered. */
export const failed = (failure: DeviceFailure): DeviceAnswer => ({ ...NOTHING, failure })

/** What the error number (positive) of a call says of its command. */
export const failureOfCall = (number: number): DeviceFailure => CALL_FAILURES.get(number) ?? DeviceFailure.host

/**
 * What the driver's result says. A status that the device gave is told as it is, whatever the host adapter made of it, but for
 * GOOD: that counts only where host adapter and driver have nothing to say against it.
 */
export function answerOf(result: SgResult, lengthBytes: number): DeviceAnswer {
  const status = result.status & STATUS_BITS
  const failure = status === 0 ? failureOf(result) : undefined
  if (failure) return failed(failure)
  const residualBytes = Math.min(Math.max(result.residual, 0), lengthBytes)
  return { failure: undefined, status, sense: result.sense, residualBytes }
}

function failureOf({ hostStatus, driverStatus }: SgResult): DeviceFailure | undefined {
  if (!HOST_IS_FINE.has(hostStatus)) return HOST_FAILURES.get(hostStatus) ?? DeviceFailure.host
  const driver = driverStatus & DRIVER_BITS
  if (driver === DRIVER_OK || driver === DRIVER_SENSE) return undefined
  return DRIVER_FAILURES.get(driver) ?? DeviceFailure.host
}
