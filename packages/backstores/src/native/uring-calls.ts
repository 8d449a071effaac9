import { closeSync } from 'node:fs'
import type { Libc } from './libc.ts'

/** Their numbers are the same on every architecture. */
const SYS_io_uring_setup = 425
const SYS_io_uring_enter = 426
const SYS_io_uring_register = 427
const IORING_REGISTER_EVENTFD = 4

/** The system calls of io_uring. Each returns what the call returned, or its error number negated. */
export class UringCalls {
  readonly #libc: Libc

  constructor(libc: Libc) {
    this.#libc = libc
  }

  /** Makes a ring for so many submissions, and fills in its `struct io_uring_params`; returns its descriptor. */
  setup(entries: number, params: Int32Array<ArrayBuffer>): number {
    return this.#libc.systemCall(SYS_io_uring_setup, entries, this.#libc.addressOf(params.buffer))
  }

  /** Has the kernel add to an eventfd(2) whenever something has ended. */
  notify(fd: number, eventFd: number): number {
    const given = new Int32Array(new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    given[0] = eventFd
    const address = this.#libc.addressOf(given.buffer)
    return this.#libc.systemCall(SYS_io_uring_register, fd, IORING_REGISTER_EVENTFD, address, 1)
  }

  /** Submits so many, and waits until so many have ended; returns how many were submitted. */
  enter(fd: number, submissions: number, { completions, flags }: { completions: number; flags: number }): number {
    return this.#libc.systemCall(SYS_io_uring_enter, fd, submissions, completions, flags)
  }

  /** Maps a part of a ring, and says where. */
  map(fd: number, { lengthBytes, offset }: { lengthBytes: number; offset: number }): number {
    return this.#libc.mapMemory(fd, offset, lengthBytes)
  }

  /** See `Libc.memoryAt`. */
  view(address: number, lengthBytes: number): ArrayBuffer {
    return this.#libc.memoryAt(address, lengthBytes)
  }

  unmap(address: number, lengthBytes: number): number {
    return this.#libc.unmap(address, lengthBytes)
  }

  close(fd: number): void {
    closeSync(fd)
  }
}
