import type { StoreFault } from './store/store-fault.ts'
import type { StoreRequest } from './store/store-request.ts'

/** What a store has under way: how many operations, and whether it is closing, which waits for all of them. */
export class UnderWay {
  #count = 0
  #closing: Promise<StoreFault | undefined> | undefined
  readonly #drained = Promise.withResolvers<void>()

  /** How many operations are under way. */
  get count(): number {
    return this.#count
  }

  /** Whether the store is closing, or closed: nothing may be begun any more. */
  get isClosing(): boolean {
    return this.#closing !== undefined
  }

  /** One more operation is under way. */
  begin(): void {
    this.#count++
  }

  /** One less is under way, though it has not ended: something else of the store counts it now. */
  leave(): void {
    this.#count--
    if (this.#closing && this.#count === 0) this.#drained.resolve()
  }

  /** An operation that was under way has ended; its owner hears of it. */
  ended(request: StoreRequest): void {
    this.leave()
    request.owner.completed(request)
  }

  /** Waits for what is under way, then does what is `last` to do, once: who closes again is given the same. */
  close(last: () => Promise<StoreFault | undefined>): Promise<StoreFault | undefined> {
    this.#closing ??= this.#drain().then(last)
    return this.#closing
  }

  #drain(): Promise<void> {
    if (this.#count === 0) this.#drained.resolve()
    return this.#drained.promise
  }
}
