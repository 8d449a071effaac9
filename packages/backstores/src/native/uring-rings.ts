import type { AddressRange } from './libc.ts'
import type { UringCalls } from './uring-calls.ts'

const PARAMS_WORDS = 30
/** `struct io_uring_params` in words: what is asked for and answered, then sq_off from word 10 and cq_off from word 20 on. */
const Param = {
  sqEntries: 0,
  cqEntries: 1,
  flags: 2,
  sqTail: 11,
  sqMask: 12,
  sqFlags: 14,
  sqArray: 16,
  cqHead: 20,
  cqTail: 21,
  cqMask: 22,
  cqes: 25,
} as const

const IORING_OFF_SQ_RING = 0
const IORING_OFF_CQ_RING = 0x800_0000
const IORING_OFF_SQES = 0x1000_0000
const IORING_ENTER_GETEVENTS = 1
const IORING_SETUP_CQSIZE = 0x8
/** What a ring may be that one thread alone uses. */
export const RingUse = {
  /** What has ended is told when the thread asks, and it is not interrupted for it (DEFER_TASKRUN, SINGLE_ISSUER, TASKRUN_FLAG); Linux 6.1. */
  deferred: 0x200 | 0x1000 | 0x2000,
  /** It is told when the thread is in the system anyway (COOP_TASKRUN, TASKRUN_FLAG); Linux 5.19. */
  cooperative: 0x100 | 0x200,
  plain: 0,
} as const
export type RingUse = (typeof RingUse)[keyof typeof RingUse]
/** Something has ended that the thread is to ask for, or that there was no place for. */
const IORING_SQ_CQ_OVERFLOW_OR_TASKRUN = 0x2 | 0x4

/** Numbers of operations, `enum io_uring_op`. */
export const IORING_OP_READ = 22
/** A write, likewise. */
export const IORING_OP_WRITE = 23

/** `struct io_uring_sqe` in words. */
const SQE_WORDS = 16
/** Where its fields are, in words. */
export const Sqe = { operation: 0, fd: 1, offset: 2, address: 4, lengthBytes: 6, rwFlags: 7, userData: 8 } as const
/** `struct io_uring_cqe` in words. */
const CQE_WORDS = 4
const Cqe = { userData: 0, result: 2 } as const

const WORD_BYTES = 4
const TWO_TO_32 = 0x1_0000_0000

/** An io_uring of this process, as any of its threads can find it. */
export interface UringPlace {
  readonly fd: number
  /** What the kernel has answered: `struct io_uring_params`. */
  readonly params: Int32Array<ArrayBuffer>
  readonly sq: AddressRange
  readonly cq: AddressRange
  readonly sqes: AddressRange
}

/** How many may be submitted at a time, and how many may have ended that nobody has looked at; as many as were left out: twice as many. */
export interface UringSize {
  readonly submissions: number
  readonly completions?: number
  readonly use?: RingUse
}

/** Makes one. @throws where the system has none, or does not let this process have one. */
export function makeUring(calls: UringCalls, { submissions, completions = 0, use = 0 }: UringSize): UringPlace {
  const params = new Int32Array(new ArrayBuffer(PARAMS_WORDS * WORD_BYTES))
  params[Param.cqEntries] = completions
  params[Param.flags] = completions > 0 ? use | IORING_SETUP_CQSIZE : use
  const fd = calls.setup(submissions, params)
  if (fd < 0) throw new Error(`io_uring_setup failed with error ${-fd}`)
  const at = (param: number): number => params[param] as number
  const mapped: AddressRange[] = []
  const map = (lengthBytes: number, offset: number): AddressRange => {
    const address = calls.map(fd, { lengthBytes, offset })
    if (address < 0) throw new Error(`a ring of io_uring could not be mapped: error ${-address}`)
    mapped.push({ address, lengthBytes })
    return { address, lengthBytes }
  }
  try {
    const sq = map(at(Param.sqArray) + at(Param.sqEntries) * WORD_BYTES, IORING_OFF_SQ_RING)
    const cq = map(at(Param.cqes) + at(Param.cqEntries) * CQE_WORDS * WORD_BYTES, IORING_OFF_CQ_RING)
    const sqes = map(at(Param.sqEntries) * SQE_WORDS * WORD_BYTES, IORING_OFF_SQES)
    return { fd, params, sq, cq, sqes }
  } catch (error) {
    for (const { address, lengthBytes } of mapped) calls.unmap(address, lengthBytes)
    calls.close(fd)
    throw error
  }
}

