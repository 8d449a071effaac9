import type { Row } from '@lunkit/statistics'
import { causeOf } from '../native/errno.ts'
import type { SystemCall } from '../native/system-call.ts'
import type { FaultCause } from '../store/fault-cause.ts'
import type { StoreOperation } from '../store/store-operation.ts'
import { type CountedErrno, storeMetrics } from '../store-metrics.ts'

const { at } = storeMetrics

/** Where a descriptor counts what its medium did, and has not done yet. */
export class DescriptorAccount {
  readonly row: Row

  /** `row` is one of `storeMetrics`. */
  constructor(row: Row) {
    this.row = row
  }

  /** The cause of a fault, of a system call's error number (positive), which is counted by that. */
  failed(number: number, call: SystemCall): FaultCause {
    const cause = causeOf(number, call)
    this.row.add(at.errors[cause.code as CountedErrno] ?? at.errors.other)
    return cause
  }

  /** So many bytes were written that may be volatile. */
  written(bytes: number): void {
    this.row.add(at.unflushedBytes, bytes)
  }

  /** Bytes that were written and may be volatile. */
  get unflushedBytes(): number {
    return this.row.get(at.unflushedBytes)
  }

  /** So many of them are on stable storage. */
  flushed(bytes: number): void {
    this.row.add(at.unflushedBytes, -bytes)
  }

  /** A lane has been in an operation for so long. */
  wasInLane(operation: StoreOperation, milliseconds: number): void {
    this.row.observe(at.laneDuration[operation], milliseconds)
  }
}
