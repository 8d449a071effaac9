import { constants } from 'node:os'
import type { FaultCause } from '../store/fault-cause.ts'
import { StoreFault } from '../store/store-fault.ts'
import { type SystemCall, systemCallName } from './system-call.ts'

/** The system's error numbers, positive. */
export const errno = constants.errno

const faults = new Map<number, StoreFault>([
  [errno.EIO, StoreFault.io],
  [errno.ENOSPC, StoreFault.noSpace],
  [errno.EDQUOT, StoreFault.noSpace],
  [errno.EFBIG, StoreFault.noSpace],
  [errno.EROFS, StoreFault.readOnly],
  [errno.EPERM, StoreFault.readOnly],
  [errno.EACCES, StoreFault.readOnly],
  [errno.ENODEV, StoreFault.gone],
  [errno.ENXIO, StoreFault.gone],
  [errno.ESTALE, StoreFault.gone],
  [errno.EBADF, StoreFault.gone],
  [errno.ENOMEM, StoreFault.noMemory],
  [errno.ENOBUFS, StoreFault.noMemory],
  [errno.EAGAIN, StoreFault.noMemory],
  [errno.EOPNOTSUPP, StoreFault.unsupported],
  [errno.ENOSYS, StoreFault.unsupported],
])

const names = new Map<number, string>()
// Some numbers have two names: the first one counts.
for (const [name, number] of Object.entries(errno)) if (!names.has(number)) names.set(number, name)

/** The name of an error number (positive): `ENOENT`. */
export const errorName = (number: number): string => names.get(number) ?? `E${number}`

/** Makes the cause of a fault of a system call's error number (positive). */
export const causeOf = (number: number, call: SystemCall): FaultCause => ({
  code: errorName(number),
  errno: number,
  call: systemCallName(call),
})

/** The fault that a system call's error number (positive) means; whatever has no row of its own is a fault of the medium. */
export const faultOf = (number: number): StoreFault => faults.get(number) ?? StoreFault.io

/**
 * The fault of bringing data to stable storage. Where there was no space for it (a loop device in a full file system),
 * the medium has failed: the data was acknowledged, and space that comes later does not bring it back.
 */
export function syncFaultOf(number: number): StoreFault {
  const fault = faultOf(number)
  return fault === StoreFault.noSpace ? StoreFault.io : fault
}

/** The error number of what a call of node:fs threw, as a system call returns it: negative. */
export function negativeErrno(error: unknown): number {
  const number = (error as { errno?: unknown } | undefined)?.errno
  if (typeof number !== 'number') throw error
  return number
}
