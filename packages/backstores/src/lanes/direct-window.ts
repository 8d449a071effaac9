import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import { IORING_OP_READ, IORING_OP_WRITE, Sqe, type UringRings } from '../native/uring-rings.ts'
import { LaneDetail, LaneOperation } from './lane-job.ts'
import type { LaneService } from './lane-service.ts'
import type { RingServer } from './ring-server.ts'

/**
 * Reads and writes past the page cache, many of them under way at a time. All are of one descriptor: a device that does not answer
 * holds up nobody but itself. Each ends when the device has done it, whatever came before.
 */
export class DirectWindow {
  readonly #ring: RingServer
  readonly #service: LaneService
  readonly #uring: UringRings
  /** Where the memory is that entries' `memoryOffset` counts in. */
  readonly #address: number
  readonly #rang: () => void
  #underWay = 0
  #sizeBytes = 0

  constructor(parts: {
    readonly ring: RingServer
    readonly service: LaneService
    readonly uring: UringRings
    readonly address: number
    readonly rang: () => void
  }) {
    this.#ring = parts.ring
    this.#service = parts.service
    this.#uring = parts.uring
    this.#address = parts.address
    this.#rang = parts.rang
  }

  /** Whether the next entry is one for it. */
  get takes(): boolean {
    const { direct, sync, operation } = this.#ring
    return direct && !sync && (operation === LaneOperation.read || operation === LaneOperation.write)
  }

  /** Does the next entry and all that follow it and are of its descriptor, until there is none; false when it began not one. */
  serve(): boolean {
    const { fd } = this.#ring
    this.#sizeBytes = this.#service.sizeBytes(fd)
    this.#fill(fd)
    if (this.#underWay === 0) return false
    while (this.#underWay > 0) {
      this.#wait()
      this.#publish()
      this.#fill(fd)
    }
    return true
  }

  #fill(fd: number): void {
    const ring = this.#ring
    while (this.#underWay < storeLimits.directWindow && ring.look() && ring.fd === fd && this.takes) {
      const { operation, offset, lengthBytes, memoryOffset, slot } = ring
      // Whatever was cut off is for the lane's own way.
      if (operation === LaneOperation.write && offset + lengthBytes > this.#sizeBytes) return
      if (!ring.begin()) return
      const at = this.#uring.add(fd, offset, { address: this.#address + memoryOffset, lengthBytes })
      this.#uring.sqes[at + Sqe.operation] = operation === LaneOperation.read ? IORING_OP_READ : IORING_OP_WRITE
      this.#uring.sqes[at + Sqe.userData] = slot
      this.#underWay++
    }
  }

  /** Has the kernel take what was added, and waits until something has ended. */
  #wait(): void {
    const taken = this.#uring.submit(1)
    if (taken >= 0 || taken === -errno.EINTR || taken === -errno.EAGAIN || taken === -errno.EBUSY) return
    throw new Error(`io_uring_enter failed with error ${-taken}`)
  }

  /** Completes what has ended, in whatever order that is. */
  #publish(): void {
    const [ring, uring] = [this.#ring, this.#uring]
    for (; uring.reap(); this.#underWay--) {
      const { userData: slot, result } = uring
      ring.turnTo(slot)
      const call = ring.operation === LaneOperation.read ? SystemCall.pread : SystemCall.pwrite
      // What the kernel would not do now is done by a call, which waits.
      const again = result === -errno.EAGAIN || result === -errno.EINTR
      const rings = again
        ? this.#service.serve()
        : ring.complete(result, LaneDetail.none, result < 0 ? call : SystemCall.none)
      if (rings) this.#rang()
    }
  }
}
