import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { Refusal } from '../../refusal.ts'
import type { Sink, Source } from './ends.ts'

/** Standard input. */
export class InputEnd implements Source {
  readonly name = 'standard input'
  readonly sizeBytes = undefined
  readonly isSequential = true
  readonly #input: Readable
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(input: Readable, signal: AbortSignal) {
    this.#input = input
    this.#chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    // Whoever interrupts does not wait for whoever sends.
    signal.addEventListener('abort', () => input.destroy(), { once: true })
  }

  async read(memory: Uint8Array, _offset: number, signal: AbortSignal): Promise<number> {
    let got = 0
    while (got < memory.length) {
      if (this.#rest.length === 0 && !(await this.#more(signal))) break
      const part = this.#rest.subarray(0, memory.length - got)
      memory.set(part, got)
      got += part.length
      this.#rest = this.#rest.subarray(part.length)
    }
    return got
  }

  async #more(signal: AbortSignal): Promise<boolean> {
    const { value, done } = await this.#chunks.next().catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
    signal.throwIfAborted()
    if (done === true) return false
    this.#rest = value as Buffer
    return true
  }

  async close(): Promise<void> {
    this.#input.destroy()
  }
}

/** Standard output. */
export class OutputEnd implements Sink {
  readonly name = 'standard output'
  readonly isSequential = true
  readonly grainBytes = 1
  readonly zeroGrainBytes = undefined
  readonly readBack = undefined
  readonly #output: Writable

  constructor(output: Writable) {
    this.#output = output
  }

  /** The memory is free again when it is done. */
  async write(data: Uint8Array, _offset: number, signal: AbortSignal): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#output.write(data, error => {
        if (error) reject(new Refusal('Cannot write standard output', { explanation: error.message }))
        else resolve()
      })
    })
    // Whoever does not read any more may be waited for no longer than somebody likes to.
    const stopped = new AbortController()
    const given = once(signal, 'abort', { signal: stopped.signal }).then(
      () => signal.throwIfAborted(),
      () => undefined,
    )
    signal.throwIfAborted()
    await Promise.race([written, given])
    stopped.abort()
  }

  async zero(): Promise<void> {}

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
