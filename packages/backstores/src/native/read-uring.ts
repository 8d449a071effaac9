import { errno } from './errno.ts'
import { RWF_NOWAIT } from './libc.ts'
import { libc } from './libc-access.ts'
import { UringCalls } from './uring-calls.ts'
import { UringMemory } from './uring-memory.ts'

const PARAMS_WORDS = 30
/** `struct io_uring_params` in words: what is asked for and answered, then sq_off from word 10 and cq_off from word 20 on. */
const Param = {
  sqEntries: 0,
  cqEntries: 1,
  sqTail: 11,
  sqMask: 12,
  sqArray: 16,
  cqHead: 20,
  cqTail: 21,
  cqMask: 22,
  cqes: 25,
} as const

const IORING_OFF_SQ_RING = 0
const IORING_OFF_CQ_RING = 0x800_0000
const IORING_OFF_SQES = 0x1000_0000
const IORING_OP_READ = 22
const IORING_ENTER_GETEVENTS = 1

/** `struct io_uring_sqe` in words. */
const SQE_WORDS = 16
const Sqe = { operation: 0, fd: 1, offset: 2, address: 4, lengthBytes: 6, rwFlags: 7, userData: 8 } as const
/** `struct io_uring_cqe` in words. */
const CQE_WORDS = 4
const Cqe = { userData: 0, result: 2 } as const

const WORD_BYTES = 4
const TWO_TO_32 = 0x1_0000_0000

/**
 * An io_uring for reads of the page cache: one system call for all of them. They are read with RWF_NOWAIT, as
 * `Libc.readCached` does it, so that the kernel does each at once or not at all, and all have ended when `run` returns.
 */
export class ReadUring {
  /** How the reads of the last `run` ended, in the order of `add`: bytes read, or an error number negated. */
  readonly results: Int32Array
  readonly #calls: UringCalls
  readonly #fd: number
  readonly #memory: UringMemory[] = []
  readonly #sq: Int32Array
  readonly #sqes: Int32Array
  readonly #cq: Int32Array
  readonly #params = new Int32Array(new ArrayBuffer(PARAMS_WORDS * WORD_BYTES))
  readonly #sqMask: number
  readonly #cqMask: number
  #tail: number
  #count = 0

  /** For so many reads at once. @throws where the system has no io_uring, or does not let this process have one. */
  constructor(calls: UringCalls, reads: number) {
    const params = this.#params
    this.#calls = calls
    this.results = new Int32Array(reads)
    this.#fd = calls.setup(reads, params)
    if (this.#fd < 0) throw new Error(`io_uring_setup failed with error ${-this.#fd}`)
    const sqEntries = params[Param.sqEntries] as number
    const cqesBytes = (params[Param.cqEntries] as number) * CQE_WORDS * WORD_BYTES
    this.#sq = this.#map(this.#byte(Param.sqArray) + sqEntries * WORD_BYTES, IORING_OFF_SQ_RING)
    this.#cq = this.#map(this.#byte(Param.cqes) + cqesBytes, IORING_OFF_CQ_RING)
    this.#sqes = this.#map(sqEntries * SQE_WORDS * WORD_BYTES, IORING_OFF_SQES)
    this.#sqMask = this.#sq[this.#word(Param.sqMask)] as number
    this.#cqMask = this.#cq[this.#word(Param.cqMask)] as number
    this.#tail = this.#sq[this.#word(Param.sqTail)] as number
    this.#prepare(sqEntries)
  }

  /** Adds a read of a descriptor to memory at an address: at most as many as the ring was made for, before `run`. */
  add(fd: number, offset: number, { address, lengthBytes }: { address: number; lengthBytes: number }): void {
    const sqes = this.#sqes
    const at = ((this.#tail + this.#count) & this.#sqMask) * SQE_WORDS
    sqes[at + Sqe.fd] = fd
    sqes[at + Sqe.offset] = offset % TWO_TO_32
    sqes[at + Sqe.offset + 1] = Math.floor(offset / TWO_TO_32)
    sqes[at + Sqe.address] = address % TWO_TO_32
    sqes[at + Sqe.address + 1] = Math.floor(address / TWO_TO_32)
    sqes[at + Sqe.lengthBytes] = lengthBytes
    sqes[at + Sqe.userData] = this.#count++
  }

  /** Does what was added; returns how many of them the kernel took, the first ones, or an error number negated. */
  run(): number {
    const count = this.#count
    this.#count = 0
    Atomics.store(this.#sq, this.#word(Param.sqTail), this.#tail + count)
    const taken = this.#calls.enter(this.#fd, count, { completions: 0, flags: 0 })
    if (taken <= 0) return taken
    // What it did not take is written over by the next ones.
    this.#tail = (this.#tail + taken) | 0
    this.#reap(taken)
    return taken
  }

  /** Gives memory and descriptor back; nothing may be done with it any more. */
  close(): void {
    for (const memory of this.#memory) memory.release()
    this.#calls.close(this.#fd)
  }

  #reap(count: number): void {
    const cq = this.#cq
    const headAt = this.#word(Param.cqHead)
    const cqesAt = this.#word(Param.cqes)
    const head = cq[headAt] as number
    const end = (head + count) | 0
    while (Atomics.load(cq, this.#word(Param.cqTail)) !== end) this.#await()
    for (let i = 0; i < count; i++) {
      const at = cqesAt + ((head + i) & this.#cqMask) * CQE_WORDS
      this.results[cq[at + Cqe.userData] as number] = cq[at + Cqe.result] as number
    }
    Atomics.store(cq, headAt, end)
  }

  /** The kernel has not said yet how one has ended: it still has the memory, which nobody else may be given. */
  #await(): void {
    const error = -this.#calls.enter(this.#fd, 0, { completions: 1, flags: IORING_ENTER_GETEVENTS })
    if (error > 0 && error !== errno.EINTR) throw new Error(`io_uring_enter failed with error ${error}`)
  }

  /** What is the same in every submission is written once. */
  #prepare(entries: number): void {
    for (let i = 0; i < entries; i++) {
      this.#sq[this.#word(Param.sqArray) + i] = i
      this.#sqes[i * SQE_WORDS + Sqe.operation] = IORING_OP_READ
      this.#sqes[i * SQE_WORDS + Sqe.rwFlags] = RWF_NOWAIT
    }
  }

  #map(lengthBytes: number, offset: number): Int32Array {
    try {
      const memory = new UringMemory(this.#calls, this.#fd, { lengthBytes, offset })
      this.#memory.push(memory)
      return memory.words
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Where a part of the rings lies, as the kernel has answered. */
  #byte(param: number): number {
    return this.#params[param] as number
  }

  #word(param: number): number {
    return this.#byte(param) / WORD_BYTES
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
