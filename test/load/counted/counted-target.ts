import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CountedAnswer, CountedOrder, CountedOrders } from './counted-process.ts'

/** How long an answer of the process, or its end, may take. */
const ANSWER_MS = 50_000

/** A program that serves disks, and tells what it has counted. */
export class CountedTarget {
  readonly #child: ChildProcess
  readonly #died: Promise<never>
  #asked: Promise<unknown> = Promise.resolve()

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the program that counts has ended with ${code ?? signal}`)
    })
    this.#died.catch(() => undefined)
  }

  /** Starts it; it serves nothing yet. */
  static start(): CountedTarget {
    const entry = fileURLToPath(new URL('./counted-process.ts', import.meta.url))
    return new CountedTarget(fork(entry, [], { execArgv: ['--conditions=source'], serialization: 'advanced' }))
  }

  /**
   * Has an order carried out, after those before it.
   * @throws {Error} when it cannot be.
   */
  ask<Kind extends keyof CountedOrders>(
    kind: Kind,
    asks: CountedOrders[Kind]['asks'],
  ): Promise<CountedOrders[Kind]['answers']> {
    const asked = this.#asked.then(() => this.#ask({ kind, asks } as CountedOrder))
    this.#asked = asked.catch(() => undefined)
    return asked as Promise<CountedOrders[Kind]['answers']>
  }

  async #ask(order: CountedOrder): Promise<unknown> {
    const message = once(this.#child, 'message', { signal: AbortSignal.timeout(ANSWER_MS) })
    this.#child.send(order)
    const [told] = (await Promise.race([message, this.#died])) as [CountedAnswer]
    if ('failure' in told) throw new Error(`${order.kind}: ${told.failure}`)
    return told.answer
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit')
    await this.ask('end', undefined)
    const [code] = await exit
    if (code !== 0) throw new Error(`the program that counts ended with ${code}`)
  }
}
