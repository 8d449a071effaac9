import { callback, checkArgument } from '@lunkit/wire'
import { LISTENER } from '../store-domain.ts'
import type { StoreEvent } from './store-event.ts'

/** Hears what a store reports by itself. */
export type StoreListener = (event: StoreEvent) => void

interface Entry {
  readonly listener: StoreListener
}

/**
 * Those who listen to one store. Each hears every event that comes while it listens. What a listener throws is a bug of
 * its own: the others hear the event all the same, and the store goes on with what it was doing; then it is thrown where
 * nobody catches it.
 */
export class StoreListeners {
  readonly #entries = new Set<Entry>()
  readonly #onBug: (error: unknown) => void

  /**
   * `onBug` is given what a listener throws.
   * @throws {TypeError} for what is no function.
   */
  constructor(onBug: (error: unknown) => void = throwLater) {
    checkArgument('StoreListeners: onBug', onBug, callback)
    this.#onBug = onBug
  }

  /**
   * Adds a listener; the returned function takes it away.
   * @throws {TypeError} for what is no function.
   */
  add(listener: StoreListener): () => void {
    checkArgument('listen: listener', listener, LISTENER)
    const entry = { listener }
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
    }
  }

  /** Tells all who listen now, in the order in which they came; not one who was taken away by another that heard it. */
  tell(event: StoreEvent): void {
    for (const entry of [...this.#entries]) {
      if (!this.#entries.has(entry)) continue
      try {
        entry.listener(event)
      } catch (error) {
        this.#onBug(error)
      }
    }
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
