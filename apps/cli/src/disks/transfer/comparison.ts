import { Refusal } from '../../refusal.ts'
import type { Sink, Source } from './ends.ts'

/** Compares what was written with what should have been: what it is given to write it reads back. */
export class Comparison implements Sink {
  readonly name: string
  readonly isSequential = false
  readonly grainBytes = 1
  readonly zeroGrainBytes = undefined
  readonly readBack = undefined
  readonly #read: Source['read']
  /** What no piece has just now. */
  readonly #spare: Buffer[] = []

  constructor(name: string, read: Source['read']) {
    this.name = name
    this.#read = read
  }

  /** @throws {Refusal} where they differ. */
  async write(data: Uint8Array, offset: number, signal: AbortSignal): Promise<void> {
    const spare = this.#spare.pop()
    const memory = spare !== undefined && spare.length >= data.length ? spare : Buffer.allocUnsafeSlow(data.length)
    const there = memory.subarray(0, data.length)
    const got = await this.#read(there, offset, signal)
    if (got < data.length || !there.equals(data)) throw this.#different(data, there.subarray(0, got), offset)
    this.#spare.push(memory)
  }

  #different(data: Uint8Array, there: Uint8Array, offset: number): Refusal {
    const at = data.findIndex((byte, place) => byte !== there[place])
    return new Refusal(`${this.name} does not have what was written to it: byte ${offset + at} differs`, {
      explanation: 'Somebody else may have written there meanwhile; else the disk does not keep what it is given.',
    })
  }

  async zero(): Promise<void> {}

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