/** Gives memory and descriptor back; nobody may look there any more. */
export function releaseUring(calls: UringCalls, { fd, sq, cq, sqes }: UringPlace): void {
  for (const { address, lengthBytes } of [sq, cq, sqes]) calls.unmap(address, lengthBytes)
  calls.close(fd)
}

/** Both rings of an io_uring, as one thread sees them. */
export class UringRings {
  readonly sqes: Int32Array
  /** What `reap` has taken up. */
  userData = 0
  result = 0
  readonly #calls: UringCalls
  readonly #fd: number
  readonly #sq: Int32Array
  readonly #cq: Int32Array
  readonly #params: Int32Array
  readonly #sqMask: number
  readonly #cqMask: number
  #tail: number
  #count = 0

  constructor(calls: UringCalls, { fd, params, sq, cq, sqes }: UringPlace) {
    const view = ({ address, lengthBytes }: AddressRange) => new Int32Array(calls.view(address, lengthBytes))
    this.#calls = calls
    this.#fd = fd
    this.#params = params
    this.#sq = view(sq)
    this.#cq = view(cq)
    this.sqes = view(sqes)
    this.#sqMask = this.#sq[this.#word(Param.sqMask)] as number
    this.#cqMask = this.#cq[this.#word(Param.cqMask)] as number
    this.#tail = this.#sq[this.#word(Param.sqTail)] as number
    const entries = params[Param.sqEntries] as number
    for (let i = 0; i < entries; i++) this.#sq[this.#word(Param.sqArray) + i] = i
  }

  /** How many were added and not submitted. */
  get added(): number {
    return this.#count
  }

  /** Adds a read or a write; where it lies in `sqes`. */
  add(fd: number, offset: number, { address, lengthBytes }: AddressRange): number {
    const { sqes } = this
    const at = ((this.#tail + this.#count++) & this.#sqMask) * SQE_WORDS
    sqes[at + Sqe.fd] = fd
    sqes[at + Sqe.offset] = offset % TWO_TO_32
    sqes[at + Sqe.offset + 1] = Math.floor(offset / TWO_TO_32)
    sqes[at + Sqe.address] = address % TWO_TO_32
    sqes[at + Sqe.address + 1] = Math.floor(address / TWO_TO_32)
    sqes[at + Sqe.lengthBytes] = lengthBytes
    return at
  }

  /**
   * Has the kernel take what was added, and waits until so many have ended; returns how many it took, or an error number negated.
   * What it did not take stays added.
   */
  submit(completions: number): number {
    return this.#enter(completions, completions > 0 ? IORING_ENTER_GETEVENTS : 0)
  }

  /** Has the kernel take what was added, and tell what has ended, without a wait; returns as `submit` does. */
  exchange(): number {
    return this.#enter(0, IORING_ENTER_GETEVENTS)
  }

  #enter(completions: number, flags: number): number {
    Atomics.store(this.#sq, this.#word(Param.sqTail), (this.#tail + this.#count) | 0)
    const taken = this.#calls.enter(this.#fd, this.#count, { completions, flags })
    if (taken <= 0) return taken
    this.#tail = (this.#tail + taken) | 0
    this.#count -= taken
    return taken
  }

  /** Whether something has ended that the kernel tells only when it is asked. */
  get hasMore(): boolean {
    return (Atomics.load(this.#sq, this.#word(Param.sqFlags)) & IORING_SQ_CQ_OVERFLOW_OR_TASKRUN) !== 0
  }

  /** Forgets what was added and not taken. */
  forget(): void {
    this.#count = 0
  }

  /** Waits until so many have ended; an error number negated where that fails. */
  await(completions: number): number {
    return this.#calls.enter(this.#fd, 0, { completions, flags: IORING_ENTER_GETEVENTS })
  }

  /** Takes up one that has ended, into `userData` and `result`; false when there is none. */
  reap(): boolean {
    const cq = this.#cq
    const headAt = this.#word(Param.cqHead)
    const head = cq[headAt] as number
    if (Atomics.load(cq, this.#word(Param.cqTail)) === head) return false
    const at = this.#word(Param.cqes) + (head & this.#cqMask) * CQE_WORDS
    this.userData = cq[at + Cqe.userData] as number
    this.result = cq[at + Cqe.result] as number
    Atomics.store(cq, headAt, (head + 1) | 0)
    return true
  }

  /** Where a part of the rings lies, as the kernel has answered. */
  #word(param: number): number {
    return (this.#params[param] as number) / WORD_BYTES
  }
}
