import { SystemCall } from '../native/system-call.ts'
import type { LaneClient } from './lane-client.ts'

/** What a lane can be asked to do with a file descriptor. */
export const LaneOperation = {
  /** Ends the lane: everything submitted before has been done. */
  stop: 0,
  read: 1,
  write: 2,
  /** fdatasync. */
  sync: 3,
  /** Makes a range read as zeroes. */
  zero: 4,
  /** Gives a range's space back: a hole is punched. */
  discard: 5,
  /** Finds data and holes. */
  extents: 6,
  /** A small write, after the large folios of its region of the page cache have been split. */
  fineWrite: 7,
  /** What only the driver of a device does (ioctl): `lengthBytes` is the number of the request, `offset` the address of its argument. */
  control: 8,
} as const
export type LaneOperation = (typeof LaneOperation)[keyof typeof LaneOperation]

/** What `LaneJob.detail` says beside the result. */
export const LaneDetail = {
  none: 0,
  /** The result is an error, and it came from bringing data to stable storage, not from the operation itself. */
  syncFailed: 1,
  /** The first extent found is data. */
  dataFirst: 2,
} as const

/** Whether an operation changes bytes of its range. */
export const isChange = (operation: number): boolean =>
  operation === LaneOperation.write ||
  operation === LaneOperation.fineWrite ||
  operation === LaneOperation.zero ||
  operation === LaneOperation.discard

/** Whether an operation waits for the medium: it may take long, and stays in the store's own lane. */
export const isHeavy = (job: LaneJob): boolean =>
  job.sync ||
  job.operation === LaneOperation.sync ||
  job.operation === LaneOperation.zero ||
  job.operation === LaneOperation.discard

/** Ends a job, and tells who had it done before that, since it may be submitted again from within. */
export function endJob(job: LaneJob): void {
  job.source?.finished(job)
  job.ended()
}

/** Where a job comes from, as far as a lane needs to know. */
export interface JobSource {
  readonly client: LaneClient
  /** The lane where its jobs run when no other one takes them. */
  readonly home: { readonly isUp: boolean; submit(job: LaneJob): void }
  /** One of its jobs is about to end. */
  finished(job: LaneJob): void
  /** One of its jobs has ended that no lane had. */
  endedDirectly(job: LaneJob): void
  /** Hands a job to whichever lane is to have it. */
  submit(job: LaneJob): void
  /** A job of it does not return. */
  stuck(): void
  /** It has returned. */
  returned(): void
}

/**
 * One blocking call on its way through a lane. Made once and used again: submitting and ending it allocates nothing.
 * While it is under way nobody but the lanes touches it, nor the memory and the file descriptor that it names.
 */
export abstract class LaneJob {
  operation: LaneOperation = LaneOperation.read
  fd = -1
  /** Reads: dirty data goes to stable storage first. Everything else: it ends only when it is on stable storage. */
  sync = false
  /** A read or a write past the page cache, which the kernel can have without a lane; false once a lane has it. */
  direct = false
  /** Where the data is in the memory that the lanes share, in bytes. */
  memoryOffset = 0
  lengthBytes = 0
  /** Where in the file, in bytes. */
  offset = 0
  /** Bytes done (perhaps fewer than asked), extents found, or an error number negated. */
  result = 0
  /** One of LaneDetail. */
  detail: number = LaneDetail.none
  /** With an error: the system call that returned it; none where the lane refused the job by itself. */
  call: SystemCall = SystemCall.none
  /** How long the lane was in it. */
  busyMs = 0
  /** The lane's thread ended before the job did; `result` says nothing. */
  lost = false
  /** With `lost`: the lane may have begun. */
  begun = false
  /** Where each extent found ends, data and holes in turn; valid until the job is submitted again. */
  boundaries: Float64Array | undefined
  /** @internal what it adds to the load of its lane */
  weight = 0
  /** @internal whose job it is */
  source: JobSource | undefined
  /** @internal the next job that waits for room in the ring */
  next: LaneJob | undefined

  /** The job has ended; it may be submitted again from within. Never called from within `submit`. */
  abstract ended(): void
}
