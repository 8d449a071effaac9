import { storeLimits } from '../limits.ts'
import { SystemCall } from '../native/system-call.ts'
import { CALL_SHIFT, FIELDS, Field, type RingMemory, Word } from './ring-memory.ts'

/** Looks into the ring between two at the clock, which takes longer. */
const LOOKS_A_CLOCK = 16

/** The lane's side of a ring: entries are begun in the order in which they were submitted. */
export class RingServer {
  readonly #ring: RingMemory
  readonly #mask: number
  readonly #clock: () => number
  #completed: number
  /** When the last one was completed. */
  #completedMs = 0
  #at = 0
  /** Entries begun, counted as those completed are. */
  #begun: number
  /** The host wants no more of this lane than the entries that it had begun. */
  retired = false

  /** `clock` is one in milliseconds. */
  constructor(ring: RingMemory, clock: () => number = () => performance.now()) {
    this.#ring = ring
    this.#clock = clock
    this.#mask = ring.capacity - 1
    this.#completed = ring.head[Word.completed] as number
    this.#begun = this.#completed
  }

  /** The place of the current entry in the ring. */
  get slot(): number {
    return this.#at / FIELDS
  }

  /** Begins the next entry, which is the current one then; false when there is none yet. Look at `retired` before. */
  next(): boolean {
    if (!this.look()) return false
    this.begin()
    return true
  }

  /** Makes the next entry the current one, without beginning it; false when there is none yet. */
  look(): boolean {
    if (Atomics.load(this.#ring.head, Word.submitted) === this.#begun) return false
    this.#at = (this.#begun & this.#mask) * FIELDS
    return true
  }

  /** Begins the current entry, which `look` has found; false when the host wants none begun any more. */
  begin(): boolean {
    const after = (this.#begun + 1) | 0
    this.retired = Atomics.compareExchange(this.#ring.head, Word.begun, this.#begun, after) !== this.#begun
    if (this.retired) return false
    this.#begun = after
    this.#ring.entries[this.#at + Field.busyMs] = this.#clock()
    return true
  }

  /** Makes the entry in a place of the ring the current one. */
  turnTo(slot: number): void {
    this.#at = slot * FIELDS
  }

  /** Looks for an entry again and again, so many microseconds long; whether there is one to serve then. */
  poll(us: number): boolean {
    if (us === 0) return false
    const clock = this.#clock
    for (const untilMs = clock() + us / 1000; clock() < untilMs; )
      for (let look = 0; look < LOOKS_A_CLOCK; look++) if (this.look()) return true
    return false
  }

  /** Sleeps until there is an entry to serve, however long that takes. */
  sleep(): void {
    const { head } = this.#ring
    Atomics.store(head, Word.sleeping, 1)
    // Returns at once when something was submitted before the lane said that it sleeps.
    Atomics.wait(head, Word.submitted, this.#begun)
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

  get direct(): boolean {
    return this.#field(Field.direct) === 1
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
    this.#ring.boundaries[this.slot * storeLimits.boundariesPerEntry + index] = end
  }

  /**
   * Completes the current entry; `call` is the system call that an error came from. True: the host waits for a doorbell,
   * and only this call says so.
   */
  complete(result: number, detail: number, call: SystemCall = SystemCall.none): boolean {
    const { head, entries, order } = this.#ring
    const at = this.#at
    entries[at + Field.result] = result
    entries[at + Field.notes] = detail | (call << CALL_SHIFT)
    const begunMs = entries[at + Field.busyMs] as number
    const nowMs = this.#clock()
    entries[at + Field.busyMs] = nowMs - begunMs
    entries[at + Field.laneMs] = nowMs - Math.max(begunMs, this.#completedMs)
    this.#completedMs = nowMs
    order[this.#completed & this.#mask] = this.slot
    this.#completed = (this.#completed + 1) | 0
    Atomics.store(head, Word.completed, this.#completed)
    return Atomics.load(head, Word.armed) === 1 && Atomics.exchange(head, Word.armed, 0) === 1
  }

  #field(field: number): number {
    return this.#ring.entries[this.#at + field] as number
  }
}
