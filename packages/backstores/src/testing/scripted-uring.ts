import { readSync } from 'node:fs'
import { errno } from '../native/errno.ts'
import type { UringCalls } from '../native/uring-calls.ts'

/** Where the parts lie, and where in them the words are: other places than a kernel's, which may choose them. */
const SQ_RING = { address: 0x10_0000, head: 8, tail: 16, mask: 24, array: 32 }
const CQ_RING = { address: 0x20_0000, head: 4, tail: 12, mask: 20, cqes: 64 }
const SQES = { address: 0x30_0000 }
const TWO_TO_32 = 0x1_0000_0000
/** The numbers that the kernel has counted before: they are not zero for ever, and one day they turn. */
const COUNTED = -3

/** A kernel's side of io_uring for reads, in the memory of this process; it does what a test tells it. */
export class ScriptedUring implements Pick<UringCalls, 'setup' | 'enter' | 'map' | 'view' | 'unmap' | 'close'> {
  readonly entries: number
  /** What `setup`, `enter` and `map` answer instead, error numbers negated. */
  setupError = 0
  enterError = 0
  /** Which part cannot be mapped: the first is 0. */
  unmappable = -1
  /** How many submissions are taken at a time. */
  takes: number
  /** Whether reads end only when somebody waits for them. */
  slow = false
  /** What a read ends with, where it is not what was read. */
  resultOf: (offset: number) => number | undefined = () => undefined
  readonly closed: number[] = []
  readonly mapped = new Set<number>()
  /** Flags of every read, by its offset. */
  readonly rwFlags: number[] = []
  enters = 0
  readonly #memory: Uint8Array
  readonly #address: number
  readonly #parts = new Map<number, Int32Array<ArrayBuffer>>()
  readonly #late: (() => void)[] = []
  #maps = 0

  /** Reads go to `memory`, of which byte 0 has this address. */
  constructor(memory: Uint8Array, { address = 0, entries = 4 } = {}) {
    this.#memory = memory
    this.#address = address
    this.entries = entries
    this.takes = entries
    const words = (bytes: number): Int32Array<ArrayBuffer> => new Int32Array(new ArrayBuffer(bytes))
    this.#parts.set(SQ_RING.address, words(SQ_RING.array + entries * 4))
    this.#parts.set(CQ_RING.address, words(CQ_RING.cqes + entries * 32))
    this.#parts.set(SQES.address, words(entries * 64))
    const [sq, cq] = [this.#part(SQ_RING), this.#part(CQ_RING)]
    sq[SQ_RING.mask / 4] = this.entries - 1
    cq[CQ_RING.mask / 4] = 2 * this.entries - 1
    for (const at of [SQ_RING.head, SQ_RING.tail]) sq[at / 4] = COUNTED
    for (const at of [CQ_RING.head, CQ_RING.tail]) cq[at / 4] = COUNTED
  }

  setup(entries: number, params: Int32Array<ArrayBuffer>): number {
    if (this.setupError !== 0) return this.setupError
    if (entries !== this.entries) throw new Error(`a ring of ${entries} was asked for`)
    params.set([this.entries, 2 * this.entries])
    params.set([SQ_RING.head, SQ_RING.tail, SQ_RING.mask, 0, 0, 0, SQ_RING.array], 10)
    params.set([CQ_RING.head, CQ_RING.tail, CQ_RING.mask, 0, 0, CQ_RING.cqes], 20)
    return 7
  }

  map(fd: number, { lengthBytes, offset }: { lengthBytes: number; offset: number }): number {
    if (this.#maps++ === this.unmappable) return -errno.ENOMEM
    const part = { 0: SQ_RING, 0x800_0000: CQ_RING, 0x1000_0000: SQES }[offset]
    if (fd !== 7 || !part || lengthBytes > this.#part(part).byteLength)
      throw new Error(`${lengthBytes} bytes at ${offset} of ${fd}`)
    this.mapped.add(part.address)
    return part.address
  }

  view(address: number, lengthBytes: number): ArrayBuffer {
    const part = this.#parts.get(address)
    if (!part || lengthBytes > part.byteLength) throw new Error(`nothing of ${lengthBytes} bytes is at ${address}`)
    return part.buffer
  }

  unmap(address: number): number {
    if (!this.mapped.delete(address)) throw new Error(`${address} is not mapped`)
    return 0
  }

  close(fd: number): void {
    this.closed.push(fd)
  }

  enter(fd: number, submissions: number, { completions }: { completions: number; flags: number }): number {
    this.enters++
    if (fd !== 7) throw new Error(`a ring ${fd} was entered`)
    if (this.enterError !== 0) return this.enterError
    if (completions > 0) for (const end of this.#late.splice(0, completions)) end()
    const sq = this.#part(SQ_RING)
    let taken = 0
    for (; taken < Math.min(submissions, this.takes); taken++) {
      const head = sq[SQ_RING.head / 4] as number
      if (head === sq[SQ_RING.tail / 4]) break
      const entry = sq[SQ_RING.array / 4 + (head & (this.entries - 1))] as number
      const end = this.#submission(entry)
      if (this.slow) this.#late.push(end)
      else end()
      sq[SQ_RING.head / 4] = (head + 1) | 0
    }
    return taken
  }

  /** Reads what a submission says now; what it returns tells how that has ended. */
  #submission(entry: number): () => void {
    const sqe = this.#part(SQES).subarray(entry * 16, entry * 16 + 16)
    const [
      opcode = 0,
      fd = 0,
      low = 0,
      high = 0,
      addressLow = 0,
      addressHigh = 0,
      lengthBytes = 0,
      flags = 0,
      userData = 0,
    ] = sqe
    if (opcode !== 22) throw new Error(`operation ${opcode} is not a read`)
    this.rwFlags.push(flags)
    const offset = (low >>> 0) + high * TWO_TO_32
    const at = (addressLow >>> 0) + addressHigh * TWO_TO_32 - this.#address
    const result = this.resultOf(offset) ?? readSync(fd, this.#memory, at, lengthBytes, offset)
    return () => this.#complete(userData, result)
  }

  #complete(userData: number, result: number): void {
    const cq = this.#part(CQ_RING)
    const tail = cq[CQ_RING.tail / 4] as number
    const at = CQ_RING.cqes / 4 + (tail & (2 * this.entries - 1)) * 4
    cq.set([userData, 0, result, 0], at)
    cq[CQ_RING.tail / 4] = (tail + 1) | 0
  }

  #part({ address }: { readonly address: number }): Int32Array<ArrayBuffer> {
    return this.#parts.get(address) as Int32Array<ArrayBuffer>
  }
}
