interface Entry<V> {
  value: V | undefined
}

/**
 * A map of what comes and goes, which holds nothing of what has gone. A Map and a Set that things come and go in are given new tables again
 * and again. V8 leaves in an old table what was in it, and has each table hold the next one, so that one that has got to the
 * old generation takes there, with all that it leads to, whatever was in any of the later ones: a third of all that logins
 * are made of was copied there, to be collected with the whole heap.
 */
export class FleetingMap<K, V> {
  readonly #entries = new Map<K, Entry<V>>()

  get size(): number {
    return this.#entries.size
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value
  }

  set(key: K, value: V): void {
    const entry = this.#entries.get(key)
    if (entry) entry.value = value
    else this.#entries.set(key, { value })
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    entry.value = undefined
    this.#entries.delete(key)
  }

  /** All of them, in the order in which their keys came. */
  *values(): Generator<V> {
    for (const { value } of this.#entries.values()) yield value as V
  }
}
