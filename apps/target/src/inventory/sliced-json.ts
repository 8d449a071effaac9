import { setImmediate as nextTurn } from 'node:timers/promises'

/** So long others wait for their turn, and for one entry more. */
const SLICE_MS = 0.3
const encoder = new TextEncoder()

/** A clock, and the way to have others take their turns. */
export interface Turns {
  readonly nowMs: () => number
  readonly next: () => Promise<unknown>
}

const EVENT_LOOP: Turns = { nowMs: () => performance.now(), next: () => nextTurn() }

/**
 * An object of JSON in UTF-8 whose members come one after the other: no turn of the event loop is longer than 0.3 ms and an entry of a list,
 * however many there are.
 */
export class SlicedJson {
  readonly #turns: Turns
  readonly #pieces: Uint8Array[] = []
  #texts: string[] = []
  #startedMs: number

  /** Left out, the event loop of Node. */
  constructor(turns: Turns = EVENT_LOOP) {
    this.#turns = turns
    this.#startedMs = turns.nowMs()
  }

  /** A member that is told at once. */
  async value(name: string, value: unknown): Promise<void> {
    this.#begin(name)
    this.#texts.push(JSON.stringify(value))
    if (this.#isOver) await this.#turn()
  }

  /** A member that is a list: its entries are taken one by one. */
  async list(name: string, entries: Iterable<unknown>): Promise<void> {
    this.#begin(name)
    let before = '['
    for (const entry of entries) {
      this.#texts.push(before, JSON.stringify(entry))
      before = ','
      if (this.#isOver) await this.#turn()
    }
    this.#texts.push(before === '[' ? '[]' : ']')
  }

  /** All of it, in memory of its own. Nothing can be told after that. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.#texts.push(this.#isEmpty ? '{}' : '}')
    this.#encode()
    const whole = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }

  get #isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#texts.length === 0
  }

  get #isOver(): boolean {
    return this.#turns.nowMs() - this.#startedMs >= SLICE_MS
  }

  #begin(name: string): void {
    this.#texts.push(this.#isEmpty ? '{' : ',', `${JSON.stringify(name)}:`)
  }

  async #turn(): Promise<void> {
    this.#encode()
    await this.#turns.next()
    this.#startedMs = this.#turns.nowMs()
  }

  #encode(): void {
    this.#pieces.push(encoder.encode(this.#texts.join('')))
    this.#texts = []
  }
}
