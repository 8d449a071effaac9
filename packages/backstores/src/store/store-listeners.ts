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

  /** `onBug` is given what a listener throws. */
  constructor(onBug: (error: unknown) => void = throwLater) {
    this.#onBug = onBug
  }

  /** Adds a listener; the returned function takes it away. */
  add(listener: StoreListener): () => void {
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
