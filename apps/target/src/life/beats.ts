/** Threads of lunkitd that show each other that they go on. */
export const Side = { protocol: 0, watch: 1 } as const
export type Side = (typeof Side)[keyof typeof Side]

/** Each number on a cache line of its own, in words of 32 bits. */
const LINE_WORDS = 16
const SIDES = Object.keys(Side).length
/** Behind them: the descriptor of the control socket, and -1 for none. */
const CONTROL_WORD = SIDES * LINE_WORDS
/** And the number that the system has for the thread of each side. */
const THREAD_WORDS = CONTROL_WORD + LINE_WORDS
/** And 1 when the process ends itself. */
const ENDING_WORD = THREAD_WORDS + SIDES
/** And 1 while the watching thread loads modules. */
const LOADING_WORD = ENDING_WORD + 1
const HEAD_WORDS = THREAD_WORDS + LINE_WORDS
const HEAD_BYTES = HEAD_WORDS * Int32Array.BYTES_PER_ELEMENT

/** A time in which the protocol thread stood still. */
export interface Standstill {
  /** When it went on. */
  readonly ended: Date
  readonly forMs: number
}

/** All standstills of the protocol thread that have ended. */
export interface Standstills {
  readonly times: number
  /** Together. */
  readonly forMs: number
}

/** Numbers of them, of 64 bits: when the last one ended, in milliseconds since 1970, how long it was; how many there were, and how long. */
const STANDSTILL_NUMBERS = 4

/** Counters in shared memory, one for each side, which counts on as long as its thread goes on. */
export class Beats {
  readonly memory: SharedArrayBuffer
  readonly #counts: Int32Array
  /** Written by the side that sees standstills alone. */
  readonly #standstills: Float64Array

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES + STANDSTILL_NUMBERS * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#counts = new Int32Array(memory, 0, HEAD_WORDS)
    this.#standstills = new Float64Array(memory, HEAD_BYTES, STANDSTILL_NUMBERS)
  }

  /** This side goes on. */
  beat(side: Side): void {
    Atomics.add(this.#counts, side * LINE_WORDS, 1)
  }

  /** How often a side has said so, modulo 2^32. */
  count(side: Side): number {
    return Atomics.load(this.#counts, side * LINE_WORDS)
  }

  /** The number that the system has for a side's thread; 0: it has not said. */
  thread(side: Side): number {
    return Atomics.load(this.#counts, THREAD_WORDS + side)
  }

  /** This side's thread has this number. */
  begin(side: Side, thread: number): void {
    Atomics.store(this.#counts, THREAD_WORDS + side, thread)
  }

  /** The descriptor of the control socket, as long as the protocol thread has it open; undefined: there is none. */
  get control(): number | undefined {
    const descriptor = Atomics.load(this.#counts, CONTROL_WORD)
    return descriptor < 0 ? undefined : descriptor
  }

  set control(descriptor: number | undefined) {
    Atomics.store(this.#counts, CONTROL_WORD, descriptor ?? -1)
  }

  /** Whether the process ends itself, by SIGKILL, as soon as it has left a report. */
  get isEnding(): boolean {
    return Atomics.load(this.#counts, ENDING_WORD) === 1
  }

  /** It does. */
  end(): void {
    Atomics.store(this.#counts, ENDING_WORD, 1)
  }

  /** Whether the watching thread is being loaded, or loads something: in one turn, in which it does not beat. */
  get isLoading(): boolean {
    return Atomics.load(this.#counts, LOADING_WORD) === 1
  }

  /** It does from now on. */
  loads(): void {
    Atomics.store(this.#counts, LOADING_WORD, 1)
  }

  /** It does no more, and beats before that: else it were in default of all beats of this time at once. */
  loaded(): void {
    this.beat(Side.watch)
    Atomics.store(this.#counts, LOADING_WORD, 0)
  }

  /** The protocol thread stood still; the side that has seen it says so. */
  note({ ended, forMs }: Standstill): void {
    const { times, forMs: beforeMs } = this.standstills
    this.#standstills.set([ended.getTime(), forMs, times + 1, beforeMs + forMs])
  }

  /** How often it has, and for how long. */
  get standstills(): Standstills {
    const [, , times = 0, forMs = 0] = this.#standstills
    return { times, forMs }
  }

  /** When the protocol thread stood still last; undefined: never yet. */
  get last(): Standstill | undefined {
    const [endedMs = 0, forMs = 0] = this.#standstills
    return endedMs === 0 ? undefined : { ended: new Date(endedMs), forMs }
  }
}
