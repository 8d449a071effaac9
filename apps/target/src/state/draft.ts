/** Entries by key, in their order. */
export type Entries<E> = Pick<ReadonlyMap<string, E>, 'get' | 'entries'>

/** Changes to entries that are not made yet: who asks sees them as they would be. It costs what is changed, not what there is. */
export class Draft<E> implements Entries<E> {
  readonly #below: Entries<E>
  /** Undefined: to be deleted. */
  readonly #changes = new Map<string, E | undefined>()

  constructor(below: Entries<E>) {
    this.#below = below
  }

  get isChanged(): boolean {
    return this.#changes.size > 0
  }

  get(key: string): E | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#below.get(key)
  }

  *entries(): MapIterator<[string, E]> {
    for (const each of this.#below.entries()) if (!this.#changes.has(each[0])) yield each
    for (const [key, entry] of this.#changes) if (entry !== undefined) yield [key, entry]
  }

  *values(): IterableIterator<E> {
    for (const [, entry] of this.entries()) yield entry
  }

  /** Sets an entry, which is then the last one. */
  set(key: string, entry: E): void {
    this.#changes.delete(key)
    this.#changes.set(key, entry)
  }

  /** Deletes an entry; answers whether there was one. */
  delete(key: string): boolean {
    const isThere = this.get(key) !== undefined
    if (isThere) this.#changes.set(key, undefined)
    return isThere
  }

  /** Makes the changes. */
  mergeInto(entries: { set(key: string, entry: E): unknown; delete(key: string): unknown }): void {
    for (const [key, entry] of this.#changes) {
      entries.delete(key)
      if (entry !== undefined) entries.set(key, entry)
    }
  }
}
