import { storeLimits } from '../limits.ts'
import { SystemCall } from '../native/system-call.ts'
import { CALL_SHIFT, FIELDS, Field, type RingMemory, Word } from './ring-memory.ts'

/** Looks into the ring between two at the clock, which takes longer. */
const LOOKS_A_CLOCK = 16

/** The lane's side of a ring: entries are served one after the other, in the order in which they were submitted. */
export class RingServer {
  readonly #ring: RingMemory
  readonly #mask: number
  readonly #clock: () => number
  #completed: number
  #at = 0
  /** When the current entry was begun. */
  #begunMs = 0
  /** The host wants no more of this lane than the entries that it had begun. */
  retired = false

  /** `clock` is one in milliseconds. */
  constructor(ring: RingMemory, clock: () => number = () => performance.now()) {
    this.#ring = ring
    this.#clock = clock
    this.#mask = ring.capacity - 1
    this.#completed = ring.head[Word.completed] as number
  }

  /** Begins the next entry, which is the current one then; false when there is none yet. Look at `retired` before. */
  next(): boolean {
    const { head } = this.#ring
    if (Atomics.load(head, Word.submitted) === this.#completed) return false
    const begun = Atomics.compareExchange(head, Word.begun, this.#completed, (this.#completed + 1) | 0)
    this.retired = begun !== this.#completed
    this.#at = (this.#completed & this.#mask) * FIELDS
    this.#begunMs = this.#clock()
    return true
  }

  /** Looks for an entry again and again, so many microseconds long; whether there is one to serve then. */
  poll(us: number): boolean {
    if (us === 0) return false
    const clock = this.#clock
    for (const untilMs = clock() + us / 1000; clock() < untilMs; )
      for (let look = 0; look < LOOKS_A_CLOCK; look++) if (this.next()) return true
    return false
  }

  /** Sleeps until there is an entry to serve, however long that takes. */
  sleep(): void {
    const { head } = this.#ring
    Atomics.store(head, Word.sleeping, 1)
    // Returns at once when something was submitted before the lane said that it sleeps.
    Atomics.wait(head, Word.submitted, this.#completed)
    Atomics.store(head, Word.sleeping, 0)
  }

  get operation(): number {
    return this.#field(Field.operation)
  }

  get fd(): number {
    return this.#field(Field.fd)
  }

  get sync(): boolean {
    return this.#field(Field.sync) === 1
  }

  get memoryOffset(): number {
    return this.#field(Field.memoryOffset)
  }

  get lengthBytes(): number {
    return this.#field(Field.lengthBytes)
  }

  get offset(): number {
    return this.#field(Field.offset)
  }

  /** Notes where the current entry's extent number `index` ends. */
  setBoundary(index: number, end: number): void {
    const entry = this.#completed & this.#mask
    this.#ring.boundaries[entry * storeLimits.boundariesPerEntry + index] = end
  }

  /**
   * Completes the current entry; `call` is the system call that an error came from. True: the host waits for a doorbell,
   * and only this call says so.
   */
  complete(result: number, detail: number, call: SystemCall = SystemCall.none): boolean {
    const { head, entries } = this.#ring
    entries[this.#at + Field.result] = result
    entries[this.#at + Field.notes] = detail | (call << CALL_SHIFT)
    entries[this.#at + Field.busyMs] = this.#clock() - this.#begunMs
    this.#completed = (this.#completed + 1) | 0
    Atomics.store(head, Word.completed, this.#completed)
    return Atomics.load(head, Word.armed) === 1 && Atomics.exchange(head, Word.armed, 0) === 1
  }

  #field(field: number): number {
    return this.#ring.entries[this.#at + field] as number
  }
}
