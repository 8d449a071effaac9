import { storeLimits } from '../limits.ts'

/** Words of the ring's head that both sides read; each on a cache line of its own. */
export const Word = {
  /** Entries that the host has submitted, counted from the ring's first count, modulo 2^32. */
  submitted: 0,
  /** Entries that the lane has completed, likewise. */
  completed: 16,
  /** 1 while the lane sleeps, or is about to. */
  sleeping: 32,
  /** 1 while the host waits for a doorbell; whoever turns it to 0 owes the ring. */
  armed: 48,
  /** Entries that the lane has begun, likewise; no more are once the host has put RETIRED into it. */
  begun: 64,
} as const

/** The numbers of one entry. The lane overwrites the last three when it completes the entry. */
export const Field = {
  operation: 0,
  fd: 1,
  sync: 2,
  memoryOffset: 3,
  lengthBytes: 4,
  offset: 5,
  result: 6,
  /** Two numbers beside the result: the detail, and the system call above CALL_SHIFT. */
  notes: 7,
  /** How long the lane was in it. */
  busyMs: 8,
} as const
/** By how many bits the number of the system call is shifted in the notes. */
export const CALL_SHIFT = 8
/** How many there are. */
export const FIELDS = 9

/** What the host adds to the count of entries begun: no lane ever comes to count that far. */
export const RETIRED = -0x8000_0000

const HEAD_BYTES = 320

/**
 * The memory of one ring, as both sides see it. Entries are submitted and completed in order, so that one entry serves
 * for both: the host writes what to do, the lane the result. All numbers are doubles: exact for offsets below 2^53.
 */
export class RingMemory {
  readonly shared: SharedArrayBuffer
  readonly head: Int32Array
  readonly entries: Float64Array
  /** For each entry the ends of the extents that it found. */
  readonly boundaries: Float64Array
  readonly capacity: number

  constructor(shared: SharedArrayBuffer, capacity: number = storeLimits.ringEntries) {
    this.shared = shared
    this.capacity = capacity
    const entriesBytes = capacity * FIELDS * Float64Array.BYTES_PER_ELEMENT
    this.head = new Int32Array(shared, 0, HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.entries = new Float64Array(shared, HEAD_BYTES, capacity * FIELDS)
    this.boundaries = new Float64Array(shared, HEAD_BYTES + entriesBytes, capacity * storeLimits.boundariesPerEntry)
  }

  /** A fresh ring. `firstCount` is where the counts start: they wrap, and tests start shortly before that. */
  static allocate(capacity: number = storeLimits.ringEntries, firstCount = 0): RingMemory {
    if (capacity < 1 || !Number.isInteger(Math.log2(capacity)))
      throw new RangeError(`a ring of ${capacity} entries was asked for; the number must be a power of two`)
    const doubles = capacity * (FIELDS + storeLimits.boundariesPerEntry)
    const ring = new RingMemory(new SharedArrayBuffer(HEAD_BYTES + doubles * Float64Array.BYTES_PER_ELEMENT), capacity)
    ring.head[Word.submitted] = firstCount
    ring.head[Word.completed] = firstCount
    ring.head[Word.begun] = firstCount
    ring.head[Word.armed] = 1
    return ring
  }
}
