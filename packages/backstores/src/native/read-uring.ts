import { errno } from './errno.ts'
import { RWF_NOWAIT } from './libc.ts'
import { libc } from './libc-access.ts'
import { UringCalls } from './uring-calls.ts'
import { IORING_OP_READ, makeUring, releaseUring, Sqe, type UringPlace, UringRings } from './uring-rings.ts'

/**
 * An io_uring for reads of the page cache: one system call for all of them. They are read with RWF_NOWAIT, as
 * `Libc.readCached` does it, so that the kernel does each at once or not at all, and all have ended when `run` returns.
 */
export class ReadUring {
  /** How the reads of the last `run` ended, in the order of `add`: bytes read, or an error number negated. */
  readonly results: Int32Array
  readonly #calls: UringCalls
  readonly #place: UringPlace
  readonly #rings: UringRings

  /** For so many reads at once. @throws where the system has no io_uring, or does not let this process have one. */
  constructor(calls: UringCalls, reads: number) {
    this.#calls = calls
    this.results = new Int32Array(reads)
    this.#place = makeUring(calls, { submissions: reads })
    this.#rings = new UringRings(calls, this.#place)
  }

  /** Adds a read of a descriptor to memory at an address: at most as many as the ring was made for, before `run`. */
  add(fd: number, offset: number, { address, lengthBytes }: { address: number; lengthBytes: number }): void {
    const rings = this.#rings
    const userData = rings.added
    const at = rings.add(fd, offset, { address, lengthBytes })
    rings.sqes[at + Sqe.operation] = IORING_OP_READ
    rings.sqes[at + Sqe.rwFlags] = RWF_NOWAIT
    rings.sqes[at + Sqe.userData] = userData
  }

  /** Does what was added; returns how many of them the kernel took, the first ones, or an error number negated. */
  run(): number {
    const taken = this.#rings.submit(0)
    // What it did not take is written over by the next ones.
    this.#rings.forget()
    if (taken <= 0) return taken
    this.#reap(taken)
    return taken
  }

  /** Gives memory and descriptor back; nothing may be done with it any more. */
  close(): void {
    releaseUring(this.#calls, this.#place)
  }

  #reap(count: number): void {
    const rings = this.#rings
    for (let left = count; left > 0; left--) {
      while (!rings.reap()) this.#await()
      this.results[rings.userData] = rings.result
    }
  }

  /** The kernel has not said yet how one has ended: it still has the memory, which nobody else may be given. */
  #await(): void {
    const error = -this.#rings.await(1)
    if (error > 0 && error !== errno.EINTR) throw new Error(`io_uring_enter failed with error ${error}`)
  }
}

/** A ring for so many reads; undefined where there is none to be had, and each is read by itself. */
export function openUring(reads: number): ReadUring | undefined {
  const library = libc()
  try {
    return library && new ReadUring(new UringCalls(library), reads)
  } catch {
    return undefined
  }
}
