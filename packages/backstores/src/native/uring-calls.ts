import { closeSync } from 'node:fs'
import type { Koffi, KoffiCall } from './koffi.ts'

/** The C library has no functions for these; their numbers are the same on every architecture. */
const SYS_io_uring_setup = 425
const SYS_io_uring_enter = 426
const PROT_READ_WRITE = 1 | 2
const MAP_SHARED_POPULATE = 0x01 | 0x8000

/** The system calls of io_uring. Each returns what the call returned, or its error number negated. */
export class UringCalls {
  readonly #koffi: Koffi
  readonly #syscall: KoffiCall
  readonly #mmap: KoffiCall
  readonly #munmap: KoffiCall

  /** @throws when the C library lacks one of the calls. */
  constructor(koffi: Koffi) {
    const library = koffi.load(null)
    const words = Array.from({ length: 7 }, () => 'int64_t')
    this.#koffi = koffi
    this.#syscall = library.func('syscall', 'int64_t', words)
    this.#mmap = library.func('mmap', 'int64_t', ['uintptr_t', 'size_t', 'int', 'int', 'int', 'int64_t'])
    this.#munmap = library.func('munmap', 'int', ['uintptr_t', 'size_t'])
  }

  /** Makes a ring for so many submissions, and fills in its `struct io_uring_params`; returns its descriptor. */
  setup(entries: number, params: Int32Array<ArrayBuffer>): number {
    const address = Number(this.#koffi.address(new Uint8Array(params.buffer)))
    return this.#result(this.#syscall(SYS_io_uring_setup, entries, address, 0, 0, 0, 0))
  }

  /** Submits so many, and waits until so many have ended; returns how many were submitted. */
  enter(fd: number, submissions: number, { completions, flags }: { completions: number; flags: number }): number {
    return this.#result(this.#syscall(SYS_io_uring_enter, fd, submissions, completions, flags, 0, 0))
  }

  /** Maps a part of a ring. */
  map(fd: number, { lengthBytes, offset }: { lengthBytes: number; offset: number }): number {
    return this.#result(this.#mmap(0, lengthBytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset))
  }

  /** The memory at an address; it must not be looked at any more when it is unmapped. */
  view(address: number, lengthBytes: number): ArrayBuffer {
    return this.#koffi.view(address, lengthBytes)
  }

  unmap(address: number, lengthBytes: number): number {
    return this.#result(this.#munmap(address, lengthBytes))
  }

  close(fd: number): void {
    closeSync(fd)
  }

  #result(returned: number): number {
    return returned < 0 ? -this.#koffi.errno() : returned
  }
}
